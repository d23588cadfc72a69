/** What memory buys: whether the number of ones so far is odd, asked at every step of a network with a memory and of two without. */
import {
  adam,
  binaryCrossEntropy,
  cast,
  createRuntime,
  dense,
  elman,
  equal,
  greater,
  input,
  mean,
  tanh,
  textTable,
  uniformStream,
  type FloatNode,
} from "@unfold/rnn";
import { figure, lineChart } from "@unfold/report";
import { percent } from "../../statistics.js";
import { defineExample, SEED } from "../example.js";

/** T while training, and while measuring: longer than anything trained on. */
const [TRAINED, MEASURED] = [8, 24];
/** Sequences of an update, and of the measurement. */
const [BATCH, SEQUENCES] = [64, 512];
const UNITS = 16;
/** Bits that the networks without memory see. */
const WINDOWS = { "feedforward, this bit": 1, "feedforward, last 4 bits": 4 };

export const example = defineExample({
  title: "What memory buys: a feedforward and a recurrent network on the same sequences",
  settings: {
    seed: SEED,
    updates: { about: "of the weights of each network", value: 1500, min: 1, max: 1_000_000 },
  },
  run: async ({ seed, updates }, { update }) => {
    const networks = [
      ...Object.entries(WINDOWS).map(([name, window]) => ({ name, window, logits: feedforward(seed, window) })),
      { name: "recurrent (Elman)", window: 1, logits: recurrent(seed) },
    ];
    const runs = [];
    for (const { name, window, logits } of networks) {
      const shares = await train(logits, {
        seed,
        window,
        updates,
        say: (done) => {
          update(done, updates, name);
        },
      });
      runs.push({ name, shares });
    }
    const overall = runs.map(({ shares }) => shares.reduce((sum, share) => sum + share, 0) / shares.length);
    return {
      figures: {
        accuracy: overall,
        recurrentAtTheEnd: runs[2]!.shares.at(-1)!,
        windowAt: { step4: runs[1]!.shares[3]!, step5: runs[1]!.shares[4]! },
      },
      text: [
        textTable(
          [
            ["network", "right", "at step 1", "at step 4", "at step 5", `at step ${MEASURED}`],
            ...runs.map(({ name, shares }, i) => [
              name,
              ...[overall[i]!, shares[0]!, shares[3]!, shares[4]!, shares.at(-1)!].map(percent),
            ]),
          ],
          (column) => column > 0,
        ),
        `Trained on ${TRAINED} steps. Guessing is right half of the time.`,
      ].join("\n"),
      parts: [
        figure(
          lineChart({
            x: { name: "step", min: 1, max: MEASURED },
            y: { name: "share of right answers", min: 0.4, max: 1.02 },
            curves: runs.map(({ name, shares }) => ({ name, points: shares.map((share, t) => [t + 1, share]) })),
            levels: [{ y: 0.5, text: "guessing" }],
          }),
          `A window is right for as long as everything lies inside it. The recurrent network carries one bit along, also beyond the ${TRAINED} steps it was trained on.`,
        ),
      ],
    };
  },
});

/** Logits of the answers at every step, from bits `[T, B, window]`. */
type Logits = (bits: FloatNode) => FloatNode;

function feedforward(seed: number, window: number): Logits {
  const hidden = dense({ name: "hidden", inputs: window, units: UNITS, seed });
  const answer = dense({ name: "answer", inputs: UNITS, units: 1, seed });
  return (bits) => answer.apply(tanh(hidden.apply(bits)));
}

function recurrent(seed: number): Logits {
  const cell = elman({ inputs: 1, units: UNITS, seed });
  const answer = dense({ name: "answer", inputs: UNITS, units: 1, seed });
  return (bits) => answer.apply(cell.scan(bits).outputs.h);
}

/** @returns the share of right answers at each step, on sequences of their own */
async function train(
  logits: Logits,
  options: {
    readonly seed: number;
    readonly window: number;
    readonly updates: number;
    readonly say: (done: number) => void;
  },
): Promise<number[]> {
  const { seed, window, updates, say } = options;
  const runtime = await createRuntime();
  const [bits, odd] = [input("bits", [TRAINED, BATCH, window]), input("odd", [TRAINED, BATCH, 1])];
  const step = await runtime.compile({
    inputs: { bits, odd },
    updates: adam({ learningRate: 0.01 }).minimize(binaryCrossEntropy(logits(bits), odd), { clipGlobalNorm: 1 }),
  });
  const next = parity(seed, "training", TRAINED, BATCH, window);
  for (let done = 1; done <= updates; done++) {
    step.run(next());
    say(done);
  }
  const [long, truth] = [input("bits", [MEASURED, SEQUENCES, window]), input("odd", [MEASURED, SEQUENCES, 1])];
  const isRight = cast(equal(cast(greater(logits(long), 0), "f32"), truth), "f32");
  const look = await runtime.compile({
    inputs: { bits: long, odd: truth },
    outputs: { shares: mean(isRight, { axes: [1, 2] }) },
  });
  return [...look.run(parity(seed, "measured", MEASURED, SEQUENCES, window)()).shares.data];
}

/** Random bits, each with those just before it (0 before the first), and whether the ones so far are odd in number. */
function parity(seed: number, path: string, steps: number, batch: number, window: number) {
  const uniform = uniformStream(seed, `parity/${path}`);
  let drawn = 0;
  return () => {
    const bits = Array.from({ length: steps * batch }, () => Number(uniform(drawn++) < 0.5));
    const odd = [...bits];
    for (let i = batch; i < odd.length; i++) odd[i]! ^= odd[i - batch]!;
    const seen = bits.flatMap((_, i) => Array.from({ length: window }, (__, ago) => bits[i - ago * batch] ?? 0));
    return { bits: seen, odd };
  };
}
