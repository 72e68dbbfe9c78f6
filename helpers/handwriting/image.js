// Strokes become an image like those of MNIST, as in pad.py; and how both look. Strokes are lists of [x, y], both from 0
// to 1, from the upper left corner.

const NEAR = 0.05; // points nearer than that are of a moving hand, and joined by a curve
const SIDE = 28, BOX = 20, WIDTH = 2.5, SMALLEST = 0.08, MIDDLE = 14; // as in pad.py

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

/** Draw a stroke, round and smooth, and wider where a pen pressed harder; the image that is read has one width. */
function drawStroke(ink, stroke, size, pressed) {
  const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) < NEAR;
  let from = stroke[0];
  stroke.forEach((point, i) => {
    const next = stroke[i + 1], smooth = next && i > 0 && near(stroke[i - 1], point) && near(point, next);
    const to = smooth ? point.map((v, k) => (v + next[k]) / 2) : point;
    ink.lineWidth = (36 / 560) * size * (0.5 + (pressed.get(point) ?? 0.5));
    ink.beginPath();
    ink.moveTo(from[0] * size, from[1] * size);
    if (smooth) ink.quadraticCurveTo(point[0] * size, point[1] * size, to[0] * size, to[1] * size);
    else ink.lineTo(to[0] * size + 0.01, to[1] * size); // a dot is drawn as well
    ink.stroke();
    from = to;
  });
}

/** An image, 784 numbers from 0 to 1 or none, as pixels of a colour (such as "rgb(26, 26, 26)"), more or less opaque. */
function pixelsOf(image, colour) {
  const data = new ImageData(SIDE, SIDE), ink = colour.match(/\d+/g).slice(0, 3).map(Number);
  for (let i = 0; i < image.length; i++) data.data.set([...ink, 255 * image[i]], 4 * i);
  return data;
}
