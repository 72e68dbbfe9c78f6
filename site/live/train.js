// The page "Train one yourself": its buttons and pictures, around the network of learn.js.

const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3], WIDTHS = [2, 4, 8, 16, 32, 64, 128];
const BATCH = 16, GOAL = 0.95, LOWEST = 0.8; // the last is where the picture of the accuracy begins
const EVERY = 2000; // after so many digits, the others are read
const WORK = 40; // milliseconds of computing between two pictures
const CALM = matchMedia("(prefers-reduced-motion: reduce)"); // then there is a picture a second, no more
const FOR = [0, 114, 178], AGAINST = [196, 74, 0]; // colours of weights
const part = (id) => document.getElementById(id);

let images, labels, order; // once they are unpacked
let network, sums, seen, tests; // what is trained, its gradients, digits seen, what the tests gave
let running = false, next = 0, pictured = 0, spoken = 0;

/** Unpack the digits that digits.js holds as compressed text: images first, then labels. */
async function unpack({ training, others, packed }) {
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer()), count = training + others;
  images = all.subarray(0, count * PIXELS);
  labels = all.subarray(count * PIXELS);
  order = Array.from({ length: training }, (_, i) => i);
}

/** Put what is to be learned from into a new order. */
function shuffle() {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}

/** Make one step. */
function trainOnBatch() {
  const at = seen % order.length;
  if (at === 0) shuffle();
  const batch = order.slice(at, at + BATCH);
  for (const n of batch) addGradient(network, sums, images, labels, n);
  step(network, sums, RATES[part("rate").value], batch.length);
  seen += batch.length;
  if (seen % EVERY < batch.length) test();
}

/** Read the others, which the network does not learn from. */
function test() {
  const { loss, accuracy } = evaluate(network, images, labels, order.length, labels.length);
  tests.push({ epochs: seen / order.length, loss, accuracy });
  if (accuracy >= GOAL && !part("goal").dataset.reached) reach(accuracy);
  if (seen % order.length === 0) {
    const row = part("table").insertRow();
    for (const value of [seen / order.length, loss.toFixed(3), percent(accuracy)]) row.insertCell().textContent = value;
  }
  if (!Number.isFinite(loss)) {
    running = false;
    say("The steps were too large: the weights have grown beyond all numbers. Choose a smaller rate and begin anew.");
  }
}

/** Say that the goal is reached, and ask for more. */
function reach(accuracy) {
  const { width } = network;
  part("goal").dataset.reached = width;
  part("goal").textContent = `${percent(accuracy)} with ${width} hidden neurons: you did it. How few are enough?`;
}

/** Begin with new random weights. */
function begin() {
  network = newNetwork(WIDTHS[part("width").value]);
  sums = zerosLike(network);
  seen = 0;
  tests = [];
  part("table").replaceChildren();
  delete part("goal").dataset.reached;
  test();
  picture();
  readDrawing();
}

/** Train for a moment, show what came of it, and go on when the browser has drawn it. */
function frame(now) {
  const end = performance.now() + WORK;
  while (running && performance.now() < end) trainOnBatch();
  if (!running || now - pictured > (CALM.matches ? 1000 : 0)) {
    pictured = now;
    picture();
  }
  if (running && now - spoken > 10_000) {
    spoken = now;
    say(`After ${epochs()}: ${percent(tests.at(-1).accuracy)} of the others.`);
  }
  if (running) next = requestAnimationFrame(frame);
}

/** Start, or stop. */
function run(start) {
  running = start;
  if (running) {
    spoken = performance.now();
    say("Training.");
    next = requestAnimationFrame(frame);
  } else {
    cancelAnimationFrame(next);
    if (tests.at(-1).epochs !== seen / order.length) test();
    const { loss, accuracy } = tests.at(-1);
    if (Number.isFinite(loss)) say(`Stopped after ${epochs()}: ${percent(accuracy)} of the others.`);
  }
  picture();
  readDrawing();
}

// What is shown

const percent = (share) => `${(100 * share).toFixed(1)}%`;
const epochs = () => `${(seen / order.length).toFixed(1)} epochs`;
const digitOf = (answer) => answer.indexOf(Math.max(...answer));
const say = (words) => part("status").textContent = words;

