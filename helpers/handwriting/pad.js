// A pad to write a digit on, with mouse, finger, pen or keys: the widget of pad.py, a part of the page that page.py
// writes, and of the website. It needs image.js, parts.js and pad.css.

const MAX_POINTS = 2000; // as in pad.py
const STEP = 1 / 24; // how far an arrow key moves the pen
const PATIENCE = 5000; // milliseconds until the pad says that no answer comes
const SILENCE = "No answer. If no cell is running, run this cell again.";
const TOO_MUCH = "That is too much ink for a digit. Clear the pad and draw one.";
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const inPercent = (point) => point.map((v) => Math.round(100 * v));

/** A pad in an element. `changed(strokes)` is called after each stroke, and after undo and clear; `drawing(strokes)` while
 *  one is drawn, before each picture of the screen at most. */
class Pad {
  constructor(parent, changed, drawing) {
    Object.assign(this, { changed, drawing });
    this.root = document.createElement("div");
    Object.assign(this.root, { className: "digit-pad look", dir: "ltr", lang: "en", innerHTML: parts(++made) });
    this.root.dataset.lmSuppressShortcuts = "true"; // JupyterLab leaves keys to it, until Escape
    this.root.addEventListener("keydown", (event) => { if (event.key === "Escape") this.root.closest(".jp-Cell")?.focus(); });
    parent.append(this.root);
    this.part = (name) => this.root.querySelector(`.${name}`);
    this.paper = this.part("paper");
    this.strokes = [];
    this.current = this.pointer = this.pen = null; // the stroke that is drawn, by which pointer; where keys moved the pen
    this.lowered = false; // that pen
    this.kind = ""; // what draws now
    this.stylus = false; // whether a pen was seen, beside which a touch is a palm
    this.verdict = this.note = this.place = ""; // the answer in words, what was done last, where the pen is
    this.pressed = new WeakMap(); // how hard a pen pressed at a point, 0 to 1
    this.due = false; // whether `drawing` will be called before the next picture of the screen
    this.listen();
    this.show({});
    this.followTheme();
  }

