import { bars, choice, digit, drag, make, room, slider, unpack } from "./base.js";

const SIDE = 28, FARTHEST = 6, WIDE = 2 * FARTHEST + 1;

/** An image whose pixel in each place is get(row, column). */
const image = (get) => Array.from({ length: SIDE * SIDE }, (_, i) => get(Math.floor(i / SIDE), i % SIDE));
const at = (pixels, row, column) => (row >= 0 && row < SIDE && column >= 0 && column < SIDE ? pixels[row * SIDE + column] : 0);
const clip = (value) => Math.max(0, Math.min(1, value));

/** The changes of helpers.corrupt. */
const CHANGES = {
  shift: (pixels, [right, down]) => image((row, column) => at(pixels, row - down, column - right)),
  turn(pixels, degrees) {
    const angle = (degrees * Math.PI) / 180, [c, s] = [Math.cos(angle), Math.sin(angle)], middle = (SIDE - 1) / 2;
    return image((row, column) => {
      const y = c * (row - middle) + s * (column - middle) + middle, x = -s * (row - middle) + c * (column - middle) + middle;
      if (y < 0 || x < 0 || y > SIDE - 1 || x > SIDE - 1) return 0;
      const [top, left] = [Math.floor(y), Math.floor(x)], [b, a] = [y - top, x - left];
      return (1 - b) * ((1 - a) * at(pixels, top, left) + a * at(pixels, top, left + 1))
        + b * ((1 - a) * at(pixels, top + 1, left) + a * at(pixels, top + 1, left + 1));
    });
  },
  strokes(pixels, amount) {
    const size = 1 + Math.abs(amount), first = amount < 0 ? -Math.floor(size / 2) : -Math.floor((size - 1) / 2), take = amount < 0 ? Math.min : Math.max;
    return image((row, column) => {
      let best = pixels[row * SIDE + column];
      for (let i = first; i < first + size; i++) for (let j = first; j < first + size; j++) {
        best = take(best, at(pixels, Math.max(0, Math.min(SIDE - 1, row + i)), Math.max(0, Math.min(SIDE - 1, column + j))));
      }
      return best;
    });
  },
  grey: (pixels, amount) => pixels.map((ink) => ink + amount * (1 - ink)),
  noise: (pixels, amount, noise) => pixels.map((ink, i) => clip(ink + amount * noise[i])),
};

const TEXTS = {
  shift: ([right, down]) => [right && `${Math.abs(right)} ${right > 0 ? "right" : "left"}`, down && `${Math.abs(down)} ${down > 0 ? "down" : "up"}`].filter(Boolean).join(" and "),
  turn: (value) => `turned by ${Math.abs(value)}\u00b0`,
  strokes: (value) => `strokes ${value < 0 ? "thinner" : "thicker"} by ${Math.abs(value)}`,
  grey: (value) => `grey paper, ${value}`,
  noise: (value) => `noise, ${value}`,
};
const LABELS = { turn: "turn", strokes: "strokes", grey: "grey paper", noise: "noise" };

