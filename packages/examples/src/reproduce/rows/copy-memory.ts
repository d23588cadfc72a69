/** Copy memory: ten symbols after T blanks, for recurrent networks and for a convolutional one. */
import {
  adam,
  createRuntime,
  crossEntropy,
  dense,
  elman,
  gru,
  input,
  lstm,
  oneHot,
  toBatchMajor,
  toTimeMajor,
  type FloatNode,
} from "@unfold/rnn";
import { indexOfLargest, percent } from "../../statistics.js";
import { FRESH_SEEDS, type Row } from "../row.js";
import { copyMemory, copySteps, memoryless, REMEMBERED, SYMBOLS } from "../tasks/copy-memory.js";
import { temporalConvolution } from "../tasks/temporal-convolution.js";

const BATCH = 32;
/** Updates; after a lag of 1,000 the convolutional network needs more of them, as many as ten minutes allow. */
const [UPDATES, MORE_UPDATES] = [1000, 3500];
const SOURCE = "Bai, Kolter & Koltun 2018, An empirical evaluation of generic convolutional and recurrent networks";
const REMARK = `about 10 thousand weights, ${UPDATES} updates of ${BATCH} sequences with Adam (0.002), gradients clipped to norm 1; the convolutional network without weight normalization and dropout, and for T = 1000 with ${MORE_UPDATES} updates (the paper has 15,650), so that there the others have learned for a shorter time`;

type Network = "lstm" | "gru" | "elman" | "tcn";

/** T = 100. */
export const copy100Tcn = row("tcn", 100, { published: "learned: all symbols right", isRight: true });
export const copy100Lstm = row("lstm", 100, {
  published: "at most 20 % of the symbols right for T > 50",
  isRight: false,
});

/** T = 1000. */
export const copy1000 = [
  row("tcn", 1000, { published: "cross-entropy 3.5e-5", isRight: true }),
  row("lstm", 1000, { published: "cross-entropy 0.0204", isRight: false }),
  row("gru", 1000, { published: "cross-entropy 0.0197", isRight: false }),
  row("elman", 1000, { published: "cross-entropy 0.0202", isRight: false }),
] as const;

function row(
  network: Network,
  lag: number,
  { published, isRight }: { readonly published: string; readonly isRight: boolean },
): Row {
  const baseline = memoryless(lag);
  return {
    name: `copy-${lag}-${network}`,
    published: `${published}; one who remembers nothing: ${baseline.toFixed(4)}`,
    source: SOURCE,
    seeds: FRESH_SEEDS.slice(0, 1),
    isLong: lag > 100,
    run: async (seed) => {
      const { loss, accuracy } = await trained(network, lag, seed);
      return {
        obtained: `cross-entropy ${loss < 0.01 ? loss.toExponential(1) : loss.toFixed(4)}, ${percent(accuracy)} right`,
        holds: isRight ? accuracy > 0.999 : accuracy < 0.2 && loss > 0.9 * baseline,
        remark: REMARK,
      };
    },
  };
}

/** The loss on sequences that were not trained on, and the share of remembered symbols that are said right. */
async function trained(network: Network, lag: number, seed: number): Promise<{ loss: number; accuracy: number }> {
  const steps = copySteps(lag);
  const [read, wanted] = [input("read", [steps, BATCH], "i32"), input("wanted", [steps, BATCH], "i32")];
  const scores = networkOf(network, lag, seed)(oneHot(read, SYMBOLS));
  const loss = crossEntropy(scores, wanted);
  const runtime = await createRuntime();
  const inputs = { read, wanted };
  const step = await runtime.compile({
    inputs,
    updates: adam({ learningRate: 0.002 }).minimize(loss, { clipGlobalNorm: 1 }),
  });
  const look = await runtime.compile({ inputs, outputs: { loss, scores } });
  const next = copyMemory(seed, "training", lag);
  const updates = network === "tcn" && lag > 100 ? MORE_UPDATES : UPDATES;
  for (let update = 0; update < updates; update++) step.run(next(BATCH));
  const test = copyMemory(seed, "test", lag)(BATCH);
  const found = look.run(test);
  const asked = REMEMBERED * BATCH;
  const right = Array.from({ length: asked }, (_, i) => {
    const slot = (steps - REMEMBERED) * BATCH + i;
    const answer = indexOfLargest([...found.scores.data.subarray(slot * SYMBOLS, (slot + 1) * SYMBOLS)]);
    return Number(answer === test.wanted[slot]);
  });
  return { loss: found.loss.item(), accuracy: right.reduce((sum, one) => sum + one, 0) / asked };
}

/** From `[T, B, 10]` to scores of the same shape. */
function networkOf(network: Network, lag: number, seed: number): (x: FloatNode) => FloatNode {
  const sizes = { inputs: SYMBOLS, seed };
  if (network === "tcn") {
    // So many blocks that the last step sees the first: windows of 8, twice in each block.
    const blocks = Math.ceil(Math.log2(copySteps(lag) / 14 + 1));
    const convolve = temporalConvolution({ ...sizes, outputs: SYMBOLS, units: 10, window: 8, blocks });
    return (x) => toTimeMajor(convolve(toBatchMajor(x)));
  }
  const units = { lstm: 48, gru: 56, elman: 95 }[network];
  const cell = { lstm, gru, elman }[network]({ ...sizes, units });
  const readout = dense({ name: "readout", inputs: units, units: SYMBOLS, seed });
  return (x) => readout.apply(cell.scan(x).outputs.h);
}
