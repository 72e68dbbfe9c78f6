import { button, choice, drag, make, set, short, slider, unpack } from "./base.js";

const SIDE = 28, WIDE = 400, HIGH = 300, FLOOR = 270, THUMB = 21;
const LOOK = `
.paint { position: relative; width: 280px; }
.paint canvas { width: 280px; height: 280px; border: 1px solid var(--soft); box-sizing: border-box; background: #fff; }
.paint span { position: absolute; inset: 90px 40px auto; text-align: center; color: #595959; pointer-events: none; }
.paint div { position: absolute; left: 0; top: 0; width: 30px; height: 30px; border: 2px solid #000; outline: 2px solid #fff;
  border-radius: 50%; box-sizing: border-box; pointer-events: none; visibility: hidden; } .paint canvas:focus-visible ~ div { visibility: visible; }
.field { flex: 1 1 300px; min-width: 0; } .field .big { font-size: 20px; font-weight: 600; }
.dark .field image:not(.wrong) { filter: invert(1); }
@media (prefers-reduced-motion: no-preference) { .field image { transition: transform 0.45s; } .hop image { animation: hop 0.5s 2; } }
@keyframes hop { 50% { translate: 0 -14px; } }`;

/** Images of SIDE x SIDE pixels from a text of 16 greys, two pixels to a byte. */
export function unpackGreys(text) {
  const pixels = Array.from(unpack(text), (value) => Math.round(255 * value)).flatMap((byte) => [(byte >> 4) / 15, (byte & 15) / 15]);
  return Array.from({ length: pixels.length / SIDE ** 2 }, (_, i) => pixels.slice(i * SIDE ** 2, (i + 1) * SIDE ** 2));
}

/** The weighted sum of each image. */
export const sums = (weights, images) => images.map((image) => image.reduce((sum, ink, i) => sum + ink * weights[i], 0));

const ranked = (values) => values.map((_, i) => i).sort((a, b) => values[a] - values[b]);

/** The line that leaves most values on their side, false below and true above it; of several the one in the widest gap. */
export function bestLine(values, groups) {
  const order = ranked(values);
  let right = groups.filter(Boolean).length, best = { line: values[order[0]] - 1e-6, right, gap: 0 };
  order.forEach((i, rank) => {
    right += groups[i] ? -1 : 1;
    const next = values[order[rank + 1]] ?? values[i] + 2e-6, gap = next - values[i];
    if (gap > 0 && (right > best.right || (right === best.right && gap > best.gap))) best = { line: values[i] + gap / 2, right, gap };
  });
  return best;
}

/** Put colours, each of four numbers, onto a small canvas. */
function paint(canvas, colours) {
  canvas.getContext("2d").putImageData(new ImageData(Uint8ClampedArray.from(colours.flat()), SIDE, SIDE), 0, 0);
  return canvas;
}

