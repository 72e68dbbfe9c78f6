// The front page: a pad, and networks that answer while one draws. Each network comes as a script of its own, which
// calls addNetwork when it has arrived.

const readers = []; // of each network that is there: its name, its card on the page, and what it computes
let drawn = []; // the strokes

const homePad = createPad(document.getElementById("pad"), (strokes) => {
  drawn = strokes;
  readDrawing();
}, (strokes) => showAnswers(imageOf(strokes)));

/** The image of strokes, or null if there is none. */
function imageOf(strokes) {
  const image = strokesToImage(strokes);
  return typeof image === "string" ? null : image;
}

/** Let all networks read an image, and show on their cards what they answer; null clears them. */
function showAnswers(image) {
  return readers.map(({ name, card, network }) => {
    const shares = image ? readImage(network, image) : new Array(10).fill(0);
    const best = shares.indexOf(Math.max(...shares)), sure = Math.round(100 * shares[best]);
    card.querySelector(".digit").textContent = image ? best : "?";
    card.querySelector(".sure").textContent = image ? `${sure}% sure` : "ready";
    [...card.querySelectorAll(".column")].forEach((column, digit) => {
      column.style.setProperty("--share", shares[digit]);
      column.classList.toggle("best", image !== null && digit === best);
    });
    const listed = shares.map((share, digit) => `${digit}: ${Math.round(100 * share)}%`).join(", ");
    card.querySelector(".columns").setAttribute("aria-label", image ? `Probabilities: ${listed}` : "No answer yet");
    return `${name}: ${best}, ${sure}% sure.`;
  });
}

/** Read what is drawn, and say it on the pad, which screen readers hear. */
function readDrawing() {
  const image = imageOf(drawn), answers = showAnswers(image);
  homePad.root.classList.toggle("answered", image !== null);
  if (image) homePad.show({ image: Array.from(image), message: answers.join(" ") });
  else homePad.show({ message: drawn.length ? strokesToImage(drawn) : "" });
}

function addNetwork(name, steps) {
  const card = document.getElementById(name);
  readers.push({ name: card.querySelector("h2").textContent, card, network: decodeNetwork(steps) });
  readDrawing();
}
