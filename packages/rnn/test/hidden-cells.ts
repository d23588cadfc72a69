/** Every cell that reads vectors and yields `h`, for structures that must go with all of them. */
import {
  clockwork,
  coupledLstm,
  echoState,
  elman,
  gru,
  hiddenOutput,
  hyperLstm,
  jordan,
  layerNormLstm,
  linearRecurrence,
  lstm,
  minimalGatedUnit,
  multiplicativeLstm,
  narx,
  peepholeLstm,
  projectedLstm,
  type HiddenCell,
} from "@unfold/rnn";
import fc from "fast-check";

interface HiddenCellOptions {
  readonly name: string;
  readonly inputs: number;
  /** Elements of h. */
  readonly units: number;
  readonly seed: number;
}

/** Makers of cells by name. */
export const hiddenCells = {
  elman,
  jordan: (options) => jordan({ ...options, outputs: 2 }),
  lstm,
  peepholeLstm,
  coupledLstm,
  layerNormLstm,
  projectedLstm: (options) => projectedLstm({ ...options, units: options.units + 1, projection: options.units }),
  multiplicativeLstm,
  gru,
  minimalGatedUnit,
  clockwork: (options) => clockwork({ ...options, periods: options.units % 2 === 0 ? [1, 2] : [2] }),
  narx: (options) => narx({ ...options, outputs: 2, inputTaps: 2, outputTaps: 3 }),
  hyperLstm: (options) => hyperLstm({ ...options, hyperUnits: 2, embedding: 2 }),
  linearRecurrence: (options) => hiddenOutput(linearRecurrence({ ...options, units: 2, outputs: options.units }), "y"),
  echoState: (options) => echoState({ ...options, density: 1, leak: 0.5 }),
} satisfies Readonly<Record<string, (options: HiddenCellOptions) => HiddenCell>>;

/** Names of cells. */
export type HiddenCellKind = keyof typeof hiddenCells;
export const hiddenCellKinds = Object.keys(hiddenCells) as HiddenCellKind[];

/** Any of them. */
export const anyKind = fc.constantFrom(...hiddenCellKinds);
