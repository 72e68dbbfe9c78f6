import { button, choice, make, player, room, set, unpack } from "./base.js";

const SMALL = 14;
const LOOK = `
.cloud { flex: 0 1 460px; min-width: 0; }
.cloud svg { border: 1px solid var(--line); border-radius: 6px; background: var(--paper); box-sizing: border-box; }
.cloud text { text-anchor: middle; dominant-baseline: central; font-weight: 600; transition: opacity 0.3s; cursor: pointer; }
.cloud .corner { font-size: 24px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; pointer-events: none; transition: none; }
.cloud .faint { opacity: 0.03; }
.side { flex: 1 1 180px; }
.side p { min-height: 4.4em; }
.side .row { gap: 6px; }
.side canvas { border: 1px solid var(--line); }
.side button { min-width: 38px; padding: 2px 6px; font-weight: 600; }
@media (prefers-reduced-motion: no-preference) { .cloud text, .cloud .moves { transition: transform 1.1s ease-in-out, opacity 0.3s; } }`;

/** For each point, the index of the one that lies nearest to it. */
export const nearest = (points) => points.map(([x, y], i) => {
  let best = -1, least = Infinity;
  points.forEach(([u, v], j) => {
    const distance = (x - u) ** 2 + (y - v) ** 2;
    if (j !== i && distance < least) [best, least] = [j, distance];
  });
  return best;
});

