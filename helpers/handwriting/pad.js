// A pad to write a digit on, with mouse, finger, pen or keys: the widget of pad.py, a part of the page that page.py
// writes, and of the website. Strokes are lists of [x, y], both from 0 to 1, from the upper left corner.

const SIDE = 28, BOX = 20, WIDTH = 2.5, SMALLEST = 0.08, MAX_POINTS = 2000, MIDDLE = 14; // as in pad.py
let pads = 0; // how many were made
const STEP = 1 / 24; // how far an arrow key moves the pen
const PATIENCE = 5000; // milliseconds until the pad says that no answer comes
const SILENCE = "No answer. If no cell is running, run this cell again.";
const TOO_MUCH = "That is too much ink for a digit. Clear the pad and draw one.";

const STYLE = `
.digit-pad { display: flex; flex-wrap: wrap; gap: 14px; padding: 4px; font: 14px sans-serif;
  color: var(--jp-ui-font-color1, inherit); }
.digit-pad .paper, .digit-pad .seen, .digit-pad .bar { forced-color-adjust: none; }
.digit-pad .paper { width: 280px; height: 280px; max-width: 94vw; max-height: 94vw; border: 2px solid #767676;
  border-radius: 6px; background: #fff; touch-action: none; cursor: crosshair; display: block; }
.digit-pad .paper:focus-visible { outline: 3px solid #0072b2; outline-offset: 1px; }
.digit-pad button { font: inherit; min-width: 84px; min-height: 36px; margin: 8px 6px 0 0; }
.digit-pad .seen { width: 84px; height: 84px; border: 1px solid #767676; image-rendering: pixelated; background: #fff; }
.digit-pad .row { display: flex; align-items: center; gap: 6px; height: 18px; }
.digit-pad .track { width: 150px; height: 12px; }
.digit-pad .bar { height: 12px; width: 0; background: #0072b2; }
.digit-pad .best { font-weight: bold; }
.digit-pad .best .bar { background: #d55e00; }
.digit-pad .answer { min-height: 62px; width: 250px; margin: 0 0 6px; }
.digit-pad .small { font-size: 12px; width: 90px; }
.digit-pad .keys { width: 280px; max-width: 94vw; margin: 6px 0 0; }
.digit-pad .answer b { font-size: 22px; }
`;

/** Draw strokes as MNIST was made: within 20 x 20 pixels, centre of mass in row and column 14, counted from 0.
 *  Returns 784 numbers from 0 to 1, or a text that says why not. */
export function strokesToImage(strokes) {
  const points = strokes.flat();
  if (!points.length) return "Nothing is drawn yet.";
  const low = [0, 1].map((k) => points.reduce((least, p) => Math.min(least, p[k]), Infinity));
  const high = [0, 1].map((k) => points.reduce((most, p) => Math.max(most, p[k]), -Infinity));
  const size = Math.max(high[0] - low[0], high[1] - low[1]);
  if (size < SMALLEST) return "That is too small to be a digit. Let it fill the pad.";
  const scale = (BOX - WIDTH) / size;
  const place = (p) => [0, 1].map((k) => (p[k] - (low[k] + high[k]) / 2) * scale + SIDE / 2);
  const segments = strokes.filter((s) => s.length).flatMap((stroke) => {
    const path = stroke.map(place);
    return path.slice(0, Math.max(1, path.length - 1)).map((p, i) => [p, path[i + 1] ?? p]);
  });
  const image = paint(segments, [0, 0]);
  let mass = 0;
  const centre = [0, 0];
  image.forEach((ink, i) => {
    mass += ink;
    centre[0] += ink * (i % SIDE);
    centre[1] += ink * Math.floor(i / SIDE);
  });
  const margin = (SIDE - BOX) / 2;
  return paint(segments, centre.map((c) => Math.max(-margin, Math.min(margin, MIDDLE - c / mass))));
}

/** Return 784 numbers: 1 up to half a pixel inside the edge of a stroke, 0 from half a pixel outside, straight between. */
function paint(segments, shift) {
  const image = new Float64Array(SIDE * SIDE);
  for (const [[x0, y0], [x1, y1]] of segments) {
    const dx = x1 - x0, dy = y1 - y0, square = Math.max(dx * dx + dy * dy, 1e-12);
    const reach = WIDTH / 2 + 1; // beyond it, a segment leaves no ink
    const from = (a, b, k) => Math.max(0, Math.floor(Math.min(a, b) + shift[k] - reach));
    const to = (a, b, k) => Math.min(SIDE - 1, Math.ceil(Math.max(a, b) + shift[k] + reach));
    for (let row = from(y0, y1, 1); row <= to(y0, y1, 1); row++) {
      for (let column = from(x0, x1, 0); column <= to(x0, x1, 0); column++) {
        const x = column + 0.5 - shift[0] - x0, y = row + 0.5 - shift[1] - y0, i = row * SIDE + column;
        const along = Math.max(0, Math.min(1, (x * dx + y * dy) / square));
        const ink = WIDTH / 2 + 0.5 - Math.hypot(x - along * dx, y - along * dy);
        if (ink > image[i]) image[i] = Math.min(1, ink);
      }
    }
  }
  return image;
}

