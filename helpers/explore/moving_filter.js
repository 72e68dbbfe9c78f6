import { button, calm, choice, digit, drag, make, player, room, set, short } from "./base.js";

const SIDE = 28;

/** The products of the pixels in the frame and the weights. */
function products(image, weights, [row, column]) {
  const k = Math.sqrt(weights.length);
  return weights.map((weight, i) => weight * image[(row + Math.floor(i / k)) * SIDE + column + (i % k)]);
}

const total = (values) => values.reduce((a, b) => a + b, 0);
const hundredths = (value) => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", "\u2212");

/** What a click makes of a weight: 0, 1, -1, and again. */
const next = (weight) => (weight >= 1 ? -1 : weight < 0 ? 0 : 1);

export function start(stage, data) {
  const scale = room < 480 ? 5 : 8, edge = SIDE * scale;
  let image = data.images[0][1], weights = [...data.filters[0][1]], k, side, place, done, sums, map, cells, fine, touched = false;
  const paper = digit({ size: edge, label: "the digit" }), outline = "1px solid var(--line)", frame = make("div"), mark = make("div"), mapPlace = make("div");
  for (const [box, colour] of [[frame, "#c44a00"], [mark, "#1a1a1a"]]) Object.assign(box.style, { position: "absolute", border: `2px solid ${colour}`, boxSizing: "content-box", pointerEvents: "none" });
  const board = make("div", { tabindex: 0, role: "application", "aria-label": "The digit; arrow keys move the frame", style: "position: relative; width: fit-content; height: fit-content" }, paper.element, frame);
  const sheet = make("div", { style: "position: relative; width: fit-content" }, mapPlace, mark);
  const work = make("div", { class: "row", style: `gap: ${room < 480 ? 3 : 8}px` }), sum = make("strong", { style: "margin-left: 8px; font-variant-numeric: tabular-nums" });
  const slide = player(stage, { label: "Slide over the digit", delay: 30, step });
  const all = button("Fill the map", () => { slide.stop(); done.fill(1); touched = true; show(); });
  const clear = button("Clear the map", () => { slide.stop(); done.fill(0); place = [0, 0]; show(); });
  const zero = button("All weights 0", () => { weights.fill(0); presets.to(null); change(); });
  const presets = choice({ label: "Filter", value: 0, options: data.filters.map(([name], i) => [i, name]), change: (i) => { weights = [...data.filters[i][1]]; change(); } });
  const pictures = choice({ label: "Image", value: 0, options: data.images.map(([name], i) => [i, name]), change: (i) => { image = data.images[i][1]; paper.draw(image); change(); } });

  function change() {
    if (Math.sqrt(weights.length) !== k) build();
    sums = Array.from({ length: side * side }, (_, i) => total(products(image, weights, [Math.floor(i / side), i % side])));
    show();
  }
  /** Make grids and map for the size of the filter. */
  function build() {
    const before = k ? done.every(Boolean) : false;
    k = Math.sqrt(weights.length);
    side = SIDE + 1 - k;
    place = (place ?? data.place).map((at) => Math.min(at, side - 1));
    done = new Uint8Array(side * side).fill(before ? 1 : 0);
    map = digit({ size: side * scale, side, signed: true, label: "the map" });
    map.element.style.outline = outline;
    mapPlace.replaceChildren(map.element);
    const size = room < 480 ? (k > 3 ? 34 : 29) : k > 3 ? 37 : 46;
    fine = size > 40 ? 100 : 10;
    const grid = (label, cell) => make("div", { role: "group", "aria-label": label, style: `display: grid; gap: 2px; grid-template-columns: repeat(${k}, ${size}px)` }, ...weights.map((_, i) => cell(i)));
    const still = () => make("span", { style: `height: ${size}px; line-height: ${size}px; text-align: center; box-shadow: inset 0 0 0 1px var(--line); font-size: ${size > 40 ? 14 : 12}px` });
    cells = { pixels: weights.map(still), products: weights.map(still), weights: weights.map((_, i) => weightButton(i, size)) };
    work.replaceChildren(grid("pixels in the frame", (i) => cells.pixels[i]), make("span", {}, "\u00d7"),
      grid("weights", (i) => cells.weights[i]), make("span", {}, "="), grid("products", (i) => cells.products[i]), sum);
  }
  function weightButton(i, size) {
    const turn = (value) => { weights[i] = Math.max(-100, Math.min(100, value)); presets.to(null); touched = true; change(); };
    const keys = (event) => {
      const step = { ArrowUp: 0.5, ArrowDown: -0.5 }[event.key];
      if (step) turn(Math.round(2 * weights[i] + 2 * step) / 2);
      else if (event.key === "-") turn(-weights[i]);
      else if (/^[0-9]$/.test(event.key)) turn(Number(event.key));
      else return;
      event.preventDefault();
    };
    return button("", () => turn(next(weights[i])), { onkeydown: keys, style: `padding: 0; min-height: 0; height: ${size}px; font-size: ${size > 40 ? 14 : 12}px; border-width: 2px` });
  }
  function move([row, column]) {
    place = [row, column].map((at) => Math.max(0, Math.min(side - 1, Math.round(at))));
    done[place[0] * side + place[1]] = 1;
    touched = true;
    show();
  }
  function step() {
    let at = place[0] * side + place[1];
    if (done.every(Boolean)) { done.fill(0); at = -1; }
    for (let many = calm() ? side : 2; many > 0 && !done.every(Boolean); many--) {
      do at = (at + 1) % (side * side); while (done[at]);
      move([Math.floor(at / side), at % side]);
    }
    return !done.every(Boolean);
  }
  function shade(cell, value, colour, most) {
    const tint = most ? Math.round((45 * Math.abs(value)) / most) : 0;
    cell.style.background = `color-mix(in srgb, ${colour ?? (value < 0 ? "var(--red)" : "var(--blue)")} ${tint}%, var(--paper))`;
    cell.textContent = short(Math.round(fine * value) / fine, 2);
  }
  function show() {
    const [row, column] = place, times = products(image, weights, place), most = Math.max(1e-9, ...sums.map(Math.abs));
    map.draw(sums.map((sum, i) => (done[i] ? sum / most : 0)));
    const context = map.element.getContext("2d");
    context.fillStyle = "#cfcfcf";
    done.forEach((is, i) => { if (!is) context.fillRect(i % side, Math.floor(i / side), 1, 1); });
    Object.assign(frame.style, { left: `${column * scale - 2}px`, top: `${row * scale - 2}px`, width: `${k * scale}px`, height: `${k * scale}px` });
    Object.assign(mark.style, { left: `${column * scale - 2}px`, top: `${row * scale - 2}px`, width: `${scale}px`, height: `${scale}px` });
    const [pixels, largest, product] = [weights.map((_, i) => image[(row + Math.floor(i / k)) * SIDE + column + (i % k)]), Math.max(...weights.map(Math.abs)), Math.max(...times.map(Math.abs))];
    weights.forEach((weight, i) => {
      shade(cells.pixels[i], pixels[i], "var(--ink)", 1);
      shade(cells.weights[i], weight, null, largest);
      shade(cells.products[i], times[i], null, product);
      set(cells.weights[i], { "aria-label": `weight, row ${Math.floor(i / k) + 1}, column ${(i % k) + 1}: ${short(weight, 2)}` });
    });
    sum.textContent = `sum ${hundredths(total(times))}`;
    const count = done.reduce((a, b) => a + b, 0), full = count === side * side;
    const begun = `Row ${row}, column ${column}: the ${k * k} products add up to ${hundredths(total(times))}.`;
    stage.say(!touched ? `${begun} Drag the frame over the digit, or click the weights to change them.`
      : full ? `${begun} The map is full. Change a weight, and all of it changes.` : `${begun} ${count} of ${side * side} places of the map are done.`);
  }

  board.addEventListener("keydown", (event) => {
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    slide.stop();
    move([place[0] + way[0], place[1] + way[1]]);
  });
  for (const [element, half] of [[board, () => k / 2], [sheet, () => 0.5]]) {
    drag(element, (event) => {
      const box = element.getBoundingClientRect();
      if (element === board) board.focus({ preventScroll: true });
      slide.stop();
      move([(event.clientY - box.top) / scale - half(), (event.clientX - box.left) / scale - half()]);
    });
  }
  const titled = (title, part) => make("div", {}, make("div", {}, title), part);
  if (data.images.length > 1) stage.row(pictures.element);
  stage.row(presets.element);
  const pair = stage.row(titled("digit", board), titled("map", sheet));
  pair.style.alignItems = "flex-start";
  stage.row(slide.element, all, clear, zero);
  stage.add(work);
  stage.table(() => {
    const times = products(image, weights, place);
    return [["row", "column", "pixel", "weight", "product"], ...times.map((value, i) => {
      const [row, column] = [place[0] + Math.floor(i / k), place[1] + (i % k)];
      return [row, column, image[row * SIDE + column].toFixed(4), weights[i].toFixed(4), value.toFixed(4)];
    }), ["", "", "", "sum", total(times).toFixed(4)]];
  });
  paper.element.style.outline = outline;
  paper.draw(image);
  change();
}