export function start(stage, data) {
  const side = Math.min(460, room), all = data.labels.length, names = data.sizes.map((_, i) => (i ? `hidden layer ${i}` : "pixels"));
  const clouds = data.places.map((stages) => stages.map((points) => points.map((point) => point.map((value) => value / 1e4))));
  const beside = clouds.map((stages) => stages.map(nearest));
  const pixels = Array.from(unpack(data.images), (value) => Math.round(255 * value)).flatMap((byte) => [byte >> 4, byte & 15]);
  let chosen = -1, lit = null, drawn = [];
  const colour = (digit) => `color-mix(in srgb, ${data.colours[digit]} 50%, var(--ink))`;
  const dots = data.labels.map((label) => make("text", { fill: colour(label), style: `fill: ${colour(label)}` }, String(label)));
  const corners = Array.from({ length: 10 }, (_, digit) => {
    const angle = (2 * Math.PI * digit) / 10, [x, y] = place([1.1 * Math.sin(angle), 1.1 * Math.cos(angle)]);
    return make("text", { class: "corner", x, y, style: `fill: ${colour(digit)}` }, String(digit));
  });
  const ring = make("circle", { r: 11, fill: "none", stroke: "var(--ink)", "stroke-width": 3, visibility: "hidden" });
  const svg = make("svg", { viewBox: `0 0 ${side} ${side}`, tabindex: 0, role: "application", onkeydown: walk, onpointermove: (event) => hover(event),
    "aria-label": `The ${data.noun}s between ten corners. Arrow keys go from ${data.noun} to ${data.noun}` }, ...dots, ...corners, ring);
  const canvas = make("canvas", { width: SMALL, height: SMALL, role: "img", "aria-label": `no ${data.noun} chosen` });
  Object.assign(canvas.style, { width: "140px", height: "140px", background: "#fff" });
  const about = make("p", {}, `The large numbers are corners. Each pulls a ${data.noun} the more, the nearer it is to the mean of its own. Point at a ${data.noun}, and press Play: where does it go?`);
  const network = choice({ label: "Network", options: data.names.map((name, i) => [i, name]), value: 0, change: show });
  const layer = choice({ label: "Where", options: names.map((name, i) => [i, name]), value: 0, change: show });
  const last = names.length - 1;
  const film = player(stage, { label: "Play", delay: 1900, step() {
    layer.to(layer.value === last ? 0 : layer.value + 1);
    show();
    return layer.value < last;
  } });
  const keys = Array.from({ length: 10 }, (_, digit) => button(String(digit), () => { lit = lit === digit ? null : digit; show(); },
    { "aria-pressed": "false", title: data.kinds[digit], style: `color: ${colour(digit)}` }));
  stage.add(make("style", {}, LOOK));
  stage.row(network.element, film.element);
  stage.row(layer.element);
  stage.row(make("div", { class: "cloud" }, svg), make("div", { class: "side" }, canvas, about,
    make("div", { role: "group", "aria-label": "Show one kind only" }, "Show only", make("div", { class: "row" }, ...keys))));
  stage.table(() => [["number", data.noun, "across", "up", `${data.noun} beside it`], ...points().map(([x, y], i) =>
    [i, data.labels[i], x.toFixed(4), y.toFixed(4), data.labels[neighbours()[i]]])]);

  function points() { return clouds[network.value][layer.value]; }
  function neighbours() { return beside[network.value][layer.value]; }

  /** Where a point of the plane lies in the drawing. */
  function place([x, y]) { return [side / 2 + (side / 2 - 36) * x, side / 2 - (side / 2 - 36) * y]; }

  function show() {
    drawn = points().map(place);
    drawn.forEach(([x, y], i) => {
      dots[i].style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      dots[i].classList.toggle("faint", lit !== null && data.labels[i] !== lit);
    });
    keys.forEach((key, digit) => set(key, { "aria-pressed": String(digit === lit), style: digit === lit ? "" : `color: ${colour(digit)}` }));
    ring.classList.add("moves");
    if (chosen >= 0) set(ring, { visibility: lit === null || data.labels[chosen] === lit ? "visible" : "hidden" });
    if (chosen >= 0) ring.style.transform = dots[chosen].style.transform;
    const alike = neighbours().filter((j, i) => data.labels[j] === data.labels[i]).length;
    const here = names[layer.value], name = layer.value ? ` (${data.names[network.value]})` : "";
    stage.say(`${here[0].toUpperCase()}${here.slice(1)}${name}: ${data.sizes[layer.value]} numbers. ${Math.round((100 * alike) / all)} of 100 ${data.noun}s have one of their own kind beside them.`);
  }

  function choose(i) {
    chosen = i;
    set(ring, { visibility: "visible", class: "", style: `transform: ${dots[i].style.transform}` });
    const image = new ImageData(SMALL, SMALL);
    for (let p = 0; p < SMALL ** 2; p++) image.data.set([0, 0, 0, 17 * pixels[i * SMALL ** 2 + p]], 4 * p);
    canvas.getContext("2d").putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", `the ${data.noun}, ${data.kinds[data.labels[i]]}`);
    about.textContent = `Number ${i}, ${data.kinds[data.labels[i]]}`;
    stage.say(`This is ${data.kinds[data.labels[i]]}, and the ${data.noun} beside it is ${data.kinds[data.labels[neighbours()[i]]]}.`);
  }

  function hover(event) {
    const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const distances = drawn.map(([x, y], i) => (lit === null || data.labels[i] === lit ? Math.hypot(x - spot.x, y - spot.y) : Infinity));
    const best = distances.indexOf(Math.min(...distances));
    if (distances[best] < 18 && best !== chosen) choose(best);
  }

  function walk(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [x, y] = points()[chosen] ?? [0, 0];
    const costs = points().map(([u, v], i) => {
      if (i === chosen || (lit !== null && data.labels[i] !== lit)) return Infinity;
      if (chosen < 0) return Math.hypot(u, v); // the first is the one nearest to the middle
      const ahead = (u - x) * step[0] + (v - y) * step[1], aside = Math.abs((u - x) * step[1]) + Math.abs((v - y) * step[0]);
      return ahead > 0 ? ahead + 3 * aside : Infinity;
    });
    const best = costs.indexOf(Math.min(...costs));
    if (costs[best] < Infinity) choose(best);
  }

  svg.addEventListener("pointerdown", hover);
  show();
}
