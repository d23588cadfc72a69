/** What cells are made with. */
import { ValueError } from "@unfold/core";
import { checkSizes } from "@unfold/nn";

/** Sizes and seed of a cell. */
export interface CellOptions {
  /** Prefix of the parameter paths; the kind of cell unless given. */
  readonly name?: string;
  /** F, features per step, ≥ 1. */
  readonly inputs: number;
  /** H, hidden units, ≥ 1. */
  readonly units: number;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
}

/** Settings of cells with a forget gate. */
export interface ForgetfulOptions extends CellOptions {
  /** What the forget gate's bias starts from: with 1 (default) the cell remembers before it has learned to; any finite number. */
  readonly forgetBias?: number;
}

/** Throws ValueError LAYER_SIZE or CELL_SETTING unless sizes are whole numbers ≥ 1 and the bias is finite. */
export function checkForgetful(where: string, sizes: Readonly<Record<string, number>>, forgetBias: number): void {
  checkSizes(where, sizes);
  if (Number.isFinite(forgetBias)) return;
  const rule = "forgetBias must be a finite number";
  throw new ValueError({ code: "CELL_SETTING", where, rule, got: String(forgetBias), details: { forgetBias } });
}
