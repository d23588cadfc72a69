/** Training steps of unfolded networks through the optimizer: the same bits, fewer nodes. */
import {
  adam,
  add,
  createRuntime,
  crossEntropy,
  dense,
  elman,
  foldedGraph,
  glorotUniform,
  initializedParam,
  input,
  jordan,
  matmul,
  mul,
  sgd,
  sigmoid,
  sub,
  tanh,
  unfold,
  type FloatNode,
  type OptimizeReport,
  type Precision,
} from "@unfold/rnn";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

const FEATURES = 12;
const UNITS = 10;
const CLASSES = 5;
const options = { inputs: FEATURES, units: UNITS, seed: 1 };

/** A gated cell as a user would write it: six products per step, three of them of the input. */
function gated(x: FloatNode): FloatNode {
  const weight = (name: string, rows: number): FloatNode =>
    initializedParam(`gated/${name}`, [rows, UNITS], glorotUniform, 1);
  const folded = foldedGraph("gated", ({ sequence, delay }) => {
    const row = sequence("x", x.shape.slice(1));
    const h = delay("h", [x.shape[1]!, UNITS], { initial: 0 });
    const gate = (name: string, state: FloatNode): FloatNode =>
      add(matmul(row, weight(`${name}/W`, FEATURES)), matmul(state, weight(`${name}/U`, UNITS)));
    const [reset, update] = [sigmoid(gate("reset", h)), sigmoid(gate("update", h))];
    const next = add(mul(update, h), mul(sub(1, update), tanh(gate("candidate", mul(reset, h)))));
    return { next: { h: next }, outputs: { h: next } };
  });
  return unfold(folded, x.shape[0]!, { x }).outputs.h;
}

const networks: Readonly<Record<string, (x: FloatNode) => FloatNode>> = {
  elman: (x) => elman(options).over(x).outputs.h,
  jordan: (x) => jordan({ ...options, outputs: UNITS }).over(x).outputs.y,
  gated,
};

interface Setting {
  readonly network: string;
  readonly steps: number;
  readonly batch: number;
  readonly precision: Precision;
}

/** Losses of three training steps, everything that was updated by them, and what the optimizer reports. */
async function train(
  { network, steps, batch, precision }: Setting,
  optimize: boolean | "exact",
): Promise<{ numbers: number[]; report: OptimizeReport }> {
  const x = input("x", [steps, batch, FEATURES]);
  const y = input("y", [steps, batch], "i32");
  const readout = dense({ name: "readout", inputs: UNITS, units: CLASSES, seed: 2 });
  const loss = crossEntropy(readout.apply(networks[network]!(x)), y);
  const updates = (steps % 2 === 0 ? sgd({ learningRate: 0.5, momentum: 0.9 }) : adam()).minimize(loss);
  const runtime = await createRuntime({ precision, optimize, backend: "interpreter" });
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss }, updates });
  const numbers: number[] = [];
  for (let run = 0; run < 3; run++) {
    const classes = Int32Array.from({ length: steps * batch }, (_, i) => (i * 3 + run) % CLASSES);
    numbers.push(step.run({ x: drawValue(reals(x.shape), run, "x"), y: classes }).loss.item());
  }
  for (const [target] of updates) numbers.push(...runtime.read(target).data);
  return { numbers, report: runtime.report().programs[0]! };
}

const summarize = ({ before, passes, after }: OptimizeReport): string =>
  [`${before} nodes`, ...passes.map(({ name, removed }) => `${name}: ${-removed}`), `${after} nodes`].join("\n");

test("every network trains to the same bits, optimized or not", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record<Setting>({
        network: fc.constantFrom(...Object.keys(networks)),
        steps: fc.integer({ min: 1, max: 6 }),
        batch: fc.integer({ min: 1, max: 8 }),
        precision: fc.constantFrom("f32", "f64"),
      }),
      async (setting) => {
        const [written, optimized] = [await train(setting, false), await train(setting, "exact")];
        expect(optimized.numbers).toEqual(written.numbers);
        expect(optimized.report.after).toBeLessThan(written.report.after);
      },
    ),
    { numRuns: 30 },
  );
});

test("an Elman network's training step over six steps has fewer nodes", async () => {
  const { report } = await train({ network: "elman", steps: 6, batch: 8, precision: "f32" }, "exact");
  expect(summarize(report)).toMatchInlineSnapshot(`
    "236 nodes
    canonicalize: 0
    fold-constants: -7
    simplify-algebra: -10
    eliminate-common: -15
    merge-matmuls: 2
    merge-scans: 0
    inside-scans: 0
    206 nodes"
  `);
});

test("so has one of a gated cell of one's own", async () => {
  const { report } = await train({ network: "gated", steps: 6, batch: 8, precision: "f32" }, "exact");
  expect(summarize(report)).toMatchInlineSnapshot(`
    "506 nodes
    canonicalize: -6
    fold-constants: -7
    simplify-algebra: -16
    eliminate-common: -58
    merge-matmuls: 16
    merge-scans: 0
    inside-scans: 0
    435 nodes"
  `);
});
