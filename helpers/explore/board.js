import { axes, button, calm, choice, make, player, set } from "./base.js";

const EPOCHS = 20, COLOURS = ["var(--red)", "var(--blue)", "var(--green)", "var(--purple)"];
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
const percent = (value) => `${(100 * value).toFixed(1)}%`;
const points = (value) => `${value < 0 ? "\u2212" : "+"}${Math.abs(100 * value).toFixed(1)}`;

export function start(stage, data) {
  const columns = data.rules.length, total = data.seeds.length, means = data.seeds.map(mean);
  const row = (cell) => Math.floor(cell / columns), column = (cell) => cell % columns;
  const rule = ([optimizer, rate]) => `${optimizer} with a rate of ${rate}`;
  const name = (cell) => `${data.activations[row(cell)]}, ${rule(data.rules[column(cell)])}`;
  const tried = new Set([data.found]);
  let seen = data.found, running = null;
  const low = Math.min(0.8, Math.floor(20 * Math.min(...means)) / 20);
  const plot = axes({ height: 260, x: [0, EPOCHS + 1], y: [low, 1], xlabel: "epoch", ylabel: "validation accuracy", ytext: (value) => `${Math.round(100 * value)}%` });

  const optimizers = [...new Set(data.rules.map(([optimizer]) => optimizer))];
  const activation = choice({ label: "Activation", value: row(seen), options: data.activations.map((text, i) => [i, text]), change: look });
  const optimizer = choice({ label: "Optimizer", value: optimizers[0], options: optimizers.map((text) => [text, text]), change: look });
  const rates = [...new Set(data.rules.filter(([text]) => text === optimizers[0]).map(([, rate]) => rate))];
  const rate = choice({ label: "Rate", value: data.rules[column(seen)][1], options: rates.map((text) => [text, text]), change: look });
  const train = player(stage, { label: "Train", delay: 60, step });

  function chosen() {
    const index = data.rules.findIndex(([text, number]) => text === optimizer.value && (text !== optimizers[0] || number === rate.value));
    return activation.value * columns + index;
  }
  function look() {
    train.stop();
    running = null;
    const cell = chosen();
    if (tried.has(cell)) seen = cell;
    show();
    if (!tried.has(cell)) stage.say(`${name(cell)}: not tried yet. What do you expect? Train it.`);
  }
  function step() {
    const cell = chosen();
    if (running?.cell !== cell) running = { cell, epoch: 0 };
    if (tried.has(cell) && cell === data.found && running.epoch === 0 && tried.size === 1) {
      running = null;
      stage.say("That is variant B as it is. Change one thing first.");
      return false;
    }
    running.epoch = calm() ? EPOCHS : running.epoch + 1;
    seen = cell;
    if (running.epoch < EPOCHS) {
      draw();
      stage.say(`${name(cell)}: epoch ${running.epoch} of ${EPOCHS} ...`);
      return true;
    }
    tried.add(cell);
    running = null;
    show();
    return false;
  }
  const squares = data.seeds.map((_, cell) => button("?", () => {
    train.stop();
    running = null;
    activation.to(row(cell));
    optimizer.to(data.rules[column(cell)][0]);
    if (optimizer.value === optimizers[0]) rate.to(data.rules[column(cell)][1]);
    look();
    if (!tried.has(cell)) train.run();
  }, { style: "min-width: 0; min-height: 44px; padding: 2px" }));
  const grid = make("div", { role: "group", "aria-label": "The board", style: `display: grid; gap: 4px; grid-template-columns: auto repeat(${columns}, minmax(0, 1fr)); align-items: center; text-align: center; margin: 8px 0` },
    make("span"), ...data.rules.map(([, , text]) => make("span", {}, text)),
    ...data.activations.flatMap((text, i) => [make("span", { style: `color: ${COLOURS[i]}; font-weight: 600; padding-right: 4px` }, text), ...squares.slice(i * columns, (i + 1) * columns)]));

  function draw() {
    const now = running ? [...tried].filter((cell) => cell !== running.cell) : [...tried];
    const order = [...now.filter((cell) => cell !== seen), ...(running ? [running.cell] : now.filter((cell) => cell === seen))];
    plot.inside.replaceChildren(
      make("line", { x1: plot.x(0), x2: plot.x(EPOCHS + 1), y1: plot.y(0.97), y2: plot.y(0.97), stroke: "var(--green)", "stroke-dasharray": "6 5" }),
      make("text", { class: "soft", x: plot.x(EPOCHS + 0.8), y: plot.y(low) - 8, "text-anchor": "end" }, "dashed: 97%. Can you get there?"),
      ...order.flatMap((cell) => {
        const last = running?.cell === cell ? running.epoch : EPOCHS, opacity = cell === seen ? 1 : 0.35, colour = COLOURS[row(cell)];
        const path = data.curves[cell].slice(0, last).map((value, i) => [i + 1, value]).filter(([, value]) => value >= low);
        const ends = last < EPOCHS ? [] : data.seeds[cell].map((value, i, all) => [EPOCHS + (all.length > 1 ? 0.6 * (i / (all.length - 1) - 0.5) : 0), value]);
        return [path.length > 1 ? make("path", { d: plot.line(path), fill: "none", stroke: colour, "stroke-width": cell === seen ? 3.5 : 2, opacity }) : null,
          ...ends.map(([x, y]) => make("circle", { cx: plot.x(x), cy: plot.y(y), r: cell === seen ? 6 : 4, fill: colour, stroke: "var(--paper)", opacity }))].filter(Boolean);
      }));
  }
  function show() {
    draw();
    rate.element.disabled = optimizer.value !== optimizers[0];
    rate.element.style.opacity = rate.element.disabled ? 0.45 : 1;
    squares.forEach((square, cell) => {
      square.textContent = tried.has(cell) ? percent(means[cell]) : "?";
      const filled = tried.has(cell) ? 100 * Math.max(0, (means[cell] - low) / (1 - low)) : 0;
      square.style.boxShadow = cell === chosen() ? "0 0 0 2px var(--ink)" : "none";
      square.style.background = `linear-gradient(to right, ${COLOURS[row(cell)]} ${filled}%, transparent ${filled}%) left bottom / 100% 6px no-repeat, var(--wash)`;
      set(square, { "aria-label": `${name(cell)}: ${tried.has(cell) ? percent(means[cell]) : "not tried yet"}` });
    });
    stage.say(words(seen));
  }
  function words(cell) {
    const count = `${tried.size} of ${total} squares filled.`;
    if (cell === data.found) return `Variant B (${name(cell)}) reads ${percent(means[cell])}. Change one thing and train. ${count}`;
    const gain = (other) => points(means[other] - means[data.found]);
    const alone = [row(cell) * columns + column(data.found), row(data.found) * columns + column(cell)];
    const begun = `${name(cell)}: ${percent(means[cell])}, ${gain(cell)} points against variant B.`;
    const end = tried.size === total ? "The board is full. Compare its rows: who is guilty?" : count;
    if (alone.includes(cell)) return `${begun} One thing is changed, so you know what did it. ${end}`;
    if (alone.every((other) => tried.has(other))) return `${begun} Alone, the two changes gave ${gain(alone[0])} and ${gain(alone[1])} points. ${end}`;
    return `${begun} Two things are changed: which of them did it? ${end}`;
  }

  stage.row(activation.element);
  stage.row(optimizer.element, rate.element);
  stage.row(train.element);
  stage.add(plot.element);
  stage.add(grid);
  stage.table(() => [["activation", "optimizer", "rate", "seeds", "mean", "lowest", "highest"], ...[...tried].map((cell) => {
    const [text, number] = data.rules[column(cell)], seeds = data.seeds[cell];
    return [data.activations[row(cell)], text, number, seeds.length, means[cell].toFixed(4), Math.min(...seeds).toFixed(4), Math.max(...seeds).toFixed(4)];
  })]);
  show();
}
