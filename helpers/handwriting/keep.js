// Beside a pad: it asks for digits, one after the other, and for each which it was meant to be, and shows what is kept.

const TILE = 28, ROWS = 10; // pixels of a kept picture, and how many of a digit are shown

class Keeper {
  /** `keep(digit, strokes)` keeps what is drawn as that digit, `forget()` drops what was kept last. */
  constructor(pad, keep, forget) {
    Object.assign(this, { pad, keep, asked: 0, sent: null }); // the strokes that are being kept
    pad.looked = () => this.draw();
    const digits = [...Array(10).keys()];
    this.root = document.createElement("div");
    this.root.className = "collect";
    this.root.innerHTML = `<p class="task"></p>
      <div class="names" role="group" aria-label="Which digit was it?">
        ${digits.map((digit) => `<button type="button">${digit}</button>`).join("")}</div>
      <canvas class="kept" width="${10 * TILE}" height="${TILE}" role="img"></canvas>
      <div class="total"><span class="count" role="status"></span>
        <button type="button" class="forget">Take back the last</button></div>`;
    pad.part("desk").append(this.root);
    this.names = [...this.root.querySelectorAll(".names button")];
    this.names.forEach((name, digit) => name.addEventListener("click", () => this.name(digit)));
    pad.part("forget").addEventListener("click", () => forget());
    pad.paper.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !/^([0-9]|Enter)$/.test(event.key)) return;
      this.name(event.key === "Enter" ? this.asked : Number(event.key));
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** Say which digit the drawing was meant to be. */
  name(digit) {
    this.pad.finish();
    const { strokes } = this.pad;
    if (!strokes.length) return this.pad.remark(`First write a ${digit}, then say which it was.`);
    if (strokes === this.sent) return this.pad.remark(SILENCE);
    this.sent = strokes;
    this.pad.remark("Keeping it ...");
    this.keep(digit, strokes);
  }

  /** Show what is kept: {labels, read, images, asks, message}. */
  show(kept) {
    const { labels, read, asks, message } = kept, { pad, sent } = this;
    const grown = !message && labels.length > this.kept?.labels.length;
    const right = labels.filter((label, i) => label === read[i]).length, digit = `${asks === 8 ? "an" : "a"} ${asks}`;
    Object.assign(this, { kept, asked: asks, sent: null });
    this.names.forEach((name, i) => name.classList.toggle("asked", i === asks));
    pad.part("hint").textContent = `write ${digit}`;
    pad.part("task").textContent = `Write ${digit}, then press Enter or its button. If it became another, press that.`;
    pad.part("count").textContent = message || (labels.length ? `${right} of ${labels.length} read.` : "Nothing kept yet.");
    pad.part("forget").hidden = !labels.length;
    this.draw();
    if (!sent) return;
    if (grown && sent === pad.strokes && !pad.current) pad.takeBack(true, ""); // what is not kept stays on the pad
    else pad.remark("");
  }

  /** Draw the pictures below the names of their digits, the newest first, and frame those that are misread. */
  draw() {
    const canvas = this.pad.part("kept"), style = getComputedStyle(canvas), { labels, read, images } = this.kept;
    const bytes = new Uint8Array(images.buffer, images.byteOffset, images.byteLength), size = SIDE * SIDE;
    const first = labels.length - bytes.length / size; // the oldest that is shown
    const heights = new Array(10).fill(0), wrong = [];
    const places = labels.map((label, i) => [i, label]).slice(first).reverse()
      .map(([i, label]) => [i, label, heights[label]++]).filter(([, , row]) => row < ROWS);
    canvas.height = TILE * Math.max(1, ...heights.map((height) => Math.min(ROWS, height)));
    const ink = canvas.getContext("2d");
    Object.assign(ink, { strokeStyle: style.getPropertyValue("--red"), lineWidth: 2 });
    for (const [i, column, row] of places) {
      const image = Array.from(bytes.subarray((i - first) * size, (i - first + 1) * size), (value) => value / 255);
      if (style.color) ink.putImageData(pixelsOf(image, style.color), TILE * column, TILE * row); // if on the page
      if (read[i] === column) continue;
      wrong.push(`a ${column} as ${read[i]}`);
      ink.strokeRect(TILE * column + 2, TILE * row + 2, TILE - 4, TILE - 4);
    }
    canvas.setAttribute("aria-label", `Your last ${places.length} digits; misread: ${wrong.join(", ") || "none"}`);
  }
}