export function start(stage, data) {
  const answers = new Uint16Array(Uint8Array.from(atob(data.answers), (letter) => letter.charCodeAt(0)).buffer);
  const images = data.images.map((text) => Array.from(unpack(text))), kinds = Object.keys(data.amounts), count = data.names.length;
  const states = WIDE ** 2 + kinds.reduce((sum, kind) => sum + data.amounts[kind].length, 0);
  const size = room < 480 ? 140 : 196;
  let shown = 0, kind = "shift", amount = [0, 0], found = data.names.map(() => ({}));
  const paper = digit({ size, label: "the digit" });
  const board = make("div", { tabindex: 0, role: "application", "aria-label": "The digit; arrow keys move it", style: "outline-offset: 2px; border: 1px solid var(--line)" }, paper.element);
  const networks = data.names.map((name) => {
    const head = make("div"), plot = bars({ width: room < 480 ? 280 : 196, height: 96, label: name }), weak = make("div", { style: "font-size: 13px; color: var(--soft)" });
    return { name, head, plot, weak, element: make("div", { style: "flex: 1 1 180px; max-width: 300px" }, head, plot.element, weak) };
  });
  const sliders = Object.fromEntries(kinds.map((name) => {
    const values = data.amounts[name];
    const text = (i) => (name === "turn" ? `${values[i]}\u00b0` : String(values[i]).replace("-", "\u2212"));
    return [name, slider({ label: LABELS[name], min: 0, max: values.length - 1, value: values.indexOf(0), text, change: (i) => change(name, values[i]) })];
  }));
  const pictures = choice({ label: "Digit", value: 0, options: data.labels.map((label, i) => [i, String(label)]), change: (i) => { shown = i; found = data.names.map(() => ({})); change("shift", [0, 0]); } });

  function change(name, value) {
    [kind, amount] = [name, value];
    for (const other of kinds) if (other !== kind) sliders[other].to(data.amounts[other].indexOf(0));
    show();
  }
  /** Where the present state stands among all. */
  function index() {
    if (kind === "shift") return (amount[1] + FARTHEST) * WIDE + amount[0] + FARTHEST;
    const before = kinds.slice(0, kinds.indexOf(kind)).reduce((sum, name) => sum + data.amounts[name].length, WIDE ** 2);
    return before + data.amounts[kind].indexOf(amount);
  }
  const ten = (network) => Array.from(answers.subarray(((shown * states + index()) * count + network) * 10).subarray(0, 10), (value) => value / 1e4);
  const much = () => (kind === "shift" ? Math.hypot(...amount) : Math.abs(amount));
  function show() {
    const label = data.labels[shown], changed = much() > 0, wrong = [];
    paper.draw(CHANGES[kind](images[shown], amount, data.noise));
    networks.forEach(({ name, head, plot, weak }, i) => {
      const given = ten(i), best = given.indexOf(Math.max(...given)), right = best === label;
      plot.draw(given);
      if (!right) {
        wrong.push(`${name} reads ${best}`);
        if (changed && !(found[i][kind]?.much <= much())) found[i][kind] = { much: much(), text: TEXTS[kind](amount) };
      }
      head.replaceChildren(make("strong", {}, name), ` reads ${best} ${right ? "\u2713" : "\u2717"}`);
      head.style.color = right ? "" : "var(--red)";
      const list = Object.values(found[i]).map(({ text }) => text);
      weak.textContent = list.length ? `failed at: ${list.join("; ")}` : "not failed yet";
    });
    const state = changed ? `${kind === "shift" ? "moved by " : ""}${TEXTS[kind](amount)}`.replace(/^./, (letter) => letter.toUpperCase()) : "As it is";
    const verdict = wrong.length === 0 ? `${count > 1 ? "all read" : `${data.names[0]} reads`} ${label}` : wrong.join(", ");
    const invite = changed ? (wrong.length === count ? " Can you still read it?" : "") : " Drag it, or move a slider: what is the least that makes a network fail?";
    stage.say(`${state}: ${verdict}.${invite}`);
  }
  function shift(right, down) {
    change("shift", [right, down].map((value) => Math.max(-FARTHEST, Math.min(FARTHEST, Math.round(value)))));
  }
  const moved = () => (kind === "shift" ? amount : [0, 0]);
  board.addEventListener("keydown", (event) => {
    const way = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!way) return;
    event.preventDefault();
    shift(moved()[0] + way[0], moved()[1] + way[1]);
  });
  let grip = null;
  board.addEventListener("pointerdown", (event) => { grip = [event.clientX, event.clientY, ...moved()]; });
  drag(board, (event) => {
    if (event.type === "pointerdown") return board.focus({ preventScroll: true });
    const scale = size / SIDE;
    shift(grip[2] + (event.clientX - grip[0]) / scale, grip[3] + (event.clientY - grip[1]) / scale);
  });
  if (images.length > 1) stage.row(pictures.element);
  stage.row(board, make("div", { style: "flex: 1 1 240px; display: grid; gap: 2px" }, ...kinds.map((name) => sliders[name].element)));
  stage.row(...networks.map(({ element }) => element)).style.alignItems = "flex-start";
  stage.table(() => [["digit", ...data.names], ...Array.from({ length: 10 }, (_, i) => [i, ...networks.map((_, k) => ten(k)[i].toFixed(4))])]);
  show();
}
