// Beside a pad: it asks for digits, one after the other, and for each which it was meant to be, and shows what is kept.

const TILE = 28, ROWS = 10; // pixels of a kept picture, and how many of a digit are shown

class Keeper {
  /** `keep(digit, strokes)` keeps what is drawn as that digit, `forget()` drops what was kept last. */
  constructor(pad, keep, forget) {
    Object.assign(this, { pad, keep, forget, asked: 0 });
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
    this.pad.takeBack(true, "");
    this.keep(digit, strokes);
  }

  /** Show what is kept: {labels, read, images, asks, message}. */
  show({ labels, read, images, asks, message }) {
    const right = labels.filter((label, i) => label === read[i]).length, { pad } = this;
    this.asked = asks;
    this.names.forEach((name, digit) => name.classList.toggle("asked", digit === asks));
    pad.part("hint").textContent = `write ${asks === 8 ? "an" : "a"} ${asks}`;
    pad.part("task").textContent = `Write ${asks === 8 ? "an" : "a"} ${asks}, then press Enter or its button. `
      + "If you wrote another digit, press that one.";
    pad.part("count").textContent = message || (labels.length
      ? `${right} of ${labels.length} read.` : "Nothing is kept yet.");
    pad.part("forget").hidden = !labels.length;
    this.draw(labels, read, new Uint8Array(images.buffer, images.byteOffset, images.byteLength));
  }

  /** Draw the pictures below the names of their digits, the newest first, and frame those that are misread. */
  draw(labels, read, images) {
    const kept = this.pad.part("kept"), heights = new Array(10).fill(0), style = getComputedStyle(this.pad.paper);
    const pictures = images.length / SIDE ** 2, wrong = [];
    const shown = labels.map((label, i) => i).slice(labels.length - pictures).reverse();
    const places = shown.map((i) => [i, labels[i], heights[labels[i]]++]).filter(([, , row]) => row < ROWS);
    kept.height = TILE * Math.max(1, Math.min(ROWS, ...[Math.max(...heights)]));
    const ink = kept.getContext("2d");
    Object.assign(ink, { strokeStyle: style.getPropertyValue("--red"), lineWidth: 2 });
    for (const [i, column, row] of places) {
      const first = (i - labels.length + pictures) * SIDE ** 2;
      const image = Array.from(images.subarray(first, first + SIDE ** 2), (value) => value / 255);
      ink.putImageData(pixelsOf(image, style.color), TILE * column, TILE * row);
      if (read[i] === column) continue;
      wrong.push(`a ${column} as ${read[i]}`);
      ink.strokeRect(TILE * column + 2, TILE * row + 2, TILE - 4, TILE - 4);
    }
    kept.setAttribute("aria-label", `Your last ${places.length} digits; misread: ${wrong.join(", ") || "none"}`);
  }
}
