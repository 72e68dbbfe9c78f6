import { axes, button, calm, drag, make, player, room, set, short, slider } from "./base.js";

/** A walk has arrived when its loss is so little above the lowest one. */
const NEAR = 0.01;
/** The most steps, and the loss at which a walk has escaped. */
const MOST = 1000, FAR = 1e7;

export function start(stage, data) {
  const { square, lowest, floor, reach, rates } = data;
  const above = (weight) => square * (weight - lowest) ** 2, loss = (weight) => floor + above(weight);
  const gradient = (weight) => 2 * square * (weight - lowest), next = (weight) => weight - rate() * gradient(weight);
  const exact = (value) => (Math.abs(value) < 1e6 ? String(+value.toFixed(5)) : value.toExponential(5)).replace("-", "\u2212");
  const count = (steps) => (steps === 1 ? "1 step" : `${steps} steps`);
  let walk = [data.start], used = [], tries = [], held = false;

  const plot = axes({ height: room < 500 ? 260 : 310, x: [0, 1], y: [0, 1], xlabel: "weight", ylabel: "loss", label: "the loss for each weight, and the walk on it" });
  const curve = make("path", { fill: "none", stroke: "var(--blue)", "stroke-width": 3 }), trail = make("g");
  const tangent = make("line", { stroke: "var(--green)", "stroke-width": 3, "stroke-linecap": "round" });
  const dashed = { fill: "none", stroke: "var(--soft)", "stroke-width": 2, "stroke-dasharray": "3 3" };
  const jump = make("path", dashed), ring = make("circle", { r: 9, ...dashed });
  const dot = make("circle", { r: 9, fill: "var(--red)", stroke: "var(--paper)", "stroke-width": 1.5 });
  plot.inside.append(curve, jump, ring, trail, tangent, dot);

  const log = Math.log10;
  const board = axes({ height: 170, x: [log(rates[0]) - 0.15, log(rates.at(-1)) + 0.15], y: [-0.2, 4.25], xlabel: "rate", ylabel: "steps", label: "the steps that each rate needed",
    xtext: (x) => (Number.isInteger(x) ? short(10 ** x) : ""), ytext: (y) => (y === 4 ? "never" : String(10 ** y)) });
  const marks = make("g"), here = make("line", { y1: board.y(-0.2), y2: board.y(4.25), ...dashed }), title = make("div");
  board.inside.append(here, marks);

  const chosen = slider({ label: "rate", min: 0, max: rates.length - 1, value: rates.indexOf(data.rate), text: (i) => short(rates[i]), change: show });
  const from = slider({ label: "start at weight", min: lowest - reach, max: lowest + reach, step: 0.1, value: data.start, text: (x) => short(x), change: restart });
  const rate = () => rates[chosen.value];
  const runner = player(stage, { step: () => go(calm() ? MOST : 1 + Math.floor(walk.length / 8)) });

  const arrived = () => above(walk.at(-1)) < NEAR;
  const share = () => Math.abs((walk.at(-1) - lowest) / (walk.at(-2) - lowest));
  const over = () => walk.length > 1 && (arrived() || above(walk.at(-1)) > FAR || walk.length > MOST || (walk.length > 12 && Math.abs(share() - 1) < 1e-9));

  function restart() {
    runner.stop();
    [walk, used] = [[from.value], []];
    show();
  }
  /** Make some steps, from the start if the last walk has ended; false when the walk ends. */
  function go(some) {
    if (over()) [walk, used] = [[from.value], []];
    if (walk.length === 1 && arrived()) return false;
    for (let i = 0; i < some && !over(); i++) {
      used.push(rate());
      walk.push(next(walk.at(-1)));
    }
    if (over() && used.every((value) => value === used[0])) {
      tries = [...tries.filter((one) => one.rate !== used[0]), { rate: used[0], steps: used.length, arrived: arrived() }];
    }
    show();
    return !over();
  }

  /** Make the axes wide enough for all that is seen. */
  function fit() {
    const seen = [...walk, next(walk.at(-1)), lowest - reach, lowest + reach], low = Math.min(...seen), high = Math.max(...seen);
    const edge = 0.04 * (high - low), top = Math.max(above(low), above(high));
    plot.scale([low - edge, high + edge], [floor - 0.07 * top, floor + 1.06 * top]);
    curve.setAttribute("d", plot.line(Array.from({ length: 161 }, (_, i) => low + ((high - low) * i) / 160).map((x) => [x, loss(x)])));
  }
  function arc(a, b) {
    const [x1, y1, x2, y2] = [plot.x(a), plot.y(loss(a)), plot.x(b), plot.y(loss(b))];
    return `M${x1},${y1}Q${(x1 + x2) / 2},${Math.max(-20, Math.min(y1, y2) - 14 - 0.1 * Math.abs(x2 - x1))} ${x2},${y2}`;
  }
  function show() {
    if (!held) fit();
    const now = walk.at(-1), ahead = next(now), recent = walk.slice(-40);
    trail.replaceChildren(
      ...recent.slice(1).map((x, i) => make("path", { d: arc(recent[i], x), fill: "none", stroke: "var(--red)", "stroke-width": 1.5, opacity: 0.7 })),
      ...recent.map((x) => make("circle", { cx: plot.x(x), cy: plot.y(loss(x)), r: 4, fill: "var(--red)" })));
    set(dot, { cx: plot.x(now), cy: plot.y(loss(now)) });
    set(ring, { cx: plot.x(ahead), cy: plot.y(loss(ahead)) });
    jump.setAttribute("d", arc(now, ahead));
    const across = plot.x(now + 1) - plot.x(now), down = plot.y(gradient(now)) - plot.y(0), part = 46 / Math.hypot(across, down);
    set(tangent, { x1: plot.x(now) - across * part, x2: plot.x(now) + across * part, y1: plot.y(loss(now)) - down * part, y2: plot.y(loss(now)) + down * part });
    set(here, { x1: board.x(log(rate())), x2: board.x(log(rate())) });
    marks.replaceChildren(...tries.map((one) => make("circle", { cx: board.x(log(one.rate)), cy: board.y(one.arrived ? log(one.steps) : 4), r: 5, fill: one.arrived ? "var(--blue)" : "var(--red)" })));
    title.textContent = tries.length ? "Steps until the loss was below " + short(floor + NEAR) + ", for each rate that you tried:" : "Each walk that ends leaves a dot here. Try some rates: which shape do the dots have?";
    stage.say(words(now));
  }
  function words(now) {
    const place = `weight ${short(now)}, loss ${short(loss(now))}, gradient ${short(gradient(now))}.`, steps = walk.length - 1;
    if (!steps && arrived()) return `Start: ${place} This is the bottom, where the gradient is 0. Start somewhere else.`;
    if (!steps) return `Start: ${place} The green line is the slope; the dashed circle is where the next step leads.`;
    const crossed = (walk.at(-2) - lowest) * (now - lowest) < 0;
    let what = "It comes closer, and each step is shorter.";
    if (arrived()) what = steps === 1 ? "It arrived in one step!" : "It arrived. Can another rate do it in fewer steps?";
    else if (above(now) > FAR) what = "It escaped.";
    else if (share() > 1 + 1e-9) what = "It escapes: each jump over the valley ends higher. The axes grow with it.";
    else if (share() > 1 - 1e-9) what = "It swings over the valley and back, for ever.";
    else if (crossed) what = "It swings over the valley, each time a little lower.";
    else if (share() > 0.95) what = `It crawls: each step takes away only ${short(100 * (1 - share()), 2)}% of the distance.`;
    return `${count(steps)}: ${place} ${what}`;
  }

  drag(plot.element, (event) => {
    held = true;
    from.to(Math.min(lowest + reach, Math.max(lowest - reach, plot.at(event)[0])));
    restart();
  });
  for (const end of ["pointerup", "pointercancel"]) plot.element.addEventListener(end, () => { held = false; show(); });
  stage.add(make("div", {}, `Goal: bring the loss below ${short(floor + NEAR)} in as few steps as you can. Choose a rate, and step.`));
  stage.row(chosen.element, from.element);
  stage.row(button("Step", () => { runner.stop(); go(1); }), runner.element, button("Back to the start", restart));
  stage.add(plot.element);
  stage.element.querySelector(".say").style.minHeight = room < 500 ? "4.5em" : "3em";
  stage.element.querySelector("[role=status]").after(title, board.element);
  stage.table(() => [["step", "weight", "gradient", "loss"], ...walk.map((x, i) => [i, exact(x), exact(gradient(x)), exact(loss(x))])]);
  show();
}
