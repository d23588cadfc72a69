/**
 * TensorFlow.js on its WebAssembly backend, recurrences as loops of one's own.
 *
 * node tfjs.mjs FOLDER stock|patched: the folder of its packages; "patched" gives products a gradient with explicit
 * transposes, since the backend multiplies transposed matrices one number at a time.
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
if (variant === "patched") patchProducts();

await answer((workload, { weights, x, y }) => {
  const make = { elman, lstm, gru, mlp, "lstm-token": lstmToken, product }[workload.kind];
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

function mlp(workload, { W0, W1, W2, b0, b1, b2 }, x, y) {
  const read = tf.tensor(x.data, x.shape);
  const labels = oneHot(y, workload.sizes[3]);
  return training(workload, () => {
    const first = tf.relu(read.matMul(W0).add(b0));
    const second = tf.relu(first.matMul(W1).add(b1));
    return crossEntropy(second.matMul(W2).add(b2), labels);
  });
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
  return () => {
    const c = tf.matMul(a, b);
    const [first] = tf.backend().readSync(c.dataId);
    c.dispose();
    return first;
  };
}
