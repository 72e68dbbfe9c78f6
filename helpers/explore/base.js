// What the figures that move share. Each figure's script exports start(stage, data) and builds itself from these parts.

const STYLE = `
:host { display: block; max-width: 720px; }
/* look.css */
.live { background: var(--paper); color: var(--ink); font: var(--size)/1.45 var(--font); padding: 10px 12px;
  border: 1px solid var(--line); border-radius: var(--radius); }
.row { display: flex; flex-wrap: wrap; gap: 6px 14px; align-items: center; margin: 6px 0; }
label { display: inline-flex; gap: 8px; align-items: center; }
label.wide { display: flex; flex: 1 1 260px; flex-wrap: wrap; }
input { accent-color: var(--blue); }
input:is([type=radio], [type=checkbox]) { margin: 0; }
input[type=range] { flex: 1 1 140px; min-width: 120px; height: 28px; margin: 0; }
fieldset { border: 0; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 20px; min-width: 0; }
fieldset label { gap: 4px; }
legend { float: left; padding: 0; margin-right: 10px; }
button { font: inherit; color: var(--ink); background: var(--wash); border: 1px solid var(--edge); border-radius: 6px;
  padding: 4px 12px; min-height: 38px; cursor: pointer; }
button:hover { border-color: var(--blue); }
button[aria-pressed=true] { background: var(--blue); color: var(--paper); border-color: var(--blue); }
button:disabled { opacity: 0.5; cursor: default; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
output, .say { font-variant-numeric: tabular-nums; }
.say { min-height: 3em; margin: 6px 0; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--ink); font: 13px var(--font); }
svg .soft { fill: var(--soft); }
canvas { display: block; image-rendering: pixelated; background: var(--paper); }
details { margin-top: 6px; }
summary { cursor: pointer; color: var(--soft); }
.scroll { overflow-x: auto; max-height: 260px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: 1px 10px; border-bottom: 1px solid var(--line); font-weight: normal; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media print { .live { display: none; } }
@media not print { .picture { display: none; } }
`;

/** The width that there is, in CSS pixels, for what is drawn. */
export let room = 640;

/** True if the reader wants no movement that was not asked for. */
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Put the figure in the place of each of its pictures that has not begun yet. */
export function begin(key, start, data) {
  for (const place of document.querySelectorAll(`[data-live="${key}"]:not([data-running])`)) {
    place.dataset.running = "yes";
    place.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves keys to it, until Escape
    place.addEventListener("keydown", (event) => { if (event.key === "Escape") place.closest(".jp-Cell")?.focus(); });
    const picture = place.querySelector("img"), shadow = place.attachShadow({ mode: "open" });
    const live = make("div", { class: "live look", role: "group", "aria-label": picture?.alt || key });
    shadow.append(make("style", {}, STYLE), live, make("div", { class: "picture" }, picture));
    follow(place, live);
    room = Math.max(280, Math.min(640, (place.clientWidth || 720) - 26));
    start(stage(live), data);
  }
}

/** Follow the theme of the page: dark is what lies on a dark background. */
function follow(place, live) {
  const look = () => {
    for (let element = place; element; element = element.parentElement) {
      const [r, g, b, alpha] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
      if (r !== undefined && alpha !== 0) return live.classList.toggle("dark", 0.3 * r + 0.6 * g + 0.1 * b < 110);
    }
    live.classList.remove("dark");
  };
  const watcher = new MutationObserver(look);
  for (const element of [document.documentElement, document.body]) watcher.observe(element, { attributes: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
  look();
}

/** Make an element; attributes whose names begin with "on" are handlers. */
export function make(tag, attributes = {}, ...children) {
  const drawn = ["svg", "path", "line", "circle", "rect", "text", "g", "polyline"].includes(tag);
  const element = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  set(element, attributes);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set attributes of an element. */
export function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === null || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : value);
  }
  return element;
}

