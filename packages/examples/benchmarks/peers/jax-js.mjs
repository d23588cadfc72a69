/**
 * jax-js on its WebAssembly backend: loss, gradient and optimizer under one `jit`. It has no scan: loops are unrolled
 * while they are traced.
 *
 * node jax-js.mjs FOLDER
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { answer } from "./protocol.mjs";

const [folder] = process.argv.slice(2);
const entry = join(folder, "node_modules/@jax-js/jax/dist/index.js");
const jax = await import(pathToFileURL(entry).href);
const { numpy: np, nn, lax, jit, valueAndGrad } = jax;
await jax.init("wasm");
jax.defaultDevice("wasm");

await answer((workload, { weights, x, y }) => {
  const make = { elman, lstm, gru, mlp, "lstm-token": lstmToken, product, "conv-net": convNet, window: slidingWindow }[
    workload.kind
  ];
  const parameters = mapValues(weights, ({ data, shape }) => np.array(data).reshape(shape));
  return { runsOn: "wasm, jit", run: make(workload, parameters, x, y) };
});

// Every array is used up by what reads it, unless it is read through `.ref`.

/** Compiles a training step. `lossOf(parameters, x, y)` uses up what it is given. */
function training({ optimizer, learningRate }, lossOf, parameters, x, y) {
  const names = Object.keys(parameters);
  const zeros = () => mapValues(parameters, (weight) => np.zerosLike(weight.ref));
  const moments = { adam: ["m", "v"], adagrad: ["m"], sgd: [] }[optimizer];
  let state = { t: np.array(new Float32Array([1])).reshape([]) };
  for (const moment of moments) state[moment] = zeros();
  const lossAndGradient = valueAndGrad(lossOf);
  const step = jit((weights, old, read, target) => {
    const [loss, gradients] = lossAndGradient(
      mapValues(weights, (weight) => weight.ref),
      read,
      target,
    );
    const next = Object.fromEntries(["t", ...moments].map((key) => [key, {}]));
    const updated = {};
    for (const name of names) {
      updated[name] = update(optimizer, weights[name], gradients[name], name, old, next, learningRate);
    }
    next.t = old.t.add(1);
    return [updated, next, loss];
  });
  return async () => {
    const [weights, next, loss] = step(parameters, state, x.ref, y.ref);
    parameters = weights;
    state = next;
    await jax.blockUntilReady([weights, next]);
    const [value] = await loss.data();
    return value;
  };
}

/** The new weight; the moments it goes with are put into `next`. */
function update(optimizer, w, g, name, old, next, rate) {
  if (optimizer === "sgd") return w.sub(g.mul(rate));
  if (optimizer === "adagrad") {
    const m = old.m[name].add(g.ref.mul(g.ref));
    next.m[name] = m;
    return w.sub(g.mul(rate).div(np.sqrt(m.ref.add(1e-8))));
  }
  const m = old.m[name].mul(0.9).add(g.ref.mul(0.1));
  const v = old.v[name].mul(0.999).add(g.ref.mul(g).mul(0.001));
  const correction = (beta) => np.array(1).sub(np.exp(old.t.ref.mul(Math.log(beta))));
  next.m[name] = m;
  next.v[name] = v;
  const size = np.sqrt(v.ref.div(correction(0.999))).add(1e-8);
  return w.sub(m.ref.div(correction(0.9)).mul(rate).div(size));
}

function elman(workload, parameters, x, y) {
  const { tokens, inputs, units, steps, batch, outputs } = workload;
  const read = tokens === undefined ? np.array(x.data).reshape([steps * batch, inputs]) : oneHot(x, tokens);
  const loss = ({ Wx, Wh, b, Wy, by }, given, labels) => {
    let h = np.zeros([batch, units]);
    const all = np.split(np.matmul(given, Wx).add(b), steps, 0).map((z) => {
      h = np.tanh(z.add(np.matmul(h, Wh.ref)));
      return h.ref;
    });
    h.dispose();
    Wh.dispose();
    return crossEntropy(np.matmul(np.concatenate(all, 0), Wy).add(by), labels);
  };
  return training(workload, loss, parameters, read, oneHot(y, outputs));
}

function lstm(workload, parameters, x, y) {
  const { tokens, units, steps, batch, outputs } = workload;
  const loss = ({ E, Wx, Wh, b, Wy, by }, given, labels) => {
    let h = np.zeros([batch, units]);
    let c = np.zeros([batch, units]);
    const all = np.split(np.matmul(np.matmul(given, E), Wx).add(b), steps, 0).map((z) => {
      [h, c] = lstmStep(z.add(np.matmul(h, Wh.ref)), c);
      return h.ref;
    });
    for (const array of [h, c, Wh]) array.dispose();
    return crossEntropy(np.matmul(np.concatenate(all, 0), Wy).add(by), labels);
  };
  return training(workload, loss, parameters, oneHot(x, tokens), oneHot(y, outputs));
}

function lstmStep(z, last) {
  const [i, f, o, u] = np.split(z, 4, 1);
  const c = nn
    .sigmoid(f)
    .mul(last)
    .add(nn.sigmoid(i).mul(np.tanh(u)));
  return [nn.sigmoid(o).mul(np.tanh(c.ref)), c];
}

