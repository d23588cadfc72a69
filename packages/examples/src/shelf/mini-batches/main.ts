/** Minibatches: the weights are updated once every N examples. What N does to noise, to speed and to learning. */
import { createRuntime, crossEntropy, input, randomPermutation, sgd, textTable, uniformStream } from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { defineExample, SEED } from "../example.js";
import { rowsOf, spiralNetwork, spirals } from "../spirals.js";
import { accumulatedDifference } from "./accumulated-difference.js";
import { gradientNoise } from "./gradient-noise.js";

/** N; the last is all of the data. */
const SIZES = [1, 5, 30, 300];
const UNITS = 30;
const LEARNING_RATE = 0.1;

export const example = defineExample({
  title: "Minibatches: an update every N examples",
  settings: {
    seed: SEED,
    epochs: { about: "through the 300 points, for each N", value: 60, min: 1, max: 1_000_000 },
    draws: { about: "minibatches that noise is measured on, for each N", value: 300, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, epochs, draws }, { say }) => {
    const data = spirals(seed, 100);
    const runs: (Trained & { readonly size: number; readonly noise: number })[] = [];
    for (const size of SIZES) {
      say(`updates every ${size} examples …`);
      const noise = await gradientNoise(spiralNetwork(seed, UNITS), data, { size, draws, seed });
      runs.push({ size, noise, ...(await train(seed, size, epochs)) });
    }
    const difference = await accumulatedDifference(spirals(seed, 100), () => spiralNetwork(seed, UNITS), LEARNING_RATE);
    const rows = runs.map(({ size, noise, losses, updates, millisecondsPerEpoch }) => [
      String(size),
      noise.toFixed(3),
      (noise * Math.sqrt(size)).toFixed(2),
      String(updates),
      losses.at(-1)!.toPrecision(3),
      millisecondsPerEpoch.toFixed(2),
    ]);
    const head = ["N", "noise", "noise √N", "updates", "loss", "ms per epoch"];
    return {
      figures: {
        noise: runs.map(({ noise }) => noise),
        noiseTimesRoot: runs.map(({ size, noise }) => noise * Math.sqrt(size)),
        losses: runs.map(({ losses }) => losses.at(-1)!),
        millisecondsPerEpoch: runs.map(({ millisecondsPerEpoch }) => millisecondsPerEpoch),
        differenceOfAccumulated: difference,
      },
      text: [
        textTable([head, ...rows], () => true),
        `Gradients of 30 single examples, added up: weights differ from one update on 30 by ${difference.toExponential(1)}.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "epoch: every example seen once more" },
            y: { name: "cross-entropy, all points", isLog: true },
            curves: runs.map(({ size, losses }) => ({ name: `N = ${size}`, points: losses })),
          }),
          "The same number of examples seen, the same learning rate. Small N: many updates, so it learns fast, and its curve trembles.",
        ),
        figure(
          lineChart({
            x: { name: "N", isLog: true },
            y: { name: "noise of the gradient", isLog: true },
            curves: [
              { name: "measured", points: runs.map(({ size, noise }) => [size, noise]) },
              {
                name: "∝ 1 / √N",
                isDashed: true,
                points: SIZES.map((size) => [size, runs[0]!.noise / Math.sqrt(size)]),
              },
            ],
          }),
          "Distance between a minibatch's gradient and that of all data, relative to the latter: four times the examples for half the noise.",
        ),
        figure(
          lineChart({
            x: { name: "N", isLog: true },
            y: { name: "milliseconds per epoch", isLog: true },
            curves: [
              { name: "measured", points: runs.map(({ size, millisecondsPerEpoch }) => [size, millisecondsPerEpoch]) },
            ],
          }),
          "What the same 300 examples cost: fewer updates, and matrix products of N rows instead of N products of one.",
        ),
      ],
    };
  },
});

/** How training with some N went. */
interface Trained {
  /** On all points, before each epoch and at the end. */
  readonly losses: readonly number[];
  readonly updates: number;
  readonly millisecondsPerEpoch: number;
}

async function train(seed: number, size: number, epochs: number): Promise<Trained> {
  const data = spirals(seed, 100);
  const count = data.y.length;
  const network = spiralNetwork(seed, UNITS);
  const graphOf = (examples: number) => {
    const [x, y] = [input("x", [examples, 2]), input("y", [examples], "i32")];
    return { x, y, loss: crossEntropy(network(x), y) };
  };
  const [some, all] = [graphOf(size), graphOf(count)];
  const runtime = await createRuntime();
  const updates = sgd({ learningRate: LEARNING_RATE }).minimize(some.loss);
  const step = await runtime.compile({ inputs: { x: some.x, y: some.y }, updates });
  const look = await runtime.compile({ inputs: { x: all.x, y: all.y }, outputs: { loss: all.loss } });
  const lossNow = (): number => look.run({ ...data }).loss.item();
  const losses = [lossNow()];
  let [done, milliseconds] = [0, 0];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = randomPermutation(count, uniformStream(seed, `minibatch order/${epoch}`));
    const batches = Array.from({ length: count / size }, (_, i) =>
      rowsOf(data, order.subarray(i * size, (i + 1) * size)),
    );
    const started = performance.now();
    for (const batch of batches) step.run({ ...batch });
    milliseconds += performance.now() - started;
    done += batches.length;
    losses.push(lossNow());
  }
  return { losses, updates: done, millisecondsPerEpoch: milliseconds / epochs };
}
