import { axes, button, calm, drag, make, player, room, set, short, slider } from "./base.js";

/** The most steps of a walk, and the most earlier walks that stay on the map. */
const MOST = 100, KEPT = 5;

export function start(stage, data) {
  const { places, counts, low, high, goal, rates } = data;
  const all = counts.flat().reduce((sum, count) => sum + count);

  /** The mean loss at a place [weight, bias], and its two slopes there. */
  function at([weight, bias]) {
    let loss = 0, along = 0, up = 0;
    [1, -1].forEach((sign, group) => places[group].forEach((ink, i) => {
      const z = sign * (weight * ink + bias), count = counts[group][i], error = (-sign * count) / (1 + Math.exp(z));
      loss += count * (Math.max(0, -z) + Math.log1p(Math.exp(-Math.abs(z))));
      along += error * ink;
      up += error;
    }));
    return { place: [weight, bias], loss: loss / all, slopes: [along / all, up / all] };
  }
  let from = [...data.start], walk = [at(from)], earlier = [];

  const height = room < 500 ? 310 : Math.round(56 + ((room - 70) * (high[1] - low[1])) / (high[0] - low[0]));
  const map = axes({ height, x: [low[0], high[0]], y: [low[1], high[1]], xlabel: "weight", ylabel: "bias", label: "a map of the loss, with the walk on it" });
  const ground = make("g"), old = make("g"), trail = make("g"), dashed = { fill: "none", stroke: "var(--soft)", "stroke-width": 2, "stroke-dasharray": "3 3" };
  const jump = make("line", dashed), ring = make("circle", { r: 9, ...dashed }), dot = make("circle", { r: 8, fill: "var(--red)", stroke: "var(--paper)", "stroke-width": 1.5 });
  const [x0, y0, wide, tall] = [map.x(low[0]), map.y(high[1]), map.x(high[0]) - map.x(low[0]), map.y(low[1]) - map.y(high[1])];
  map.inside.append(make("svg", { viewBox: `${x0} ${y0} ${wide} ${tall}`, x: x0, y: y0, width: wide, height: tall, style: `width: ${wide}px; height: ${tall}px; overflow: hidden` },
    ground, old, jump, ring, trail, dot));
  data.lines.forEach((level, i) => level.forEach((flat) => {
    const points = Array.from({ length: flat.length / 2 }, (_, j) => flat.slice(2 * j, 2 * j + 2));
    ground.append(make("path", { d: map.line(points), fill: i ? "none" : "var(--green)", "fill-opacity": 0.18, stroke: i ? "var(--soft)" : "var(--green)", "stroke-width": i ? 0.8 : 2.5 }));
  }));
  const halo = { "text-anchor": "middle", class: "soft", style: "paint-order: stroke; stroke: var(--paper); stroke-width: 5px; stroke-linejoin: round" };
  ground.append(...data.labels.map(([x, y, text]) => make("text", { x: map.x(x), y: map.y(y) + 4, ...halo }, text)));
  const [bx, by] = [map.x(data.best[0]), map.y(data.best[1])];
  ground.append(make("path", { d: `M${bx - 6},${by - 6}l12,12m0,-12l-12,12`, stroke: "var(--ink)", "stroke-width": 2 }));
  const focus = make("div", { tabindex: 0, role: "application", "aria-label": "The map. The arrow keys move the start.", onkeydown: key }, map.element);

  const curves = axes({ height: 160, x: [0, 20], y: [0, 1], xlabel: "step", ylabel: "loss", label: "the loss after each step" });
  const chosen = slider({ label: "rate", min: 0, max: rates.length - 1, value: rates.indexOf(data.rate), text: (i) => short(rates[i]), change: show });
  const runner = player(stage, { delay: 200, step: () => go(calm() ? MOST : 1) });
  const rate = () => rates[chosen.value], now = () => walk.at(-1);
  const next = () => now().place.map((value, i) => value - rate() * now().slopes[i]);
  const arrived = () => now().loss < goal, over = () => walk.length > 1 && (arrived() || walk.length > MOST);

  function restart() {
    runner.stop();
    begin_again();
    show();
  }
  function begin_again() {
    if (walk.length > 1) earlier = [...earlier, { walk, from: String(walk[0].place), steps: arrived() ? walk.length - 1 : Infinity }].slice(-KEPT);
    walk = [at(from)];
  }
  /** Make some steps, from the start if the last walk has ended; false when the walk ends. */
  function go(some) {
    if (over()) begin_again();
    if (arrived()) return false;
    for (let i = 0; i < some && !over(); i++) walk.push(at(next()));
    show();
    return !over();
  }
  function move(place) {
    from = place.map((value, i) => Math.min(high[i], Math.max(low[i], Math.round(4 * value) / 4)));
    restart();
  }
  function key(event) {
    const way = { ArrowLeft: [-0.5, 0], ArrowRight: [0.5, 0], ArrowDown: [0, -0.25], ArrowUp: [0, 0.25] }[event.key];
    if (!way) return;
    event.preventDefault();
    move(from.map((value, i) => value + way[i]));
  }

  const track = (steps, colour, width) => make("path", { d: map.line(steps.map((step) => step.place)), fill: "none", stroke: colour, "stroke-width": width });
  function show() {
    const [x, y] = now().place, [nx, ny] = next();
    old.replaceChildren(...earlier.map((one) => track(one.walk, "var(--purple)", 1.2)));
    trail.replaceChildren(track(walk, "var(--red)", 2), ...walk.map(({ place }) => make("circle", { cx: map.x(place[0]), cy: map.y(place[1]), r: 3, fill: "var(--red)" })));
    set(dot, { cx: map.x(x), cy: map.y(y) });
    set(ring, { cx: map.x(nx), cy: map.y(ny) });
    set(jump, { x1: map.x(x), y1: map.y(y), x2: map.x(nx), y2: map.y(ny) });
    const shown = [...earlier.map((one) => one.walk), walk], most = Math.max(1, ...shown.flat().map((step) => step.loss));
    curves.scale([0, Math.max(20, ...shown.map((steps) => steps.length - 1))], [0, 1.05 * most]);
    curves.inside.replaceChildren(
      make("path", { d: curves.line([[0, goal], [curves.xs[1], goal]]), stroke: "var(--green)", "stroke-width": 1.5, "stroke-dasharray": "5 4" }),
      ...shown.map((steps) => make("path", { d: curves.line(steps.map((step, i) => [i, step.loss])), fill: "none", stroke: steps === walk ? "var(--red)" : "var(--purple)", "stroke-width": steps === walk ? 2.5 : 1.2 })));
    stage.say(words());
  }
  function words() {
    const { place: [weight, bias], loss, slopes } = now(), steps = walk.length - 1;
    const where = `weight ${short(weight)}, bias ${short(bias)}, loss ${short(loss)}`;
    if (!steps && arrived()) return `Start: ${where}. This is inside the ring already. Start somewhere else.`;
    if (!steps) return `Start: ${where}. Slopes: ${short(slopes[0], 2)} for the weight, ${short(slopes[1], 2)} for the bias. The dashed circle is where the next step leads.`;
    const before = walk.at(-2), step = [weight - before.place[0], bias - before.place[1]];
    const last = walk.length > 2 ? before.place.map((value, i) => value - walk.at(-3).place[i]) : step;
    const turn = (step[0] * last[0] + step[1] * last[1]) / (Math.hypot(...step) * Math.hypot(...last));
    let what = "It goes down, across the lines.";
    if (arrived()) {
      const best = Math.min(...earlier.filter((one) => one.from === String(walk[0].place)).map((one) => one.steps));
      what = `Inside the ring! ${best < steps ? `From this start you once needed only ${best}.` : "Can another rate do it in fewer steps?"}`;
    } else if (weight < low[0] || weight > high[0] || bias < low[1] || bias > high[1]) what = "It has left the map.";
    else if (loss > before.loss) what = "The step was too long: the loss rose.";
    else if (turn < -0.2) what = "It jumps from side to side of the valley.";
    else if (loss > 0.97 * before.loss) what = "It creeps: along the valley it is almost flat.";
    return `${steps === 1 ? "1 step" : `${steps} steps`}: ${where}. ${what}`;
  }

  drag(map.element, (event) => {
    focus.focus({ preventScroll: true });
    move(map.at(event));
  });
  stage.add(make("div", {}, `Goal: walk into the green ring, where the loss is below ${short(goal)}, in as few steps as you can. Choose a rate. Click on the map to start somewhere else.`));
  stage.row(chosen.element, button("Step", () => { runner.stop(); go(1); }), runner.element, button("Back to the start", restart));
  stage.add(focus);
  stage.element.querySelector(".say").style.minHeight = room < 500 ? "4.5em" : "3em";
  stage.element.querySelector("[role=status]").after(curves.element);
  const exact = (value) => (Math.abs(value) < 5e-7 ? "0" : value.toFixed(6)).replace("-", "\u2212");
  stage.table(() => [["step", "weight", "bias", "loss", "slope, weight", "slope, bias"], ...walk.map((one, i) => [i, ...[...one.place, one.loss, ...one.slopes].map(exact)])]);
  show();
}
