// What a pad consists of, and how it shows an answer.

let made = 0; // how many pads

const row = (digit) => `<div class="row" role="meter" aria-label="probability of ${digit}" aria-valuemin="0"
  aria-valuemax="100"><span>${digit}</span><div><div class="bar"></div></div><span class="share"></span></div>`;
const parts = (number) => `<div class="desk">
  <div class="says">
    <div class="verdict" aria-hidden="true"><b></b> <span class="sure"></span></div>
    <p class="answer" role="status"><span class="said"></span><span class="note"></span></p>
  </div>
  <div class="sheet">
    <canvas class="paper" width="560" height="560" tabindex="0" role="application" aria-label="Pad to write a digit on"
      aria-describedby="digit-pad-keys-${number}"></canvas>
    <div class="hint" aria-hidden="true">draw here</div>
  </div>
  <div class="tools">
    <button type="button" class="undo">Undo</button>
    <button type="button" class="clear">Clear</button>
    <button type="button" class="help" aria-label="Keys" aria-expanded="false" aria-controls="digit-pad-keys-${number}">?</button>
  </div>
  <p class="keys" id="digit-pad-keys-${number}" hidden>Keys: arrows move the pen, space lowers and lifts it. Arrows with
    shift make one straight line, slanted too. Backspace takes a stroke back, delete clears. In a notebook, Escape leads out of the pad.</p>
  <div class="bars" role="group" aria-label="Probabilities">${[...Array(10).keys()].map(row).join("")}</div>
  <div class="given"><canvas class="seen" width="28" height="28" role="img"></canvas>what the network gets</div>
</div>`;

/** Show ten probabilities, or none; returns the most probable digit, or -1. */
function showShares(root, probabilities) {
  const best = probabilities.indexOf(Math.max(...probabilities)), answered = probabilities.length > 0;
  root.classList.toggle("read", answered);
  root.querySelector(".verdict b").textContent = answered ? best : "";
  root.querySelector(".sure").textContent = answered ? `${(100 * probabilities[best]).toFixed(0)}% sure` : "";
  root.querySelectorAll(".row").forEach((row, digit) => {
    const share = 100 * (probabilities[digit] ?? 0), rounded = share.toFixed(0);
    row.classList.toggle("best", digit === best);
    row.setAttribute("aria-valuenow", rounded);
    row.setAttribute("aria-valuetext", answered ? `${rounded}%` : "no answer yet");
    row.querySelector(".bar").style.width = `${share}%`;
    row.querySelector(".share").textContent = rounded === "0" ? "" : `${rounded}%`;
  });
  return best;
}

/** Show an image, 784 numbers from 0 to 1 or none, in pixels of a colour, and describe it. */
function showPixels(seen, image, colour) {
  const inked = [...image.keys()].filter((i) => image[i] > 0);
  const extent = (of) => Math.max(...inked.map(of)) - Math.min(...inked.map(of)) + 1;
  seen.setAttribute("aria-label", "What the network is given, 28 x 28 pixels: " + (inked.length
    ? `ink ${extent((i) => i % SIDE)} wide and ${extent((i) => Math.floor(i / SIDE))} high, centred` : "nothing yet"));
  if (colour) seen.getContext("2d").putImageData(pixelsOf(image, colour), 0, 0); // not before it is on the page
}
