import { button, choice, make, room, short, slider } from "./base.js";

const WHICH = ["first", "second", "third"];
/** Slopes of the first weight to reach with a sigmoid in each neuron. */
const GOAL = 0.02, TRICK = 0.05;

export function start(stage, data) {
  let bent = false, weights = [...data.weights], held = null;

  /** The numbers on the way forward, and the slope of what each neuron does to its sum. */
  function forward() {
    const values = [data.number], bends = [];
    for (const weight of weights) {
      const sum = weight * values.at(-1);
      values.push(bent ? 1 / (1 + Math.exp(-sum)) : sum);
      bends.push(bent ? values.at(-1) * (1 - values.at(-1)) : 1);
    }
    return { values, bends };
  }
  /** The factors from the output back to a weight, and what is left after each: the last is the weight's slope. */
  function back(index) {
    const { values, bends } = forward(), factors = [], left = [1];
    for (let i = weights.length - 1; i >= index; i--) {
      factors.push(bends[i] * (i === index ? values[i] : weights[i]));
      left.push(left.at(-1) * factors.at(-1));
    }
    return { factors, left, slope: left.at(-1) };
  }
  const hold = (index) => { held = { index, from: weights[index], values: forward().values, slope: back(index).slope }; };
  /** A number without powers of ten. */
  function plain(value, digits = 3) {
    const size = Math.abs(value);
    if (size === 0 || size >= 1e-3) return short(value, digits);
    return size < 1e-6 ? "about 0" : value.toFixed(Math.min(2, digits) - 1 - Math.floor(Math.log10(size))).replace("-", "\u2212");
  }
  const signed = (value, digits = 2) => (value < 0 || Math.abs(value) < 1e-6 ? "" : "+") + plain(value, digits);

  const bent_or_not = choice({ label: "In each neuron:", options: [["no", "nothing"], ["yes", "a sigmoid"]], value: "no", change: (key) => {
    bent = key === "yes";
    hold(held.index);
    show();
  } });
  const sliders = weights.map((weight, i) => {
    const control = slider({ label: `${WHICH[i]} weight`, min: -5, max: 5, step: 0.01, value: weight, text: (x) => short(x), change: (value) => {
      if (held.index !== i) hold(i);
      weights[i] = value;
      show();
    } });
    control.element.style.flexBasis = "190px";
    for (const kind of ["pointerdown", "focus"]) control.input.addEventListener(kind, () => { hold(i); show(); });
    return control;
  });
  const nudge = button("", () => {
    hold(held.index);
    weights[held.index] = Math.min(5, +(weights[held.index] + 0.01).toFixed(2));
    sliders[held.index].to(weights[held.index]);
    show();
  });
  const again = button(`Back to ${data.weights.map((w) => short(w)).join(", ")}`, () => {
    weights = [...data.weights];
    sliders.forEach((control, i) => control.to(weights[i]));
    hold(held.index);
    show();
  });

  const height = 302, last = weights.length, x = (i) => 34 + (i * (room - 68)) / last;
  const svg = make("svg", { viewBox: `0 0 ${room} ${height}`, role: "img", "aria-label": "the chain: the numbers on the way forward, and the factors on the way back" });
  const write = (where, y, text, more = {}) => make("text", { x: where, y, "text-anchor": "middle", ...more }, text);
  const RED = { style: "fill: var(--red); font-weight: 600" };
  function arrow(from, to, y, colour) {
    const side = Math.sign(to - from);
    return make("path", { d: `M${from},${y}H${to}M${to - 6 * side},${y - 5}L${to},${y}L${to - 6 * side},${y + 5}`, fill: "none", stroke: colour, "stroke-width": 2 });
  }
  function draw_forward({ values }) {
    const parts = values.flatMap((value, i) => {
      const moved = i > held.index, change = value - held.values[i];
      return [
        make("circle", { cx: x(i), cy: 66, r: 25, fill: "var(--paper)", stroke: moved ? "var(--red)" : i ? "var(--soft)" : "var(--blue)", "stroke-width": moved ? 3 : 2 }),
        write(x(i), 71, Math.abs(value) < 0.1 ? short(+value.toFixed(3)) : short(value)),
        write(x(i), 16, i === 0 ? "input" : i === last ? "output" : `neuron ${i}`, { class: "soft" }),
        moved && change ? write(x(i), 110, signed(change, Math.abs(change) < 1e-3 && room < 500 ? 1 : 2), RED) : null];
    });
    return [...parts, ...weights.flatMap((weight, i) => [
      arrow(x(i) + 28, x(i + 1) - 28, 66, i === held.index ? "var(--red)" : "var(--soft)"),
      write((x(i) + x(i + 1)) / 2, 42, `\u00d7 ${short(weight)}`, i === held.index ? RED : {})])];
  }
  function draw_back({ factors, left }) {
    const low = 240, most = Math.max(...left.map(Math.abs)), tall = (value) => Math.max(1, (60 * Math.abs(value)) / most);
    const bars = left.flatMap((value, i) => {
      const where = x(last - i), end = i === left.length - 1;
      return [
        make("rect", { x: where - 17, width: 34, y: low - tall(value), height: tall(value), fill: end ? "var(--red)" : "var(--green)" }),
        write(where, low - tall(value) - 5, plain(value), end ? RED : {}),
        write(where, 294, end ? "slope" : i ? `neuron ${last - i}` : "output", end ? RED : { class: "soft" })];
    });
    return [
      ...(room < 500 ? ["The way back, factor by factor:", "how much a change here moves the output"] : ["The way back, factor by factor: how much a change here moves the output"])
        .map((text, i) => make("text", { x: 4, y: 136 + 17 * i, class: "soft" }, text)),
      make("line", { x1: 4, x2: room - 4, y1: low, y2: low, stroke: "var(--soft)" }), ...bars,
      ...factors.flatMap((factor, i) => {
        const [from, to] = [x(last - i), x(last - i - 1)];
        return [write((from + to) / 2, 258, `\u00d7 ${plain(factor)}`), arrow(from - 12, to + 12, 270, "var(--green)")];
      })];
  }

  function show() {
    const way = back(held.index);
    svg.replaceChildren(...[...draw_forward(forward()), ...draw_back(way)].filter(Boolean));
    nudge.textContent = `Nudge the ${WHICH[held.index]} weight by 0.01`;
    stage.say(words(way));
  }
  function words({ factors, slope }) {
    const name = `the ${WHICH[held.index]} weight`, by = +(weights[held.index] - held.from).toFixed(2);
    const moved = forward().values.at(-1) - held.values.at(-1), said = held.slope * by;
    const first = Math.abs(back(0).slope), won = !bent ? "" : first >= TRICK ? " Above 0.05: you found the trick!" : first >= GOAL ? " Goal reached! There is a trick to get above 0.05." : "";
    if (!by) return `The slope of ${name} is ${factors.length > 1 ? factors.map((f) => plain(f)).join(" \u00d7 ") + " = " : ""}${plain(slope)}. Move it, and look what moves with it.${won}`;
    const close = Math.abs(said - moved) <= 0.05 * Math.abs(moved) + 1e-12;
    return `You moved ${name} by ${signed(by)}, and the output moved by ${signed(moved)}. The slope said ${plain(held.slope)} \u00d7 ${short(by)} = ${plain(said, 2)}${close ? "." : ": it holds for small moves only."}${won}`;
  }

  hold(0);
  stage.add(make("div", {}, "Which weight moves the output most? Then put a sigmoid in each neuron: can you bring the slope of the first weight above 0.02?"));
  stage.row(bent_or_not.element);
  stage.row(...sliders.map((control) => control.element));
  stage.row(nudge, again);
  stage.add(svg);
  stage.element.querySelector(".say").style.minHeight = room < 500 ? "6em" : "3em";
  stage.table(() => {
    const { values } = forward(), exact = (value) => value.toPrecision(7).replace("-", "\u2212");
    return [["place", "weight", "gives", "slope of the weight"], ["input", "", exact(values[0]), ""],
      ...weights.map((weight, i) => [i + 1 === last ? "output" : `neuron ${i + 1}`, short(weight), exact(values[i + 1]), exact(back(i).slope)])];
  });
  show();
}
