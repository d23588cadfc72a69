/** The parameters of a cell whose tensors are asked for. */
import { describe, ShapeError, type FloatNode } from "@unfold/core";
import type { GateOrder } from "@unfold/nn";
import type { RecurrentCell } from "../cells/recurrent-cell.js";

/** What is asked of a cell: a rewritten one has the parameters of the one it is made of. */
export type WeightedCell = Pick<RecurrentCell, "name" | "units" | "parameters">;

/** Parameters by name, all of them gates side by side but a projection. */
export interface CellWeights {
  readonly inputWeight: FloatNode;
  readonly recurrentWeight: FloatNode;
  /** One of both, or one each for inputs and state. */
  readonly biases: readonly [bias: FloatNode] | readonly [input: FloatNode, recurrent: FloatNode];
  readonly projectionWeight: FloatNode | undefined;
}

/** What a framework's layer can be made of. */
export interface Accepted {
  readonly gates: GateOrder;
  /** How many biases the cell must have, if not any number, and how to make one that does. */
  readonly biases?: { readonly count: 1 | 2; readonly fix: string };
  /** Whether the state may be a projection. Default false. */
  readonly projection?: boolean;
}

/** Throws ShapeError WEIGHT_LAYOUT unless the cell has the parameters that are accepted, no others, and as many gates. */
export function cellWeights(where: string, cell: WeightedCell, accepted: Accepted): CellWeights {
  const { name, units, parameters } = cell;
  const { inputWeight, recurrentWeight, bias, inputBias, recurrentBias, projectionWeight, ...others } = parameters;
  const problem = (rule: string, got: string, fix = "Take the function for the cell's kind"): ShapeError =>
    new ShapeError({ code: "WEIGHT_LAYOUT", where, rule: `"${name}" must have ${rule}`, got, fix });

  const unknown = Object.keys(
    accepted.projection === true ? others : { ...others, ...(projectionWeight && { projectionWeight }) },
  );
  if (unknown.length > 0) {
    const isWhole = unknown.some((key) => key.includes("/"));
    const fix = isWhole ? "Hand over the cells that it is made of: [lower, { forward, backward }]" : undefined;
    throw problem("weights and biases only", unknown.join(", "), fix);
  }
  const biases = bias === undefined ? [inputBias, recurrentBias] : [bias];
  const gated = [inputWeight, recurrentWeight, ...biases];
  const { ours } = accepted.gates;
  const columns = ours.length * units;
  const fits = (parameter: FloatNode | undefined, i: number): boolean =>
    parameter?.shape.length === (i < 2 ? 2 : 1) && parameter.shape.at(-1) === columns;
  if (!gated.every(fits)) {
    const gates = ours.length === 1 ? "" : `, ${ours.length} gates (${ours.join(", ")}) of ${units} units`;
    const found = gated.map((parameter) => (parameter === undefined ? "none" : describe(parameter)));
    throw problem(`weights and biases of ${columns} columns${gates}`, found.join(", "));
  }
  const wanted = accepted.biases;
  if (wanted !== undefined && wanted.count !== biases.length)
    throw problem(wanted.count === 1 ? "one bias" : "two biases", String(biases.length), wanted.fix);
  return {
    inputWeight: inputWeight!,
    recurrentWeight: recurrentWeight!,
    biases: biases as [FloatNode],
    projectionWeight,
  };
}