function element(name, properties = {}, attributes = {}) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** Put a pad into an element. `changed(strokes)` is called after each stroke, and after undo and clear; `drawing(strokes)`
 *  while a stroke is drawn. Returns functions: `show` an answer {probabilities, image, message}, `write` strokes. */
export function createPad(parent, changed, drawing = () => {}) {
  const root = element("div", { className: "digit-pad", dir: "ltr", lang: "en" }, { "data-lm-suppress-shortcuts": "true" });
  const paper = element("canvas", { className: "paper", width: 560, height: 560, tabIndex: 0 }, {
    role: "application",
    "aria-label": "Pad to write a digit on", "aria-describedby": `digit-pad-keys-${++pads}`,
  });
  const keys = element("p", { className: "small keys", id: `digit-pad-keys-${pads}` }, {});
  keys.textContent = "Keys: arrows move the pen, space lowers and lifts it. Arrows with shift make one straight line, "
    + "slanted too. Backspace takes a stroke back, delete clears.";
  const undo = element("button", { type: "button", textContent: "Undo" });
  const clear = element("button", { type: "button", textContent: "Clear" });
  const answer = element("p", { className: "answer" }, { role: "status" });
  const seen = element("canvas", { className: "seen", width: SIDE, height: SIDE }, {
    role: "img",
  });
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const row = element("div", { className: "row" }, { role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 });
    row.setAttribute("aria-label", `probability of ${digit}`);
    const track = element("div", { className: "track" });
    track.append(element("div", { className: "bar" }));
    row.append(element("span", { textContent: digit }), track, element("span", { className: "share" }));
    return row;
  });
  const shares = element("div", {}, { role: "group", "aria-label": "Probabilities" });
  const left = element("div"), right = element("div"), given = element("div", { className: "given" });
  left.append(paper, undo, clear, keys);
  given.append(seen, element("div", { className: "small", textContent: "what the network gets" }));
  shares.append(...rows);
  right.append(answer, shares);
  root.append(element("style", { textContent: STYLE }), left, right, given);
  parent.append(root);

  const ink = paper.getContext("2d"), pixels = seen.getContext("2d");
  let strokes = [], current = null, pointer = null, pen = null, lowered = false;
  let kind = "", stylus = false; // what draws now; whether a pen was seen, beside which a touch is a palm
  let patience; // runs out if no answer comes
  let verdict = [], note = ""; // the answer in words, and what was done last
  let telling = false; // whether the pen's place stands where the answer was

  function say(words) {
    answer.replaceChildren(...words);
    if (note) answer.append(element("br"), note);
    telling = false;
  }
  function ask(words, awaited = true) { // an old answer does not stand while the new one is awaited
    verdict = words;
    say(verdict);
    clearTimeout(patience);
    if (awaited) patience = setTimeout(() => say((verdict = [SILENCE])), PATIENCE);
    changed(strokes);
  }
  function percent(point) {
    return point.map((v) => Math.round(100 * v));
  }
  function redraw() {
    ink.clearRect(0, 0, paper.width, paper.height);
    Object.assign(ink, { lineWidth: 36, lineCap: "round", lineJoin: "round", strokeStyle: "#111", fillStyle: "#0072b2" });
    const begun = current && (lowered ? [...current, pen] : current); // what it will be if the pen is lifted now
    for (const stroke of begun ? [...strokes, begun] : strokes) {
      ink.beginPath();
      for (const [x, y] of stroke) ink.lineTo(x * paper.width, y * paper.height);
      ink.lineTo(stroke.at(-1)[0] * paper.width + 0.01, stroke.at(-1)[1] * paper.height); // a dot is drawn as well
      ink.stroke();
    }
    if (pen && paper.matches(":focus")) {
      ink.beginPath();
      ink.arc(pen[0] * paper.width, pen[1] * paper.height, lowered ? 18 : 10, 0, 7);
      ink.fill();
    }
    if (begun) drawing([...strokes, begun]);
  }
  function finish() {
    if (!current) return;
    if (lowered) {
      add(pen); // where arrows with shift have led
      const [from, to] = [current[0], current.at(-1)].map((point) => percent(point).join(", "));
      const counted = strokes.length ? `${strokes.length + 1} strokes; the last` : "1 stroke,";
      note ||= `${counted} from ${from} to ${to}.`;
    }
    strokes = [...strokes, current];
    current = pointer = null;
    lowered = false;
    redraw();
    ask(["Pen up, reading ..."]);
  }
  function takeBack(all) {
    const kept = all ? [] : current ? strokes : strokes.slice(0, -1), same = kept.length === strokes.length;
    if (all) note = "The pad is clear.";
    else if (same && !current) note = "There is no stroke to take back.";
    else note = `Stroke taken back, ${kept.length || "none"} left.`;
    strokes = kept;
    current = pointer = null;
    lowered = false;
    redraw();
    if (all) stylus = false;
    ask(same ? verdict : ["Reading ..."], !same); // for the same strokes no answer comes
  }
  function add(point) {
    const clipped = point.map((v) => Math.max(0, Math.min(1, v)));
    const last = current.at(-1);
    if (last && Math.hypot(clipped[0] - last[0], clipped[1] - last[1]) <= 0.003) return;
    if (strokes.reduce((count, stroke) => count + stroke.length, current.length) < MAX_POINTS) current.push(clipped);
    else if (note !== TOO_MUCH) {
      note = TOO_MUCH;
      say(verdict);
    }
  }
  function tell(move = [0, 0]) {
    const place = percent(pen), edge = place.some((v, k) => move[k] && v % 100 === 0);
    say([`${edge ? "edge, " : ""}${place[0]} across, ${place[1]} down, pen ${lowered ? "down" : "up"}`]);
    telling = true;
  }
  function position(event) {
    const box = paper.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  paper.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (stylus && event.pointerType === "touch")) return;
    if (kind === "touch" && event.pointerType === "pen" && pointer !== null) current = pointer = null; // of a palm
    if (pointer !== null && (kind !== event.pointerType || !event.isPrimary)) return; // one draws at a time
    kind = event.pointerType;
    stylus ||= kind === "pen";
    event.preventDefault();
    finish();
    pen = null;
    note = "";
    paper.focus({ preventScroll: true });
    current = [];
    add(position(event));
    if (!current.length) current = null;
    else pointer = event.pointerId;
    redraw();
    try {
      if (pointer !== null) paper.setPointerCapture(pointer);
    } catch {
      finish(); // that pointer is gone already
    }
  });
  paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) add(position(one));
    redraw();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    paper.addEventListener(end, (event) => event.pointerId === pointer && finish());
  }

  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  paper.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || pointer !== null) return;
    const draws = lowered && !event.shiftKey;
    if (event.key in moves) {
      const move = moves[event.key];
      note = "";
      pen ??= [0.5, 0.5];
      if (draws) add(pen);
      pen = pen.map((v, k) => Math.max(0, Math.min(1, v + move[k])));
      if (draws) add(pen);
      redraw();
      tell(move);
    } else if (event.key === " ") {
      note = "";
      pen ??= [0.5, 0.5];
      if (lowered) finish();
      else {
        current = [];
        add(pen);
        if (current.length) lowered = true;
        else current = null;
        redraw();
        tell();
      }
    } else if (event.key === "Backspace") takeBack(false);
    else if (event.key === "Delete") takeBack(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  paper.addEventListener("blur", () => {
    if (pointer === null) finish();
    if (telling) say(verdict);
    redraw();
  });
  paper.addEventListener("focus", () => {
    if (!pen) return;
    note = "";
    redraw();
    tell();
  });
  undo.addEventListener("click", () => takeBack(false));
  clear.addEventListener("click", () => takeBack(true));

  function show(given) {
    clearTimeout(patience);
    const { probabilities = [], image = [], message = "" } = given;
    const best = probabilities.indexOf(Math.max(...probabilities));
    rows.forEach((row, digit) => {
      const share = 100 * (probabilities[digit] ?? 0);
      row.classList.toggle("best", digit === best);
      row.setAttribute("aria-valuenow", share.toFixed(0));
      row.setAttribute("aria-valuetext", probabilities.length ? `${share.toFixed(0)}%` : "no answer yet");
      row.querySelector(".bar").style.width = `${share}%`;
      row.querySelector(".share").textContent = probabilities.length ? `${share.toFixed(0)}%` : "";
    });
    if (best < 0) verdict = [message || "Write a digit, 0 to 9, large, in the middle."];
    else {
      const sure = (100 * probabilities[best]).toFixed(0);
      verdict = [best === 8 ? "I read an " : "I read a ", element("b", { textContent: best }), `, ${sure}% sure.`];
    }
    say(verdict);
    const inked = [...image.keys()].filter((i) => image[i] > 0);
    const extent = (of) => Math.max(...inked.map(of)) - Math.min(...inked.map(of)) + 1;
    seen.setAttribute("aria-label", "What the network is given, 28 x 28 pixels: " + (inked.length
      ? `ink ${extent((i) => i % SIDE)} wide and ${extent((i) => Math.floor(i / SIDE))} high, centred` : "nothing yet"));
    const data = pixels.createImageData(SIDE, SIDE);
    for (let i = 0; i < SIDE * SIDE; i++) {
      const grey = 255 - 255 * (image[i] ?? 0);
      data.data.set([grey, grey, grey, 255], 4 * i);
    }
    pixels.putImageData(data, 0, 0);
  }
  function write(given) {
    if (current || given === strokes) return;
    note = "";
    say(verdict);
    strokes = given;
    redraw();
  }
  show({});
  return { show, write };
}

/** What anywidget calls: strokes go to Python, answers come from there. */
function render({ model, el }) {
  const pad = createPad(el, (strokes) => {
    model.set("strokes", strokes);
    model.save_changes();
  });
  const answer = () => pad.show(model.get("answer"));
  const strokes = () => pad.write(model.get("strokes"));
  model.on("change:answer", answer);
  model.on("change:strokes", strokes);
  strokes();
  answer();
  return () => {
    model.off("change:answer", answer);
    model.off("change:strokes", strokes);
  };
}

export default { render };
