import { axes, drag, make, set, short, slider } from "./base.js";

/** The loss of the probability p of the true digit. */
export const loss = (p) => -Math.log(p);

export function start(stage, data) {
  const low = 0.0005;
  const plot = axes({ x: [0, 1], y: [0, 8], xlabel: "probability given to the true digit", ylabel: "loss" });
  const points = Array.from({ length: 300 }, (_, i) => low ** (1 - i / 299)).map((p) => [p, loss(p)]);
  const stem = make("line", { stroke: "var(--red)", "stroke-dasharray": "4 4" });
  const dot = make("circle", { r: 9, fill: "var(--red)" });
  plot.inside.append(make("path", { d: plot.line(points), fill: "none", stroke: "var(--blue)", "stroke-width": 3 }));
  for (const mark of data.marks) {
    plot.inside.append(make("circle", { cx: plot.x(mark), cy: plot.y(loss(mark)), r: 4, fill: "var(--ink)" }));
  }
  plot.inside.append(stem, dot);
  const control = slider({ label: "probability of the true digit", min: low, max: 1, log: true, value: 0.5, text: (p) => short(p), change: show });
  function show(p) {
    set(dot, { cx: plot.x(p), cy: plot.y(loss(p)) });
    set(stem, { x1: plot.x(p), x2: plot.x(p), y1: plot.y(0), y2: plot.y(loss(p)) });
    const idea = p > 0.9 ? "nearly sure, and right" : p > 0.15 ? "not sure" : p > 0.05 ? "about no idea: ten digits, a tenth for each" : "nearly sure of something else, and wrong";
    stage.say(`Probability ${short(p)}, loss ${loss(p).toFixed(2)}: ${idea}.`);
  }
  drag(plot.element, (event) => {
    const p = Math.min(1, Math.max(low, plot.at(event)[0]));
    control.to(p);
    show(p);
  });
  stage.add(plot.element);
  stage.row(control.element);
  stage.table(() => [["probability", "loss"], ...[...data.marks, control.value].map((p) => [short(p), loss(p).toFixed(4)])]);
  show(0.5);
}
