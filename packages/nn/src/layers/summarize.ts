/** What a layer and everything inside it amounts to. */
import { checkArgument, formatType, graphFlops, sizeOf, textTable, type Node } from "@unfold/core";
import { countParameters } from "../parameters/parameter-tree.js";
import type { Layer, LayerPart } from "./layer.js";

/** A layer in a summary. */
export interface SummaryRow {
  readonly name: string;
  /** How many containers it is in. */
  readonly depth: number;
  /** The type of its result, such as `f32[32, 128]`. */
  readonly output: string;
  /** How many numbers it trains; those of a parameter that is used twice inside count once. */
  readonly parameters: number;
  /** Operations on f32 elements from its input to its result, as `graphFlops` counts them. */
  readonly flops: number;
  /** Bytes of its parameters. */
  readonly parameterBytes: number;
  /** Bytes of its result; of a container: of the results of all layers inside. */
  readonly outputBytes: number;
}

/** All numbers are f32. */
const BYTES = 4;

/**
 * A row for a layer and, if it is a container, for each layer inside, in evaluation.
 *
 * @param x - what the layer is applied to, such as an input of the right shape
 * @example
 * const model = sequential([dense({ inputs: 3, units: 4, seed: 1 }), relu]);
 * summarize(model, input("x", [8, 3])).map(({ name, parameters, flops }) => `${name}: ${parameters}, ${flops}`); // → ["sequential: 16, 256", "dense: 16, 224", "relu: 0, 32"]
 */
export function summarize<X extends Node>(layer: Layer<X>, x: X): SummaryRow[] {
  checkArgument("summarize(layer, x)", "layer must be a layer", layer, {
    members: ["apply"],
    fix: "Join several: sequential([first, second])",
  });
  return rowsOf({ layer, x, y: layer.apply(x) }, 0);
}

/**
 * The rows of `summarize` as a table of text.
 *
 * @example
 * const model = sequential([dense({ inputs: 3, units: 4, seed: 1 }), relu]);
 * summaryTable(summarize(model, input("x", [8, 3]))).split("\n")[1]; // → "sequential  f32[8, 4]          16    256               64           256"
 */
export function summaryTable(rows: readonly SummaryRow[]): string {
  const head = ["layer", "output", "parameters", "flops", "parameter bytes", "output bytes"];
  const cells = rows.map(({ name, depth, output, parameters, flops, parameterBytes, outputBytes }) => [
    `${"  ".repeat(depth)}${name}`,
    output,
    ...[parameters, flops, parameterBytes, outputBytes].map(withCommas),
  ]);
  return textTable([head, ...cells], (column) => column >= 2);
}

function rowsOf({ layer, x, y }: LayerPart, depth: number): SummaryRow[] {
  const parts = layer.parts?.(x as never) ?? [];
  const inside = parts.map((part) => rowsOf(part, depth + 1));
  const parameters = countParameters(layer.parameters);
  const results = inside.map(([row]) => row!.outputBytes);
  const row: SummaryRow = {
    name: layer.name,
    depth,
    output: formatType(y.type),
    parameters,
    flops: graphFlops([y], [x]),
    parameterBytes: BYTES * parameters,
    outputBytes: parts.length === 0 ? BYTES * sizeOf(y.shape) : results.reduce((sum, bytes) => sum + bytes, 0),
  };
  return [row, ...inside.flat()];
}

/** 1234567 as 1,234,567, whatever the machine's language. */
function withCommas(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