export function start(stage, data) {
  const tasks = data.tasks.map((one) => ({ ...one, images: unpackGreys(one.images), mine: new Array(SIDE ** 2).fill(0),
    groups: one.counts.flatMap((count, i) => new Array(count).fill(i === 1)), record: 0 }));
  let task, thumbs, inks, weights, values, line = 0, low, high, pointed = -1, cursor = [14, 14], last;
  const canvas = make("canvas", { width: SIDE, height: SIDE, tabindex: 0, role: "application", onkeydown: keys,
    "aria-label": "The weights. Arrow keys move, space paints, arrow keys with shift paint on the way" });
  const ring = make("div"), invitation = make("span"), crowd = make("g");
  const svg = make("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, tabindex: 0, role: "application", onkeydown: walk, onpointerleave: (event) => event.pointerType === "mouse" && point(-1),
    "aria-label": "The digits in the order of their sums. Arrow keys go from digit to digit" });
  const rule = make("line", { y1: 26, y2: FLOOR + 4, stroke: "var(--ink)", "stroke-width": 3 });
  const mark = make("rect", { width: THUMB + 4, height: THUMB + 4, x: -2, y: -2, fill: "none", stroke: "var(--blue)", "stroke-width": 3 });
  const words = ["end", "start", "middle"].map((side, i) => make("text", { x: WIDE / 2, y: i < 2 ? 18 : HIGH - 2, "text-anchor": side, class: "big" }));
  svg.append(make("text", { x: 0, y: HIGH - 3, class: "soft" }, "\u2190 smaller sum"),
    make("text", { x: WIDE, y: HIGH - 3, "text-anchor": "end", class: "soft" }, "larger sum \u2192"), crowd, mark, rule, ...words);
  const brush = choice({ label: "Brush", options: [[1, "for (blue)"], [-1, "against (red)"], [0, "eraser"]], value: 1 });
  const sources = [["mine", "mine"], ["means", "difference of means"], ["trained", "trained neuron"]];
  const source = choice({ label: "Weights", options: sources, value: "mine", change: show });
  const place = slider({ label: "Line between the sides", min: 0, max: 100, step: 0.5, value: 50, text: () => short(line),
    change: (percent) => { best.checked = false; line = low + (percent / 100) * (high - low); show(); } });
  const best = make("input", { type: "checkbox", checked: true, onchange: show });
  const point = (i) => { pointed = i; tell(); };
  stage.add(make("style", {}, LOOK));
  stage.row(choice({ label: "Tell", options: tasks.map((one, i) => [i, one.pair.join(" from ")]), value: 0, change: begin }).element);
  stage.row(make("div", { class: "paint" }, canvas, invitation, ring), make("div", { class: "field" }, svg));
  stage.row(brush.element, button("Clear", () => { task.mine.fill(0); source.to("mine"); show(); }));
  stage.row(source.element);
  stage.row(place.element, make("label", {}, best, "at its best place"));
  stage.table(() => [["digit", "sum", "says"], ...values.map((value, i) => [task.pair[+task.groups[i]], value.toFixed(4), task.pair[+(value > line)]])]);

  function begin(index) {
    task = tasks[index];
    words.slice(0, 2).forEach((word, i) => { word.textContent = `says ${task.pair[i]}`; });
    invitation.textContent = `Paint here: blue speaks for a ${task.pair[1]}, red for a ${task.pair[0]}.`;
    inks = task.images.map((image) => [[0, 0, 0], [230, 100, 0]].map((colour) =>
      paint(make("canvas", { width: SIDE, height: SIDE }), image.map((ink) => [...colour, 255 * ink])).toDataURL()));
    thumbs = inks.map((_, i) => set(document.createElementNS("http://www.w3.org/2000/svg", "image"),
      { width: THUMB, height: THUMB, onpointerenter: () => point(i), onpointerdown: () => point(i) }));
    crowd.replaceChildren(...thumbs);
    pointed = -1;
    source.to("mine");
    show();
  }

  /** Compute all sums anew, find the line, and send every digit to its place. */
  function show() {
    weights = task[source.value];
    values = sums(weights, task.images);
    [low, high] = [Math.min(...values), Math.max(...values)];
    const blank = low === high;
    if (blank || best.checked) line = blank ? low : bestLine(values, task.groups).line;
    const width = (high - low) / (WIDE / THUMB - 2) || 1, columns = new Map();
    const x = blank ? WIDE / 2 : THUMB + ((line - low) / width) * THUMB;
    ranked(values).forEach((i, rank) => {
      const column = Math.floor(Math.abs(values[i] - line) / width), key = blank ? (rank % 10) - 5 : values[i] > line ? column : -1 - column;
      columns.set(key, [...(columns.get(key) ?? []), i]);
    });
    for (const [key, members] of columns) members.forEach((i, rank) => {
      const left = Math.max(0, Math.min(WIDE - THUMB, x + key * THUMB)), step = Math.min(THUMB, (FLOOR - 30 - THUMB) / (members.length - 1 || 1));
      const wrong = !blank && (values[i] > line) !== task.groups[i];
      thumbs[i].style.transform = `translate(${left.toFixed(1)}px, ${(FLOOR - THUMB - rank * step).toFixed(1)}px)`;
      set(thumbs[i], { class: wrong ? "wrong" : "", href: inks[i][+wrong] });
    });
    set(rule, { x1: x, x2: x, visibility: blank ? "hidden" : "visible" });
    words.slice(0, 2).forEach((word, i) => word.setAttribute("x", Math.max(80, Math.min(WIDE - 80, x)) + (i ? 12 : -12)));
    place.to(blank ? 50 : (100 * (line - low)) / (high - low));
    invitation.hidden = weights.some(Boolean);
    tell();
  }

  /** Show the weights, with the digit that is pointed at, and say how it stands. */
  function tell() {
    const ghost = task.images[pointed];
    paint(canvas, weights.map((weight, i) => [...(weight > 0 ? [0, 114, 178] : [213, 94, 0]).map(
      (colour) => (1 - 0.6 * (ghost?.[i] ?? 0)) * (255 + (colour - 255) * Math.abs(weight))), 255]));
    set(mark, { visibility: ghost ? "visible" : "hidden", style: `transform: ${thumbs[pointed]?.style.transform}` });
    if (!ghost) return stage.say(report());
    const adds = ghost.reduce((sum, ink, i) => sum + Math.max(0, ink * weights[i]), 0), sum = values[pointed];
    stage.say(`This ${task.pair[+task.groups[pointed]]}: blue adds ${short(adds)}, red subtracts ${short(adds - sum)}; its sum is ${short(sum)}.`);
  }

  function report() {
    const [no, yes] = task.pair, all = values.length, goal = Math.ceil(data.goal * all), mine = source.value === "mine";
    const right = values.filter((value, i) => (value > line) === task.groups[i]).length, score = `${right} of ${all}`;
    words[2].textContent = low === high ? "" : score;
    if (low === high) return `Paint: blue where ink speaks for a ${yes}, red where it speaks for a ${no}. Can you get ${goal} of ${all} digits on their side?`;
    crowd.classList.toggle("hop", mine && right >= goal && task.record < goal);
    if (mine) task.record = Math.max(task.record, right);
    const begun = `${score} digits are on their side.`, yours = task.record ? ` Your best: ${task.record}.` : "";
    if (source.value === "trained") return `${begun} Training found these weights on ${task.seen} other digits.${yours}`;
    if (!mine) return `${begun} The mean ${yes} minus the mean ${no}, of ${task.seen} other digits: nothing was trained.${yours}`;
    if (right >= goal) return `${begun} Well painted! Can the trained neuron do better?`;
    const turned = bestLine(values, task.groups.map((group) => !group)).right > right + all / 10;
    return begun + (turned ? ` It is the wrong way round: your neuron likes the ${no}.` : ` The goal is ${goal}. The orange ones are on the wrong side.`);
  }

  function walk(event) {
    const order = ranked(values), at = order.indexOf(pointed), end = order.length - 1;
    const next = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, Home: 0, End: end, Escape: NaN }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    point(order[Math.max(0, Math.min(end, next))] ?? -1);
  }

  function dab([column, row]) {
    source.to("mine");
    task.mine = task.mine.map((weight, i) => (Math.hypot((i % SIDE) - column, Math.floor(i / SIDE) - row) < 1.6 ? brush.value : weight));
  }

  function keys(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step && event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (step) cursor = cursor.map((value, i) => Math.max(0, Math.min(SIDE - 1, value + step[i])));
    ring.style.transform = `translate(${cursor[0] * 10 - 10}px, ${cursor[1] * 10 - 10}px)`;
    if (!step || event.shiftKey) dab(cursor);
    show();
  }

  drag(canvas, (event) => {
    const box = canvas.getBoundingClientRect(), at = [(event.clientX - box.x) / box.width, (event.clientY - box.y) / box.height];
    const cell = at.map((part) => part * SIDE - 0.5), from = event.type === "pointerdown" ? cell : last;
    for (let part = 0; part < 1.05; part += 0.1) dab(cell.map((value, i) => from[i] + (value - from[i]) * part));
    last = cell;
    show();
  });
  begin(0);
}