/** The figure's place: add() parts, say() the present state in a sentence, table() the numbers behind it. */
function stage(live) {
  const sentence = make("p", { class: "say" }), heard = make("p", { class: "hidden", role: "status" });
  const body = make("div"), content = make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "The numbers" });
  const numbers = make("details", {}, make("summary", {}, "The numbers"), content);
  let rows = null, timer = 0;
  numbers.hidden = true;
  live.append(body, sentence, heard, numbers);
  const fill = () => {
    if (!numbers.open || !rows) return;
    const [head, ...rest] = rows();
    const line = (cells, tag) => make("tr", {}, ...cells.map((cell) => make(tag, {}, String(cell))));
    content.replaceChildren(make("table", {}, make("thead", {}, line(head, "th")), make("tbody", {}, ...rest.map((r) => line(r, "td")))));
  };
  numbers.addEventListener("toggle", fill);
  return {
    element: live,
    /** Add elements in a row of their own. */
    row: (...parts) => body.appendChild(make("div", { class: "row" }, ...parts)),
    add: (part) => body.appendChild(part),
    /** Show the present state in one sentence; a screen reader hears it when it has stood for a moment. */
    say(text) {
      sentence.textContent = text;
      clearTimeout(timer);
      timer = setTimeout(() => { heard.textContent = text; }, 700);
      fill();
    },
    /** A function that gives the rows of the table of numbers, the head first; called when the table is open. */
    table(give) { rows = give; numbers.hidden = false; fill(); },
  };
}

/** A slider: { element, value, to(value) }. `text` writes the value; `log` makes it go by factors. */
export function slider({ label, min, max, step = 1, value, log = false, text = String, change }) {
  const inner = log ? Math.log10 : Number, outer = log ? (x) => 10 ** x : Number;
  const output = make("output"), input = make("input", { type: "range", min: inner(min), max: inner(max), step: log ? "any" : step });
  const control = {
    element: make("label", { class: "wide" }, label, input, output),
    input,
    get value() { return outer(input.value); },
    to(next) { input.value = inner(next); show(); },
  };
  const show = () => { output.textContent = text(control.value); input.setAttribute("aria-valuetext", text(control.value)); };
  input.addEventListener("input", () => { show(); change?.(control.value); });
  control.to(value);
  return control;
}

/** A button. */
export const button = (label, action, attributes = {}) => make("button", { type: "button", onclick: action, ...attributes }, label);

/** One of several: { element, value, to(value) }; options are [value, label] pairs. */
export function choice({ label, options, value, change }) {
  const name = `choice-${Math.random().toString(36).slice(2)}`;
  const inputs = options.map(([key]) => make("input", { type: "radio", name, value: key, onchange: () => change?.(key) }));
  const control = {
    element: make("fieldset", {}, make("legend", {}, label), ...options.map(([, text], i) => make("label", {}, inputs[i], text))),
    get value() { return options[inputs.findIndex((input) => input.checked)]?.[0]; },
    to(next) { inputs.forEach((input, i) => { input.checked = options[i][0] === next; }); },
  };
  control.to(value);
  return control;
}

/** Round marks for an axis, about `count` of them. */
export function ticks(low, high, count = 5) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.max(0, Math.floor(high / step + 1e-9) - first + 1) }, (_, i) => +((first + i) * step).toPrecision(12));
}

/** A number as a short text. */
export function short(value, digits = 3) {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(1).replace("e+", "e").replace("-", "\u2212");
  return String(+value.toPrecision(digits)).replace("-", "\u2212");
}

