// Computes what a trained network answers, from the steps that helpers/handwriting/page.py makes of its layers: a part
// of the page that is written there, and of the website.

/** Turn the texts in the steps of a network into numbers: four bytes each, or one byte each times the `unit` of its
 *  column. */
function decodeNetwork(steps) {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
  const floats = (text) => new Float32Array(bytes(text));
  return steps.map((given) => {
    const step = { ...given };
    for (const name of ["bias", "factor", "offset", "unit"]) if (name in step) step[name] = floats(step[name]);
    if (step.unit) {
      const small = new Int8Array(bytes(step.kernel)), { unit } = step;
      step.kernel = Float32Array.from(small, (value, i) => value * unit[i % unit.length]);
    } else if (step.kernel) step.kernel = floats(step.kernel);
    return step;
  });
}

/** Call `visit(output, input, inWindow)` for each place of a window that lies on the image; the numbers are indices
 *  of places, counted row by row. */
function slide({ input: [height, width], output, window, strides, before }, visit) {
  for (let row = 0; row < output[0]; row++) for (let column = 0; column < output[1]; column++) {
    for (let i = 0; i < window[0]; i++) for (let j = 0; j < window[1]; j++) {
      const y = row * strides[0] - before[0] + i, x = column * strides[1] - before[1] + j;
      if (y >= 0 && y < height && x >= 0 && x < width) visit(row * output[1] + column, y * width + x, i * window[1] + j);
    }
  }
}

const COMPUTE = {
  dense(x, { kernel, bias }) {
    const y = Float64Array.from(bias), n = bias.length;
    for (let i = 0; i < x.length; i++) if (x[i] !== 0) for (let j = 0; j < n; j++) y[j] += x[i] * kernel[i * n + j];
    return y;
  },
  convolve(x, step) {
    const { kernel, bias, output, input } = step, filters = bias.length, channels = input[2];
    const y = new Float64Array(output[0] * output[1] * filters).map((_, i) => bias[i % filters]);
    slide(step, (to, from, place) => {
      for (let c = 0; c < channels; c++) {
        const value = x[from * channels + c], first = (place * channels + c) * filters;
        if (value !== 0) for (let f = 0; f < filters; f++) y[to * filters + f] += value * kernel[first + f];
      }
    });
    return y;
  },
  pool(x, step) {
    const channels = step.input[2], size = step.output[0] * step.output[1];
    const y = new Float64Array(size * channels).fill(step.take === "largest" ? -Infinity : 0), count = new Array(size).fill(0);
    slide(step, (to, from) => {
      count[to] += 1;
      for (let c = 0; c < channels; c++) {
        const value = x[from * channels + c], i = to * channels + c;
        y[i] = step.take === "largest" ? Math.max(y[i], value) : y[i] + value;
      }
    });
    return step.take === "largest" ? y : y.map((sum, i) => sum / count[Math.floor(i / channels)]);
  },
  scale(x, { factor, offset }) {
    return x.map((value, i) => value * factor[i % factor.length] + offset[i % factor.length]);
  },
  activate(x, { activation }) {
    if (activation === "relu") return x.map((value) => Math.max(0, value));
    if (activation === "sigmoid") return x.map((value) => 1 / (1 + Math.exp(-value)));
    if (activation === "tanh") return x.map(Math.tanh);
    const top = Math.max(...x), powers = x.map((value) => Math.exp(value - top));
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  },
};

/** What a network answers: 784 numbers from 0 to 1 in, ten probabilities out. */
function readImage(network, image) {
  return Array.from(network.reduce((x, step) => COMPUTE[step.do](x, step), Float64Array.from(image)));
}
