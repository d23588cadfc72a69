/** Sketch-RNN's losses against the paper's equations in plain numbers. */
import { constant, evaluate, randomKey, sampleGaussian } from "@unfold/rnn";
import { expect, test } from "vitest";
import { sketchLosses } from "../../../src/shelf/sketch-rnn/losses.js";
import {
  COMPONENTS,
  predict,
  sketchDecoder,
  sketchEncoder,
  strokesOf,
} from "../../../src/shelf/sketch-rnn/networks.js";
import { PEN } from "../../../src/shelf/sketch-rnn/sketch.js";

const sizes = { seed: 1, encoderUnits: 3, decoderUnits: 4, isHyper: false, latent: 2 };
const encoder = sketchEncoder(sizes);
const decoder = sketchDecoder("decoder", sizes);
/** Two drawings, of two moves and of one, in three steps; the last says that the first one is done. */
const offsets = [
  [
    [1, -0.5],
    [0.3, 2],
  ],
  [
    [-2, 0.25],
    [0, 0],
  ],
  [
    [0, 0],
    [0, 0],
  ],
];
const pens = [
  [PEN.writes, PEN.isLifted],
  [PEN.isLifted, PEN.isDone],
  [PEN.isDone, PEN.isDone],
];
const lengths = [2, 1];
const drawings = { offsets: constant(offsets), pens: constant(pens, "i32"), length: constant(lengths, "i32") };
const key = randomKey(3);

function density(x: number, y: number, { mean: [mx, my], deviation: [sx, sy], correlation }: Gaussian): number {
  const [u, v] = [(x - mx) / sx, (y - my) / sy];
  const free = 1 - correlation ** 2;
  const z = u ** 2 + v ** 2 - 2 * correlation * u * v;
  return Math.exp(-z / (2 * free)) / (2 * Math.PI * sx * sy * Math.sqrt(free));
}

interface Gaussian {
  readonly mean: readonly [number, number];
  readonly deviation: readonly [number, number];
  readonly correlation: number;
}

test("L_R counts offsets up to the end of each drawing and the pen in all steps; L_KL is per number of the code", () => {
  const strokes = strokesOf(drawings.offsets, drawings.pens);
  const { mean, logVariance } = encoder(strokes, drawings.length);
  const { offset, pen } = predict(decoder, strokes, sampleGaussian(mean, logVariance, key));
  const [logits, means, deviations, correlations, pen3] = [
    ...[offset.logits, offset.means, offset.logDeviations, offset.rawCorrelations!, pen].map(
      (node) => evaluate(node).data,
    ),
  ] as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const [mu, sigma] = [evaluate(mean).data, evaluate(logVariance).data];
  const { reconstruction, divergence } = sketchLosses({ name: "all", encoder, decoder }, drawings, key);
  for (const b of [0, 1]) {
    let [ofOffsets, ofPen] = [0, 0];
    for (const t of [0, 1, 2]) {
      const at = t * 2 + b;
      const each = Array.from({ length: COMPONENTS }, (_, m) => at * COMPONENTS + m);
      const total = each.reduce((sum, i) => sum + Math.exp(logits[i]!), 0);
      const likelihood = each.reduce((sum, i) => {
        const gaussian: Gaussian = {
          mean: [means[2 * i]!, means[2 * i + 1]!],
          deviation: [Math.exp(deviations[2 * i]!), Math.exp(deviations[2 * i + 1]!)],
          correlation: Math.tanh(correlations[i]!),
        };
        const [x, y] = offsets[t]![b] as [number, number];
        return sum + (Math.exp(logits[i]!) / total) * density(x, y, gaussian);
      }, 0);
      if (t < lengths[b]!) ofOffsets -= Math.log(likelihood) / 3;
      const states = [0, 1, 2].map((k) => Math.exp(pen3[at * 3 + k]!));
      ofPen -= Math.log(states[pens[t]![b]!]! / states.reduce((sum, state) => sum + state, 0)) / 3;
    }
    expect(evaluate(reconstruction).data[b]).toBeCloseTo(ofOffsets + ofPen, 10);
    const code = [0, 1].map((i) => 2 * b + i);
    const kl = code.reduce((sum, i) => sum + 1 + sigma[i]! - mu[i]! ** 2 - Math.exp(sigma[i]!), 0) / (-2 * 2);
    expect(evaluate(divergence).data[b]).toBeCloseTo(kl, 10);
  }
});

test("the decoder by itself pays for no code", () => {
  const alone = sketchDecoder("alone", { ...sizes, latent: 0 });
  const { divergence } = sketchLosses({ name: "alone", decoder: alone }, drawings, key);
  expect([...evaluate(divergence).data]).toEqual([0, 0]);
});