/** Show how far it is. */
function picture() {
  const { loss, accuracy } = tests.at(-1);
  part("start").textContent = running ? "Stop" : seen ? "Go on" : "Start";
  part("accuracy").textContent = percent(accuracy);
  part("loss").textContent = loss.toFixed(3);
  part("epochs").textContent = (seen / order.length).toFixed(1);
  const top = Math.max(...tests.map((point) => point.loss).filter(Number.isFinite));
  drawCurve("accuracy-curve", (point) => Math.max(0, (point.accuracy - LOWEST) / (1 - LOWEST)));
  drawCurve("loss-curve", (point) => point.loss / top);
  drawWeights();
  const answer = answerTo(strokesToImage(strokes));
  if (answer && digitOf(answer) !== shown) readDrawing(); // each new opinion is said, and not each picture
}

/** Draw the tests as a line, in a picture that is 100 wide and 100 high. */
function drawCurve(id, height) {
  const last = Math.max(1, tests.at(-1).epochs);
  const points = tests.filter((point) => Number.isFinite(height(point)))
    .map((point) => `${100 * point.epochs / last},${100 - 100 * height(point)}`);
  part(id).setAttribute("points", points.join(" "));
}

/** Paint the weights into each hidden neuron as a picture: blue for, red against, and no colour for none. */
function drawWeights() {
  const { width, hidden } = network, tile = 30, canvas = part("weights");
  const columns = Math.min(width, canvas.parentElement.clientWidth < 600 ? 8 : 16);
  const rows = Math.ceil(width / columns);
  if (canvas.width !== columns * tile || canvas.height !== rows * tile) {
    Object.assign(canvas, { width: columns * tile, height: rows * tile });
    canvas.style.maxWidth = `${Math.min(columns * 64, 736)}px`;
  }
  canvas.setAttribute("aria-label", `The weights into each of the ${width} hidden neurons, as pictures`);
  const ink = canvas.getContext("2d"), data = ink.createImageData(canvas.width, canvas.height);
  for (let j = 0; j < width; j++) {
    let largest = 1e-9;
    for (let i = 0; i < PIXELS; i++) largest = Math.max(largest, Math.abs(hidden[i * width + j]));
    for (let i = 0; i < PIXELS; i++) {
      const weight = hidden[i * width + j] / largest;
      const x = j % columns * tile + 1 + i % 28, y = Math.floor(j / columns) * tile + 1 + Math.floor(i / 28);
      const at = 4 * (y * canvas.width + x), [red, green, blue] = weight > 0 ? FOR : AGAINST;
      data.data[at] = red;
      data.data[at + 1] = green;
      data.data[at + 2] = blue;
      data.data[at + 3] = 255 * Math.abs(weight);
    }
  }
  ink.putImageData(data, 0, 0);
}

// The pad, for this network

let strokes = [], shown = null; // what is drawn, and the digit that the network last said it is

const ownPad = createPad(part("pad"), (changed) => {
  strokes = changed;
  readDrawing();
}, (drawn) => {
  const image = strokesToImage(drawn), answer = answerTo(image);
  ownPad.glance(answer ? { image: Array.from(image), probabilities: Array.from(answer) } : {});
});

/** What the network answers to an image; null if there is no network yet, or a text that says why there is no image. */
function answerTo(image) {
  return network && typeof image !== "string" ? forward(network, image.map((ink) => 255 * ink), 0).answer : null;
}

/** Show on the pad what the network answers to what is drawn. */
function readDrawing() {
  const image = strokesToImage(strokes), answer = answerTo(image);
  shown = answer && digitOf(answer);
  if (answer) ownPad.show({ image: Array.from(image), probabilities: Array.from(answer) });
  else ownPad.show({ message: network && strokes.length ? image : "" });
}

// The buttons

/** Show what is chosen. */
function choose() {
  const rate = RATES[part("rate").value], width = WIDTHS[part("width").value];
  part("rate-chosen").textContent = rate;
  part("rate").setAttribute("aria-valuetext", rate);
  part("width-chosen").textContent = width;
  part("width").setAttribute("aria-valuetext", `${width} hidden neurons`);
}

part("rate").addEventListener("input", choose);
part("width").addEventListener("input", () => {
  choose();
  begin();
});
part("start").addEventListener("click", () => run(!running));
part("reset").addEventListener("click", () => {
  if (running) run(false);
  begin();
  say("New random weights.");
});

choose();
unpack(DIGITS).then(() => {
  begin();
  for (const id of ["start", "reset", "width"]) part(id).disabled = false;
  say("Ready.");
}, () => say("This browser cannot unpack the digits. Use one of this year, or the year before."));
