/** Every cell that there is, in any size, and a loss that looks at all it yields. */
import {
  clockwork,
  convLstm,
  coupledLstm,
  echoState,
  elman,
  gru,
  hyperLstm,
  jordan,
  layerNormLstm,
  linearRecurrence,
  lstm,
  minimalGatedUnit,
  mul,
  multiplicativeLstm,
  narx,
  peepholeLstm,
  projectedLstm,
  sin,
  sum,
  type FloatNode,
  type RecurrentCell,
} from "@unfold/rnn";
import fc from "fast-check";
import type { Sizes } from "./freed-cell.js";

const makers: Readonly<Record<string, (sizes: Pick<Sizes, "inputs" | "units">) => RecurrentCell>> = {
  elman: (sizes) => elman({ ...sizes, seed: 1 }),
  jordan: (sizes) => jordan({ ...sizes, outputs: 2, seed: 1 }),
  lstm: (sizes) => lstm({ ...sizes, seed: 1 }),
  peepholeLstm: (sizes) => peepholeLstm({ ...sizes, seed: 1 }),
  coupledLstm: (sizes) => coupledLstm({ ...sizes, seed: 1 }),
  layerNormLstm: (sizes) => layerNormLstm({ ...sizes, seed: 1 }),
  projectedLstm: (sizes) => projectedLstm({ ...sizes, projection: 2, seed: 1 }),
  multiplicativeLstm: (sizes) => multiplicativeLstm({ ...sizes, seed: 1 }),
  gru: (sizes) => gru({ ...sizes, seed: 1 }),
  minimalGatedUnit: (sizes) => minimalGatedUnit({ ...sizes, seed: 1 }),
  clockwork: ({ units, ...sizes }) => clockwork({ ...sizes, units: 2 * units, periods: [1, 3], seed: 1 }),
  narx: (sizes) => narx({ ...sizes, outputs: 2, inputTaps: 2, outputTaps: 3, seed: 1 }),
  hyperLstm: (sizes) => hyperLstm({ ...sizes, hyperUnits: 2, embedding: 2, seed: 1 }),
  linearRecurrence: (sizes) => linearRecurrence({ ...sizes, outputs: 2, seed: 1 }),
  convLstm: (sizes) => convLstm({ ...sizes, size: [2, 3], seed: 1 }),
  echoState: (sizes) => echoState({ ...sizes, units: sizes.units + 10, density: 1, leak: 0.5, seed: 1 }),
};

/** Makers of cells by name. */
export const cells: Readonly<Record<string, (sizes: Sizes) => RecurrentCell>> = Object.fromEntries(
  Object.entries(makers).map(([name, make]) => [name, ({ inputs, units }: Sizes) => make({ inputs, units })]),
);

/** Sizes that suit all of them. */
export const sizes: fc.Arbitrary<Sizes> = fc.record({
  steps: fc.integer({ min: 1, max: 5 }),
  batch: fc.integer({ min: 1, max: 2 }),
  inputs: fc.integer({ min: 1, max: 3 }),
  // With one unit, layer normalization says nothing but its bias.
  units: fc.integer({ min: 2, max: 3 }),
});
/** A loss of all outputs of all steps. */
export const lossOf = (outputs: Readonly<Record<string, FloatNode>>): FloatNode =>
  Object.values(outputs)
    .map((node, i) => sum(sin(mul(node, i + 1))))
    .reduce((total, term) => mul(total, term));