/** Axes in an SVG. Draw into `inside` with x() and y(); scale() changes the ranges; at(event) gives the place of a pointer. */
export function axes({ width = room, height = 300, x, y, xlabel = "", ylabel = "", label = "", xtext = short, ytext = short, left = 56 }) {
  const bottom = 44, top = 12, right = 14;
  const marks = make("g"), inside = make("g");
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label || `${ylabel} against ${xlabel}` }, marks, inside);
  const plot = {
    element: svg, inside, width, height,
    x: (value) => left + ((value - plot.xs[0]) / (plot.xs[1] - plot.xs[0])) * (width - left - right),
    y: (value) => height - bottom - ((value - plot.ys[0]) / (plot.ys[1] - plot.ys[0])) * (height - bottom - top),
    /** A path through points [x, y]. */
    line: (points) => "M" + points.map(([a, b]) => `${plot.x(a).toFixed(1)},${plot.y(b).toFixed(1)}`).join("L"),
    at(event) {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [plot.xs[0] + ((point.x - left) / (width - left - right)) * (plot.xs[1] - plot.xs[0]),
        plot.ys[0] + ((height - bottom - point.y) / (height - bottom - top)) * (plot.ys[1] - plot.ys[0])];
    },
    scale(xs, ys) {
      Object.assign(plot, { xs, ys });
      marks.replaceChildren(
        ...ticks(...ys).flatMap((value) => [
          make("line", { x1: left, x2: width - right, y1: plot.y(value), y2: plot.y(value), stroke: "var(--line)", "stroke-width": 0.7 }),
          make("text", { x: left - 7, y: plot.y(value) + 4, "text-anchor": "end" }, ytext(value))]),
        ...ticks(...xs).map((value) => make("text", { x: plot.x(value), y: height - bottom + 18, "text-anchor": "middle" }, xtext(value))),
        make("line", { x1: left, x2: width - right, y1: height - bottom, y2: height - bottom, stroke: "var(--soft)" }),
        make("text", { x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle" }, xlabel),
        make("text", { transform: `translate(13 ${(height - bottom + top) / 2}) rotate(-90)`, "text-anchor": "middle" }, ylabel));
    },
  };
  plot.scale(x, y);
  return plot;
}

/** Call move(event) while a pointer is pressed on the element and until it is released. */
export function drag(element, move) {
  element.style.touchAction = "none";
  element.style.cursor = "crosshair";
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    element.setPointerCapture(event.pointerId);
    move(event);
  });
  element.addEventListener("pointermove", (event) => { if (element.hasPointerCapture(event.pointerId)) move(event); });
}

/** Something that runs: { element (a button that starts and stops it), stop() }. step() returns false at the end; Escape stops. */
export function player(stage, { label = "Run", pause = "Stop", delay = 400, step }) {
  let timer = 0;
  const toggle = button(label, () => (timer ? stop() : run()));
  const stop = () => { clearInterval(timer); timer = 0; toggle.textContent = label; };
  const run = () => {
    toggle.textContent = pause;
    timer = setInterval(() => { if (!toggle.isConnected || step() === false) stop(); }, delay);
    if (step() === false) stop();
  };
  stage.element.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  return { element: toggle, stop, run };
}

/** Values of 0 to 1 from a text of bytes (see as_bytes in base.py). */
export const unpack = (text) => Float32Array.from(atob(text), (letter) => letter.charCodeAt(0) / 255);

/** A canvas of side x side pixels, shown at `size` CSS pixels; draw(values) shows values of 0 to 1 as ink on paper,
 *  or, with `signed`, values of -1 to 1: what is for in blue, what is against in red. */
export function digit({ size = 84, side = 28, label = "a digit", signed = false } = {}) {
  const canvas = make("canvas", { width: side, height: side, role: "img", "aria-label": label });
  Object.assign(canvas.style, { width: `${size}px`, height: `${size}px`, background: "#fff" });
  const draw = (values) => {
    const context = canvas.getContext("2d"), image = context.createImageData(side, side);
    values.forEach((value, i) => {
      const size = Math.max(-1, Math.min(1, value)), full = !signed ? [0, 0, 0] : size > 0 ? [0, 90, 160] : [200, 70, 0];
      full.forEach((colour, j) => { image.data[4 * i + j] = 255 + (colour - 255) * Math.abs(size); });
      image.data[4 * i + 3] = 255;
    });
    context.putImageData(image, 0, 0);
  };
  return { element: canvas, draw };
}

/** Ten bars of probabilities: { element, draw(ten) }; the highest is marked. */
export function bars({ width = 300, height = 150, label = "ten probabilities" } = {}) {
  const wide = (width - 10) / 10, low = height - 20;
  const rects = [], svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  svg.style.maxWidth = `${width}px`;
  for (let i = 0; i < 10; i++) {
    rects.push(make("rect", { x: 5 + i * wide + 2, width: wide - 4 }));
    svg.append(rects[i], make("text", { x: 5 + (i + 0.5) * wide, y: height - 4, "text-anchor": "middle" }, String(i)));
  }
  svg.append(make("line", { x1: 5, x2: width - 5, y1: low, y2: low, stroke: "var(--soft)" }));
  const draw = (ten) => {
    const best = ten.indexOf(Math.max(...ten));
    ten.forEach((p, i) => set(rects[i], { y: low - p * (low - 6), height: p * (low - 6), fill: i === best ? "var(--red)" : "var(--blue)" }));
    svg.setAttribute("aria-label", `${label}: ${best} with ${Math.round(100 * ten[best])} per cent`);
  };
  return { element: svg, draw };
}
