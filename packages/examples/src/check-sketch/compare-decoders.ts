/** Our decoder and another one on the same drawings, step by step. */
import {
  createRuntime,
  exp,
  input,
  mul,
  slice,
  stepByStep,
  tanh,
  tokenProbabilities,
  type FloatNode,
  writeLeaves,
  type NdArray,
} from "@unfold/rnn";
import { readOf } from "../shelf/sketch-rnn/draw.js";
import { leavesOf } from "../shelf/sketch-rnn/magenta-checkpoint.js";
import type { SketchDecoder } from "../shelf/sketch-rnn/networks.js";
import type { Sketch } from "../shelf/sketch-rnn/sketch.js";
import type { MagentaDecoder } from "./magenta-decoder.js";

/** The largest differences over all steps; of numbers beyond ±1 in relation to them. */
export interface Differences {
  readonly steps: number;
  /** Of c and h. */
  readonly state: number;
  /** Of π, μ, σ, ρ and the probabilities of the pen. */
  readonly distribution: number;
}

const STATE = ["c", "h"] as const;
const DISTRIBUTION = ["pi", "muX", "muY", "sigmaX", "sigmaY", "corr", "pen"] as const;

/** How to compare. */
export interface CompareOptions {
  readonly drawings: readonly Sketch[];
  /** What their offsets were divided by. */
  readonly scale: number;
  /** τ > 0, of all that is said. */
  readonly temperature: number;
}

/**
 * Lets both read the same strokes, each from its own state.
 *
 * @param ours - without codes
 * @param weights - of ours, by path
 */
export async function compareDecoders(
  ours: SketchDecoder,
  weights: ReadonlyMap<string, NdArray>,
  theirs: MagentaDecoder,
  { drawings, scale, temperature }: CompareOptions,
): Promise<Differences> {
  const runtime = await createRuntime();
  const x = input("stroke", [1, 5]);
  const stepper = await stepByStep(runtime, {
    inputs: { x },
    draw: (carry) => {
      const { c, h } = carry(ours.cell.fold(1), { x }) as Record<"c" | "h", FloatNode>;
      return { c, h, ...distributionOf(ours, h, temperature) };
    },
  });
  writeLeaves(runtime, leavesOf(ours), weights);
  let [steps, state, distribution] = [0, 0, 0];
  for (const drawing of drawings) {
    stepper.reset();
    let memory = theirs.zeroState();
    for (const stroke of readOf(drawing)) {
      const own = stepper.run({ x: [stroke] });
      const [dx, dy, ...pen] = stroke as [number, number, number, number, number];
      memory = theirs.update([dx * scale, dy * scale, ...pen], memory);
      const said = theirs.getPDF(memory, temperature, temperature);
      for (const name of STATE) state = Math.max(state, difference(own[name], memory[name]));
      for (const name of DISTRIBUTION) distribution = Math.max(distribution, difference(own[name], said[name]));
      steps++;
    }
  }
  return { steps, state, distribution };
}

/** The next move's distribution, by their names. */
function distributionOf(decoder: SketchDecoder, h: FloatNode, temperature: number) {
  const { offset, pen } = decoder.say(h);
  const deviations = mul(exp(offset.logDeviations), Math.sqrt(temperature));
  const [x, y] = [0, 1].map((i) => (pairs: FloatNode) => slice(pairs, { axis: -1, start: i, stop: i + 1 }));
  return {
    pi: tokenProbabilities(offset.logits, { temperature }),
    ...{ muX: x!(offset.means), muY: y!(offset.means), sigmaX: x!(deviations), sigmaY: y!(deviations) },
    corr: tanh(offset.rawCorrelations!),
    pen: tokenProbabilities(pen, { temperature }),
  };
}

/**
 * Of numbers beyond ±1 in relation to them; NaN if one is missing or NaN. Theirs may be more: sigmaY of @magenta/sketch 0.2.0
 * holds what follows it, too.
 */
function difference({ data }: NdArray, theirs: ArrayLike<number>): number {
  return Array.from(data).reduce((largest, own, i) => {
    const other = theirs[i] ?? NaN;
    return Math.max(largest, Math.abs(own - other) / Math.max(1, Math.abs(other)));
  }, 0);
}
