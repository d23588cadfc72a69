/**
 * TensorFlow.js on its WebAssembly backend, recurrences as loops of one's own.
 *
 * node tfjs.mjs FOLDER stock|patched: the folder of its packages; "patched" gives products a gradient with explicit
 * transposes, since the backend multiplies transposed matrices one number at a time, and convolutions a gradient for
 * their kernel, which the backend lacks: another convolution.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { answer } from "./protocol.mjs";

const [folder, variant] = process.argv.slice(2);
const load = createRequire(join(folder, "from-here.js"));
const tf = load("@tensorflow/tfjs");
const wasm = load("@tensorflow/tfjs-backend-wasm");
wasm.setWasmPaths(join(folder, "node_modules/@tensorflow/tfjs-backend-wasm/dist/"));
wasm.setThreadsCount(1);
await tf.setBackend("wasm");
if (variant === "patched") {
  patchProducts();
  patchConvolutions();
}

await answer((workload, { weights, x, y }) => {
  const make = {
    ...{ elman, lstm, gru, mlp, mnist, "lstm-token": lstmToken, product },
    ...{ "conv-net": convNet, window: slidingWindow },
  }[workload.kind];
  const variables = Object.fromEntries(
    Object.entries(weights).map(([name, { data, shape }]) => [name, tf.variable(tf.tensor(data, shape))]),
  );
  return { runsOn: `wasm, ${variant}`, run: make(workload, variables, x, y) };
});

function patchProducts() {
  const transpose = (t) => tf.transpose(t, t.rank === 3 ? [0, 2, 1] : [1, 0]);
  tf.unregisterGradient("BatchMatMul");
  tf.registerGradient({
    kernelName: "BatchMatMul",
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => ({ a: () => tf.matMul(dy, transpose(b)), b: () => tf.matMul(transpose(a), dy) }),
  });
}

/** Strides and dilations of one and no padding, as the workloads have them. */
function patchConvolutions() {
  tf.unregisterGradient("Conv2D");
  tf.registerGradient({
    kernelName: "Conv2D",
    inputsToSave: ["x", "filter"],
    gradFunc: (dy, [x, filter]) => ({
      x: () => tf.conv2dTranspose(dy, filter, x.shape, 1, "valid"),
      // Channels are what is batched, and what was batched is what is summed over.
      filter: () =>
        tf.transpose(
          tf.conv2d(tf.transpose(x, [3, 1, 2, 0]), tf.transpose(dy, [1, 2, 0, 3]), 1, "valid"),
          [1, 2, 0, 3],
        ),
    }),
  });
}

function training({ optimizer, learningRate }, loss) {
  const rule = tf.train[optimizer](learningRate);
  return () => {
    const cost = rule.minimize(loss, true);
    const [value] = cost.dataSync();
    cost.dispose();
    return value;
  };
}

function oneHot({ data }, classes) {
  return tf.tidy(() => tf.oneHot(tf.tensor1d(data, "int32"), classes).toFloat());
}

function crossEntropy(logits, labels) {
  return tf.logSoftmax(logits).mul(labels).sum().div(-labels.shape[0]);
}

// Elements of a sequence are taken with unstack: split and concat along time cost T² on this backend.
function elman(workload, { Wx, Wh, b, Wy, by }, x, y) {
  const { tokens, inputs, units, steps, batch, outputs } = workload;
  const read = tokens === undefined ? tf.tensor(x.data, [steps * batch, inputs]) : oneHot(x, tokens);
  const labels = oneHot(y, outputs);
  return training(workload, () => {
    let h = tf.zeros([batch, units]);
    const all = tf.unstack(read.matMul(Wx).add(b).reshape([steps, batch, units])).map((z) => {
      h = tf.tanh(z.add(h.matMul(Wh)));
      return h;
    });
    return crossEntropy(tf.stack(all).reshape([-1, units]).matMul(Wy).add(by), labels);
  });
}

// The gradient of gather is missing on this backend: tokens are one-hot.
function lstm(workload, { E, Wx, Wh, b, Wy, by }, x, y) {
  const { tokens, units, steps, batch, outputs } = workload;
  const read = oneHot(x, tokens);
  const labels = oneHot(y, outputs);
  return training(workload, () => {
    let h = tf.zeros([batch, units]);
    let c = tf.zeros([batch, units]);
    const all = tf.unstack(read.matMul(E).matMul(Wx).add(b).reshape([steps, batch, -1])).map((z) => {
      [h, c] = lstmStep(z.add(h.matMul(Wh)), c);
      return h;
    });
    return crossEntropy(tf.stack(all).reshape([-1, units]).matMul(Wy).add(by), labels);
  });
}

