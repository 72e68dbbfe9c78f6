// A network 784-width-10 that learns in the browser: ReLU, softmax, cross-entropy, stochastic gradient descent.
// Images are bytes, 0 (paper) to 255 (ink), 784 for each; kernels are stored row by row, as in Keras.

const PIXELS = 784, CLASSES = 10;

/** A network before its first step: small random weights, biases of 0. */
function newNetwork(width, random = Math.random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const start = (size, spread) => Float32Array.from({ length: size }, () => spread * normal());
  return {
    width, hidden: start(PIXELS * width, 0.01), hiddenBias: new Float32Array(width),
    output: start(width * CLASSES, 1 / Math.sqrt(width)), outputBias: new Float32Array(CLASSES),
  };
}

/** Zeros in the shape of a network: where gradients are added up. */
function zerosLike({ width }) {
  return {
    hidden: new Float64Array(PIXELS * width), hiddenBias: new Float64Array(width),
    output: new Float64Array(width * CLASSES), outputBias: new Float64Array(CLASSES),
  };
}

/** What the layers give for image number `n`: after ReLU, and after softmax. */
function forward(network, images, n) {
  const { width, hidden, output } = network;
  const active = new Float64Array(network.hiddenBias), answer = new Float64Array(network.outputBias);
  for (let i = 0; i < PIXELS; i++) {
    const ink = images[n * PIXELS + i] / 255;
    if (ink > 0) for (let j = 0; j < width; j++) active[j] += ink * hidden[i * width + j];
  }
  for (let j = 0; j < width; j++) {
    if (active[j] <= 0) active[j] = 0;
    else for (let k = 0; k < CLASSES; k++) answer[k] += active[j] * output[j * CLASSES + k];
  }
  const top = Math.max(...answer);
  let sum = 0;
  for (let k = 0; k < CLASSES; k++) sum += answer[k] = Math.exp(answer[k] - top);
  for (let k = 0; k < CLASSES; k++) answer[k] /= sum;
  return { active, answer };
}

/** Add the gradient of one image's loss to `sums`: the error goes back through the layers, from the last to the first. */
function addGradient(network, sums, images, labels, n) {
  const { width, output } = network, { active, answer: error } = forward(network, images, n);
  error[labels[n]] -= 1; // softmax and cross-entropy together: what was answered, less what is right
  const back = new Float64Array(width);
  for (let k = 0; k < CLASSES; k++) sums.outputBias[k] += error[k];
  for (let j = 0; j < width; j++) {
    if (active[j] === 0) continue; // ReLU lets nothing back through a neuron that is silent
    for (let k = 0; k < CLASSES; k++) {
      sums.output[j * CLASSES + k] += active[j] * error[k];
      back[j] += output[j * CLASSES + k] * error[k];
    }
    sums.hiddenBias[j] += back[j];
  }
  for (let i = 0; i < PIXELS; i++) {
    const ink = images[n * PIXELS + i] / 255;
    if (ink > 0) for (let j = 0; j < width; j++) sums.hidden[i * width + j] += ink * back[j];
  }
}

/** One step downhill: every weight moves against the mean of the gradients in `sums`, which are 0 again afterwards. */
function step(network, sums, rate, count) {
  for (const name in sums) {
    const weights = network[name], gradient = sums[name];
    for (let i = 0; i < weights.length; i++) weights[i] -= rate / count * gradient[i];
    gradient.fill(0);
  }
}

/** Mean loss and share of right answers over the images from number `from` to before `to`. */
function evaluate(network, images, labels, from, to) {
  let loss = 0, right = 0;
  for (let n = from; n < to; n++) {
    const { answer } = forward(network, images, n);
    loss -= Math.log(Math.max(answer[labels[n]], 1e-7));
    right += answer.indexOf(Math.max(...answer)) === labels[n];
  }
  return { loss: loss / (to - from), accuracy: right / (to - from) };
}