  listen() {
    const on = (name, does) => this.paper.addEventListener(name, does);
    on("pointerdown", (event) => this.begin(event));
    on("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      on(end, (event) => event.pointerId === this.pointer && this.finish());
    }
    on("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || this.pointer !== null || !this.press(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    on("blur", () => {
      if (this.pointer === null) this.finish();
      this.place = "";
      this.say();
      this.redraw();
    });
    on("focus", () => {
      if (!this.pen) return;
      this.note = "";
      this.redraw();
      this.tell();
    });
    this.part("undo").addEventListener("click", () => this.takeBack(false));
    this.part("clear").addEventListener("click", () => this.takeBack(true));
    this.part("help").addEventListener("click", ({ currentTarget: help }) => {
      const open = (this.part("keys").hidden = !this.part("keys").hidden);
      help.setAttribute("aria-expanded", !open);
    });
  }

  /** Be dark where the text around it is light. */
  followTheme() {
    const look = () => {
      const colour = getComputedStyle(this.root.parentElement).color;
      if (!colour) return; // it is not on the page yet
      const [red, green, blue] = colour.match(/[\d.]+/g).map(Number);
      this.root.classList.toggle("dark", 0.3 * red + 0.6 * green + 0.1 * blue > 128);
      this.redraw();
      this.showImage();
      this.looked?.();
    };
    const watcher = new MutationObserver(look);
    for (const element of [document.documentElement, document.body]) watcher.observe(element, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look);
    this.root.addEventListener("pointerenter", look);
    new ResizeObserver(look).observe(this.root); // looks at once, or when it comes onto the page
  }

  // What is said

  say() {
    const said = this.part("said"), note = this.part("note"), first = this.place || this.verdict;
    if (said.textContent !== first) said.textContent = first;
    if (note.textContent !== this.note) note.textContent = this.note;
  }

  remark(note) {
    this.note = note;
    this.say();
  }

  /** Wait for an answer; an old one does not stand meanwhile. */
  ask(words, awaited = true) {
    this.verdict = words;
    this.place = "";
    this.say();
    clearTimeout(this.patience);
    this.root.classList.toggle("awaited", awaited);
    if (awaited) {
      this.patience = setTimeout(() => {
        showShares(this.root, []);
        this.verdict = SILENCE;
        this.say();
      }, PATIENCE);
    }
    this.changed(this.strokes);
  }

  tell(move = [0, 0]) {
    const [across, down] = inPercent(this.pen), edge = [across, down].some((v, k) => move[k] && v % 100 === 0);
    this.place = `${edge ? "edge, " : ""}${across} across, ${down} down, pen ${this.lowered ? "down" : "up"}`;
    this.say();
  }

  // What is drawn

  /** All strokes, and as the last one that which has begun, as it will be if the pen is lifted now. */
  drawn() {
    if (!this.current) return this.strokes;
    return [...this.strokes, this.lowered ? [...this.current, this.pen] : this.current];
  }

  redraw() {
    const ink = this.paper.getContext("2d"), { width } = this.paper, style = getComputedStyle(this.paper);
    ink.clearRect(0, 0, width, width);
    Object.assign(ink, { lineCap: "round", lineJoin: "round", strokeStyle: style.color });
    for (const stroke of this.drawn()) drawStroke(ink, stroke, width, this.pressed);
    if (this.pen && this.paper.matches(":focus")) {
      ink.fillStyle = style.getPropertyValue("--blue");
      ink.beginPath();
      ink.arc(this.pen[0] * width, this.pen[1] * width, this.lowered ? 18 : 10, 0, 7);
      ink.fill();
    }
    this.part("hint").hidden = this.drawn().some((stroke) => stroke.length) || (this.pen && this.paper.matches(":focus"));
    if (!this.current || this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (this.current) this.drawing(this.drawn());
    });
  }

  add(point) {
    const clipped = point.map((v) => Math.max(0, Math.min(1, v))), last = this.current.at(-1);
    if (last && Math.hypot(clipped[0] - last[0], clipped[1] - last[1]) <= 0.003) return;
    if (this.strokes.flat().length + this.current.length < MAX_POINTS) this.current.push(clipped);
    else if (this.note !== TOO_MUCH) this.remark(TOO_MUCH);
  }

  finish() {
    if (!this.current) return;
    if (this.lowered) {
      this.add(this.pen); // where arrows with shift have led
      const [from, to] = [this.current[0], this.current.at(-1)].map((point) => inPercent(point).join(", "));
      const counted = this.strokes.length ? `${this.strokes.length + 1} strokes; the last` : "1 stroke,";
      this.note ||= `${counted} from ${from} to ${to}.`;
    }
    this.strokes = [...this.strokes, this.current];
    this.stop();
    this.ask("Pen up, reading ...");
  }

  stop() {
    this.current = this.pointer = null;
    this.lowered = false;
    this.redraw();
  }

  /** Drop the last stroke or `all`, and say so, or the `note` that is given. */
  takeBack(all, note) {
    const kept = all ? [] : this.current ? this.strokes : this.strokes.slice(0, -1);
    const same = kept.length === this.strokes.length;
    if (all) this.note = note ?? "The pad is clear.";
    else if (same && !this.current) this.note = "There is no stroke to take back.";
    else this.note = `Stroke taken back, ${kept.length || "none"} left.`;
    if (all && note === undefined) this.stylus = false;
    this.strokes = kept;
    this.stop();
    this.ask(same ? this.verdict : "Reading ...", !same); // for the same strokes no answer comes
  }

  // By mouse, finger or pen

  begin(event) {
    const { pointerType: kind } = event;
    if (event.button !== 0 || (this.stylus && kind === "touch")) return;
    if (this.kind === "touch" && kind === "pen" && this.pointer !== null) this.current = this.pointer = null; // of a palm
    if (this.pointer !== null && (this.kind !== kind || !event.isPrimary)) return; // one draws at a time
    this.kind = kind;
    this.stylus ||= kind === "pen";
    event.preventDefault();
    this.finish();
    this.pen = null;
    this.remark("");
    this.paper.focus({ preventScroll: true, focusVisible: false });
    this.current = [];
    this.follow(event);
    if (!this.current.length) this.current = null;
    else this.pointer = event.pointerId;
    this.redraw();
    try {
      if (this.pointer !== null) this.paper.setPointerCapture(this.pointer);
    } catch {
      this.finish(); // that pointer is gone already
    }
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) this.follow(one);
    this.redraw();
  }

  follow(event) {
    const box = this.paper.getBoundingClientRect();
    this.add([(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
    if (this.current.length && event.pointerType === "pen") this.pressed.set(this.current.at(-1), event.pressure || 0.5);
  }

  // By keys

  /** Do what a key says; tell whether it says anything. */
  press({ key, shiftKey }) {
    if (key === "Backspace" || key === "Delete") this.takeBack(key === "Delete");
    else if (key === " ") {
      this.note = "";
      this.pen ??= [0.5, 0.5];
      if (this.lowered) this.finish();
      else this.lower();
    } else if (key in MOVES) {
      this.note = "";
      this.pen ??= [0.5, 0.5];
      const draws = this.lowered && !shiftKey;
      if (draws) this.add(this.pen);
      this.pen = this.pen.map((v, k) => Math.max(0, Math.min(1, v + MOVES[key][k])));
      if (draws) this.add(this.pen);
      this.redraw();
      this.tell(MOVES[key]);
    } else return false;
    return true;
  }

  lower() {
    this.current = [];
    this.add(this.pen);
    if (this.current.length) this.lowered = true;
    else this.current = null;
    this.redraw();
    this.tell();
  }

  // What is answered

  /** Show an answer {probabilities, image, message} to what is drawn, and say it. */
  show({ probabilities = [], image = [], message = "" }) {
    clearTimeout(this.patience);
    this.root.classList.remove("awaited");
    const best = showShares(this.root, probabilities);
    if (best < 0) this.verdict = message || "Write a digit, 0 to 9, large, in the middle.";
    else this.verdict = `I read a${best === 8 ? "n" : ""} ${best}, ${(100 * probabilities[best]).toFixed(0)}% sure.`;
    this.place = "";
    this.say();
    this.showImage(image);
  }

  /** Show an answer to a stroke that is being drawn, to eyes alone: screen readers hear the one that follows. */
  glance({ probabilities = [], image = [] }) {
    if (!this.current) return;
    this.root.classList.remove("awaited");
    showShares(this.root, probabilities);
    this.showImage(image);
  }

  showImage(image = this.image) {
    this.image = image;
    showPixels(this.part("seen"), image, getComputedStyle(this.paper).color);
  }

  /** Show strokes that were drawn elsewhere. */
  write(given) {
    if (this.current || JSON.stringify(given) === JSON.stringify(this.strokes)) return;
    this.note = "";
    this.strokes = given;
    this.say();
    this.redraw();
  }
}

export function createPad(parent, changed, drawing = () => {}) {
  return new Pad(parent, changed, drawing);
}