function lstmStep(z, last) {
  const [i, f, o, u] = tf.split(z, 4, 1);
  const c = tf
    .sigmoid(f)
    .mul(last)
    .add(tf.sigmoid(i).mul(tf.tanh(u)));
  return [tf.sigmoid(o).mul(tf.tanh(c)), c];
}

function gru(workload, { Wx, Wh, b, bh, Wy, by }, x, y) {
  const { inputs, units, steps, batch } = workload;
  const read = tf.tensor(x.data, [steps * batch, inputs]);
  const targets = tf.tensor(y.data, y.shape);
  return training(workload, () => {
    let h = tf.zeros([batch, units]);
    for (const z of tf.unstack(read.matMul(Wx).add(b).reshape([steps, batch, -1]))) {
      const [xr, xz, xn] = tf.split(z, 3, 1);
      const [hr, hz, hn] = tf.split(h.matMul(Wh).add(bh), 3, 1);
      const n = tf.tanh(xn.add(tf.sigmoid(xr.add(hr)).mul(hn)));
      h = n.add(tf.sigmoid(xz.add(hz)).mul(h.sub(n)));
    }
    return tf.squaredDifference(h.matMul(Wy).add(by), targets).mean();
  });
}

function mlp(workload, weights, x, y) {
  const read = tf.tensor(x.data, x.shape);
  const labels = oneHot(y, workload.sizes[3]);
  return training(workload, () => crossEntropy(scores(weights, read), labels));
}

function scores({ W0, W1, W2, b0, b1, b2 }, read) {
  const first = tf.relu(read.matMul(W0).add(b0));
  const second = tf.relu(first.matMul(W1).add(b1));
  return second.matMul(W2).add(b2);
}

/** All digits are tensors before anything is timed; each step takes a slice of them. */
function mnist(workload, weights, x, y) {
  const { batch, steps, sizes } = workload;
  const [read, labels] = [tf.tensor(x.data, x.shape), oneHot(y, sizes[3])];
  let step = 0;
  const run = training(workload, () => {
    const rows = [step * batch, 0];
    return crossEntropy(scores(weights, read.slice(rows, [batch, sizes[0]])), labels.slice(rows, [batch, sizes[3]]));
  });
  return () => {
    let total = 0;
    for (step = 0; step < steps; step++) total += run();
    return total / steps;
  };
}

function lstmToken({ units }, { E, Wx, Wh, b, Wy, by }) {
  let token = 0;
  let h = tf.zeros([1, units]);
  let c = tf.zeros([1, units]);
  return () => {
    const [nextH, nextC, logits] = tf.tidy(() => {
      const row = tf.gather(E, tf.tensor1d([token], "int32"));
      const [newH, newC] = lstmStep(row.matMul(Wx).add(b).add(h.matMul(Wh)), c);
      return [newH, newC, newH.matMul(Wy).add(by)];
    });
    const scores = logits.dataSync();
    for (const tensor of [h, c, logits]) tensor.dispose();
    h = nextH;
    c = nextC;
    token = scores.indexOf(Math.max(...scores));
    return token;
  };
}

function product(_, { a, b }) {
  return firstOf(() => tf.matMul(a, b));
}

function convNet(workload, { K0, b0, K1, b1, Wy, by }, x, y) {
  const read = tf.tensor(x.data, x.shape);
  const layer = (h, K, b) => tf.maxPool(tf.relu(tf.conv2d(h, K, 1, "valid").add(b)), 2, 2, "valid");
  const scores = () =>
    layer(layer(read, K0, b0), K1, b1)
      .reshape([workload.batch, -1])
      .matMul(Wy)
      .add(by);
  if (!workload.isTrained) return firstOf(scores);
  const labels = oneHot(y, workload.outputs);
  return training(workload, () => crossEntropy(scores(), labels));
}

function slidingWindow({ operation, isDifferentiated, window }, { K }, x) {
  const read = tf.tensor(x.data, x.shape);
  const compute = {
    convolution: (h, kernel) => (h.rank === 3 ? tf.conv1d(h, kernel, 1, "valid") : tf.conv2d(h, kernel, 1, "valid")),
    max: (h) => tf.maxPool(h, window, window, "valid"),
    average: (h) => tf.avgPool(h, window, window, "valid"),
  }[operation];
  const factors = K === undefined ? [read] : [read, K];
  if (!isDifferentiated) return firstOf(() => compute(...factors));
  const lossAndGradients = tf.valueAndGrads((...given) =>
    compute(...given)
      .square()
      .mean(),
  );
  return () => {
    const { value, grads } = lossAndGradients(factors);
    const [loss] = value.dataSync();
    for (const tensor of [value, ...grads]) tensor.dispose();
    return loss;
  };
}

/** Runs something and returns the first number of its result. */
function firstOf(compute) {
  return () => {
    const result = tf.tidy(compute);
    const [first] = tf.backend().readSync(result.dataId);
    result.dispose();
    return first;
  };
}
