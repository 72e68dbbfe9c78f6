import { calm, choice, digit, make, player, room, set, short, unpack } from "./base.js";

const LOOK = `
.digits { display: flex; flex-wrap: wrap; gap: 6px; margin: 6px 0; }
.digits button { padding: 2px; border-width: 2px; }
.digits button[aria-pressed=true] { box-shadow: 0 0 0 2px var(--blue); }
.net circle { stroke: var(--soft); fill: var(--purple); cursor: pointer; }
.net .faint { visibility: hidden; }
.net .chosen { stroke: var(--ink); stroke-width: 3; }
.hint { margin: 4px 0; color: var(--soft); }
@media (prefers-reduced-motion: no-preference) { .net circle, .net line, .net rect { transition: fill-opacity 0.5s, stroke-opacity 0.5s, width 0.5s; } }`;

export function start(stage, data) {
  const last = data.sizes.length, width = room, height = 360, picture = Math.min(90, width / 5), radius = width < 400 ? 6.5 : 8;
  const titles = ["pixels", ...data.sizes.slice(0, -1).map((_, i) => `hidden layer ${i + 1}`), "answer"];
  const step = (width - picture - 84) / last, x = (layer) => picture + (layer + 1) * step - step / 4;
  const y = (layer, i) => 34 + ((i + 0.5) * (height - 64)) / data.neurons[layer].length;
  let which = 4 % data.labels.length, pointed = null;
  const circles = data.neurons.map((neurons, layer) => neurons.map((_, i) => make("circle", { cx: x(layer), cy: y(layer, i), r: radius,
    onpointerenter: () => point([layer, i]), onpointerdown: () => point([layer, i]) })));
  const entries = circles[0].map((_, i) => make("line", { x1: picture + 4, y1: height / 2, x2: x(0), y2: y(0, i), stroke: "var(--purple)" }));
  const lines = data.weights.map((matrix, layer) => matrix.map((row, i) => row.map((_, j) =>
    make("line", { x1: x(layer), y1: y(layer, i), x2: x(layer + 1), y2: y(layer + 1, j), "stroke-width": 1.6 }))));
  const bars = circles.at(-1).map((_, i) => make("rect", { x: x(last - 1) + 28, y: y(last - 1, i) - 7, height: 14, fill: "var(--blue)" }));
  const [image, look] = [height / 2 - picture / 2, height - picture - 26].map((top) => set(document.createElementNS("http://www.w3.org/2000/svg", "image"),
    { x: 0, y: top, width: picture, height: picture }));
  const caption = make("text", { x: 0, y: height - 10, class: "soft" }, "its weights");
  const heads = data.sizes.map((size, layer) => make("text", { x: x(layer), y: 14, "text-anchor": "middle", class: "soft" }, width < 400 || layer === last - 1 ? String(size) : `${data.neurons[layer].length} of ${size}`));
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, class: "net", tabindex: 0, role: "application", onkeydown: walk,
    onpointerleave: (event) => event.pointerType === "mouse" && point(null),
    "aria-label": "The network. Arrow keys go from neuron to neuron, up and down in a layer, left and right between layers" },
  image, look, caption, ...entries, ...lines.flat(2), ...circles.flat(), ...bars, ...heads,
  ...data.neurons.at(-1).map((neuron, i) => make("text", { x: x(last - 1) + 13, y: y(last - 1, i) + 5 }, String(neuron))));
  const small = data.images.map((text, i) => digit({ size: 40, label: `a ${data.labels[i]}` }));
  small.forEach((one, i) => one.draw(unpack(data.images[i])));
  const buttons = small.map((one, i) => make("button", { type: "button", onclick: () => choose(i) }, one.element));
  const upto = choice({ label: "Up to", options: titles.map((title, i) => [i, title]), value: 0, change: () => { film.stop(); show(); } });
  const film = player(stage, { label: "Send it through", delay: 900, step() {
    upto.to(upto.value === last ? 0 : upto.value + 1);
    show();
    return upto.value < last;
  } });
  const paper = digit({ signed: true });
  stage.add(make("style", {}, LOOK));
  stage.add(make("div", { class: "digits", role: "group", "aria-label": "Choose a digit" }, ...buttons));
  stage.row(film.element, upto.element);
  stage.add(svg);
  stage.add(make("p", { class: "hint" }, "Point at a neuron to see its number and its lines: blue lines add, red ones subtract."));
  stage.table(() => [["layer", "neuron", "its number"], ...data.neurons.flatMap((neurons, layer) => neurons.map((neuron, i) =>
    [titles[layer + 1], neuron, data.values[layer][which][i].toFixed(4)]))]);

  function choose(i) {
    film.stop();
    which = i;
    upto.to(calm() ? last : 0);
    show();
    if (!calm()) film.run();
  }

  /** Light up what has been computed so far. */
  function show() {
    const now = upto.value, values = data.values.map((layer) => layer[which]), tops = values.map((layer) => Math.max(...layer) || 1);
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(i === which)));
    set(image, { href: small[which].element.toDataURL() });
    circles.forEach((layer, l) => layer.forEach((circle, i) => set(circle, { "fill-opacity": l < now ? (values[l][i] / tops[l]).toFixed(3) : 0,
      class: pointed && pointed[0] === l && pointed[1] === i ? "chosen" : "" })));
    entries.forEach((line, i) => set(line, { "stroke-opacity": now > 0 ? (0.7 * values[0][i]) / tops[0] : 0, class: hidden(0, -1, i) }));
    lines.forEach((rows, l) => {
      const sums = rows.map((row, i) => row.map((_, j) => values[l][i] * data.weights[l][i][j])), most = Math.max(...sums.flat().map(Math.abs)) || 1;
      rows.forEach((row, i) => row.forEach((line, j) => set(line, { stroke: sums[i][j] > 0 ? "var(--blue)" : "var(--red)",
        "stroke-opacity": l + 1 < now ? Math.abs(sums[i][j] / most).toFixed(3) : 0, class: hidden(l + 1, i, j) })));
    });
    bars.forEach((bar, i) => set(bar, { width: now === last ? 1 + 48 * values.at(-1)[i] : 0 }));
    tell(now, values);
  }

  /** Whether a line from neuron i to neuron j of a layer does not touch the one that is pointed at. */
  function hidden(layer, i, j) {
    return pointed && !(pointed[0] === layer && pointed[1] === j) && !(pointed[0] === layer - 1 && pointed[1] === i) ? "faint" : "";
  }

  function tell(now, values) {
    const ten = values.at(-1), best = ten.indexOf(Math.max(...ten)), label = data.labels[which], first = pointed?.[0] === 0;
    if (first) paper.draw(unpack(data.looks[pointed[1]]).map((weight) => 2 * weight - 1));
    for (const part of [look, caption]) set(part, { href: first ? paper.element.toDataURL() : null, visibility: first ? "visible" : "hidden" });
    if (pointed) {
      const [layer, i] = pointed, value = values[layer][i], name = `Neuron ${data.neurons[layer][i]} of ${titles[layer + 1]}`;
      if (layer >= now) return stage.say(`${name}: the digit has not come so far.`);
      if (layer === last - 1) return stage.say(`The probability of a ${i} is ${(100 * value).toFixed(1)} %.`);
      return stage.say(`${name}: ${value > 0 ? short(value) : "0, it keeps silent"}.`);
    }
    if (now === 0) return stage.say(`A ${label}, as 784 pixels. Choose a digit to send it through the network.`);
    if (now === last) return stage.say(`It reads ${best}, with ${(100 * ten[best]).toFixed(1)} %: ${best === label ? "right" : `wrong, this is a ${label}`}.`);
    const loud = values[now - 1].filter((value) => value > 0).length;
    stage.say(`${titles[now][0].toUpperCase()}${titles[now].slice(1)}: ${loud} of the ${values[now - 1].length} neurons drawn answer, the others keep silent.`);
  }

  function point(place) { pointed = place; show(); }

  function walk(event) {
    const move = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (event.key === "Escape") point(null);
    if (!move) return;
    event.preventDefault();
    const [layer, i] = pointed ?? [0, -move[1]], to = Math.max(0, Math.min(last - 1, layer + move[0])), count = data.neurons[to].length;
    const same = Math.round(((i + 0.5) / data.neurons[layer].length) * count - 0.5);
    point([to, Math.max(0, Math.min(count - 1, (to === layer ? i : same) + move[1]))]);
  }

  show();
}
