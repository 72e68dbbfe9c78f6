import { axes, bars, digit, drag, make, player, room, set, slider, unpack } from "./base.js";

const LOOK = `
.six { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(200px, 46%), 1fr)); gap: 8px 14px; margin: 8px 0; }
.six > div { display: grid; grid-template-columns: 44px 1fr; gap: 0 6px; align-items: end; }
.six p { grid-column: 1 / 3; margin: 0; font-size: 14px; }
.six .no { color: var(--red); }
.six .yes { color: var(--green); }
.top { flex: 1 1 300px; min-width: 0; }
.neurons { display: flex; gap: 10px; flex-wrap: wrap; align-items: end; }
.neurons canvas { border: 1px solid var(--line); }
@media (prefers-reduced-motion: no-preference) { .six rect { transition: y 0.25s, height 0.25s; } }`;

export function start(stage, data) {
  const last = data.steps.length - 1, size = 28 * 28;
  const weights = data.weights.map((text) => unpack(text).map((value) => 2 * value - 1));
  const written = (i) => data.steps[Math.round(i)]?.toLocaleString("en") ?? "";
  const plot = axes({ width: Math.min(room, 430), height: 230, x: [0, last], y: [0, 1.05 * Math.max(...data.losses)], xlabel: "steps of training",
    ylabel: "loss", xtext: written });
  const stem = make("line", { stroke: "var(--red)", "stroke-dasharray": "4 4" }), dot = make("circle", { r: 8, fill: "var(--red)" });
  plot.inside.append(make("path", { d: plot.line(data.losses.map((loss, i) => [i, loss])), fill: "none", stroke: "var(--blue)", "stroke-width": 3 }), stem, dot);
  const cells = data.images.map((text, i) => {
    const image = digit({ size: 44, label: `a ${data.labels[i]}` }), ten = bars({ width: 170, height: 84, label: "ten probabilities" }), verdict = make("p");
    image.draw(unpack(text));
    return { element: make("div", {}, image.element, ten.element, verdict), ten, verdict };
  });
  const neurons = weights.map((_, i) => digit({ size: 120, label: `weights of neuron ${i + 1} of the first hidden layer`, signed: true }));
  const time = slider({ label: "Moment", min: 0, max: last, value: 0, text: (i) => `${written(i)} steps`, change: (i) => show(i) });
  const film = player(stage, { label: "Play the training", delay: 350, step() {
    time.to(time.value === last ? 0 : time.value + 1);
    show(time.value);
    return time.value < last;
  } });
  stage.add(make("style", {}, LOOK));
  stage.row(film.element, time.element);
  stage.add(make("div", { class: "six" }, ...cells.map((cell) => cell.element)));
  stage.row(make("div", { class: "top" }, plot.element), make("div", {}, make("div", { class: "neurons" }, ...neurons.map((neuron) => neuron.element)),
    make("div", {}, weights.length > 1 ? `weights of ${weights.length} neurons` : "weights of a neuron")));
  stage.table(() => [["steps", "loss", "read", ...data.labels.map((label) => `its ${label}`)], ...data.steps.map((step, i) =>
    [step, data.losses[i].toFixed(4), `${(100 * data.shares[i]).toFixed(1)} %`, ...data.frames[i].map((ten, j) => ten[data.labels[j]].toFixed(4))])]);

  function show(i) {
    let right = 0;
    cells.forEach(({ ten, verdict }, j) => {
      const answer = data.frames[i][j].indexOf(Math.max(...data.frames[i][j])), yes = answer === data.labels[j];
      right += yes;
      ten.draw(data.frames[i][j]);
      set(verdict, { class: yes ? "yes" : "no" }).textContent = yes ? `\u2713 reads ${answer}` : `\u2717 reads ${answer}, is ${data.labels[j]}`;
    });
    neurons.forEach((neuron, j) => neuron.draw(weights[j].subarray(i * size, (i + 1) * size)));
    set(dot, { cx: plot.x(i), cy: plot.y(data.losses[i]) });
    set(stem, { x1: plot.x(i), x2: plot.x(i), y1: plot.y(0), y2: plot.y(data.losses[i]) });
    const when = i === 0 ? "Before training" : `After ${written(i)} step${data.steps[i] === 1 ? "" : "s"}`;
    const question = i === 0 ? " Press Play: which of them will it read first?" : "";
    stage.say(`${when}: it reads ${Math.round(100 * data.shares[i])} of 100 new digits, and ${right} of these ${cells.length}; the loss is ${data.losses[i].toFixed(2)}.${question}`);
  }

  drag(plot.element, (event) => {
    film.stop();
    time.to(Math.max(0, Math.min(last, Math.round(plot.at(event)[0]))));
    show(time.value);
  });
  show(0);
}