function gru(workload, parameters, x, y) {
  const { inputs, units, steps, batch } = workload;
  const loss = ({ Wx, Wh, b, bh, Wy, by }, given, targets) => {
    let h = np.zeros([batch, units]);
    for (const z of np.split(np.matmul(given, Wx).add(b), steps, 0)) {
      const [xr, xz, xn] = np.split(z, 3, 1);
      const [hr, hz, hn] = np.split(np.matmul(h.ref, Wh.ref).add(bh.ref), 3, 1);
      const n = np.tanh(xn.add(nn.sigmoid(xr.add(hr)).mul(hn)));
      h = n.ref.add(nn.sigmoid(xz.add(hz)).mul(h.sub(n)));
    }
    Wh.dispose();
    bh.dispose();
    const error = np.matmul(h, Wy).add(by).sub(targets);
    return error.ref.mul(error).mean();
  };
  const read = np.array(x.data).reshape([steps * batch, inputs]);
  return training(workload, loss, parameters, read, np.array(y.data).reshape(y.shape));
}

function mlp(workload, parameters, x, y) {
  const loss = ({ W0, W1, W2, b0, b1, b2 }, given, labels) => {
    const first = nn.relu(np.matmul(given, W0).add(b0));
    const second = nn.relu(np.matmul(first, W1).add(b1));
    return crossEntropy(np.matmul(second, W2).add(b2), labels);
  };
  return training(workload, loss, parameters, np.array(x.data).reshape(x.shape), oneHot(y, workload.sizes[3]));
}

function lstmToken({ units, tokens }, parameters) {
  let token = 0;
  let h = np.zeros([1, units]);
  let c = np.zeros([1, units]);
  const step = jit(({ E, Wx, Wh, b, Wy, by }, index, lastH, lastC) => {
    const z = np.matmul(E.slice(index), Wx).add(b).add(np.matmul(lastH, Wh));
    const [newH, newC] = lstmStep(z, lastC);
    return [np.matmul(newH.ref, Wy).add(by), newH, newC];
  });
  return async () => {
    const [logits, nextH, nextC] = step(
      mapValues(parameters, (weight) => weight.ref),
      np.array(new Int32Array([token])),
      h,
      c,
    );
    h = nextH;
    c = nextC;
    const scores = await logits.data();
    token = scores.subarray(0, tokens).indexOf(Math.max(...scores));
    return token;
  };
}

function product(_, { a, b }) {
  return firstOf(
    jit((left, right) => np.matmul(left, right)),
    [a, b],
  );
}

/** Runs something; the first time it returns the first number of the result, which costs a copy of all. */
function firstOf(compute, given) {
  let isFirst = true;
  return async () => {
    const c = compute(...given.map((array) => array.ref));
    await c.blockUntilReady();
    if (isFirst) {
      isFirst = false;
      return (await c.data())[0];
    }
    c.dispose();
    return NaN;
  };
}

// Channels come before rows and columns: what is read, and the kernel, are turned around before anything is timed.

function convNet(workload, { K0, b0, K1, b1, Wy, by }, x, y) {
  const { batch, channels } = workload;
  const turned = { K0: channelsFirst(K0, true), b0, K1: channelsFirst(K1, true), b1, Wy, by };
  const layer = (h, K, b, count) =>
    pooled("max", nn.relu(lax.convGeneralDilated(h, K, [1, 1], "VALID").add(b.reshape([1, count, 1, 1]))), [2, 2]);
  const scores = (w, given) => {
    const h = layer(layer(given, w.K0, w.b0, channels[0]), w.K1, w.b1, channels[1]);
    // Features in the order in which the weight has them.
    const features = np.transpose(h, [0, 2, 3, 1]).reshape([batch, -1]);
    return np.matmul(features, w.Wy).add(w.by);
  };
  const read = channelsFirst(np.array(x.data).reshape(x.shape), false);
  if (!workload.isTrained) {
    const names = Object.keys(turned);
    const compute = jit((given, ...weights) => scores(Object.fromEntries(names.map((n, i) => [n, weights[i]])), given));
    return firstOf(compute, [read, ...Object.values(turned)]);
  }
  const loss = (weights, given, labels) => crossEntropy(scores(weights, given), labels);
  return training(workload, loss, turned, read, oneHot(y, workload.outputs));
}

function slidingWindow({ operation, isDifferentiated, window }, { K }, x) {
  const read = channelsFirst(np.array(x.data).reshape(x.shape), false);
  const strides = window.map(() => 1);
  const compute =
    operation === "convolution"
      ? (given, kernel) => lax.convGeneralDilated(given, kernel, strides, "VALID")
      : (given) => pooled(operation, given, window);
  const factors = K === undefined ? [read] : [read, channelsFirst(K, true)];
  if (!isDifferentiated) return firstOf(jit(compute), factors);
  const meanSquare = (given) => {
    const value = compute(...given);
    return value.ref.mul(value).mean();
  };
  const lossAndGradients = jit(valueAndGrad(meanSquare));
  return async () => {
    const [loss, gradients] = lossAndGradients(factors.map((array) => array.ref));
    await jax.blockUntilReady(gradients);
    for (const array of gradients) array.dispose();
    const [value] = await loss.data();
    return value;
  };
}

function pooled(operation, given, window) {
  const reduce = operation === "max" ? (values) => np.max(values) : (values) => np.mean(values);
  return lax.reduceWindow(given, reduce, [1, 1, ...window], [1, 1, ...window]);
}

function channelsFirst(array, isKernel) {
  const spatial = array.shape.slice(isKernel ? 0 : 1, isKernel ? -2 : -1).map((_, i) => i + (isKernel ? 0 : 1));
  const last = array.shape.length - 1;
  return np.transpose(array, isKernel ? [last, last - 1, ...spatial] : [0, last, ...spatial]);
}

function crossEntropy(logits, labels) {
  return nn.logSoftmax(logits).mul(labels).sum().div(-labels.shape[0]);
}

function oneHot({ data }, classes) {
  const rows = new Float32Array(data.length * classes);
  data.forEach((index, i) => {
    rows[i * classes + index] = 1;
  });
  return np.array(rows).reshape([data.length, classes]);
}

function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
