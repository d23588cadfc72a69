/** What a layer is: data and a function. */
import type { FloatNode, Node } from "@unfold/core";
import type { ParameterTree } from "../parameters/parameter-tree.js";
import type { TrainingMode } from "./training-mode.js";

/**
 * A layer: a name, what it trains, and what it does. An object of one's own is one too.
 *
 * @example
 * const scale = param("scale", 2);
 * const layer = { name: "scale", parameters: { scale }, apply: (x) => mul(x, scale) };
 * evaluate(sequential([layer, relu]).apply(constant([-1, 3]))).data; // → [0, 6]
 */
export interface Layer<X extends Node = FloatNode> {
  /** Prefix of its parameters' paths, and its row in a summary. */
  readonly name: string;
  /** What it trains, by name; paths are `name/weight`. */
  readonly parameters: ParameterTree;
  /** Its result; without a mode it evaluates, with one it does what training asks for, such as dropping elements. */
  readonly apply: (x: X, mode?: TrainingMode) => FloatNode;
  /** Of a container: the layers inside with what each takes and gives, for the rows of a summary. */
  readonly parts?: (x: X, mode?: TrainingMode) => readonly LayerPart[];
}

/** A layer inside a container, applied. */
export interface LayerPart {
  readonly layer: Pick<Layer<never>, "name" | "parameters" | "parts">;
  readonly x: Node;
  readonly y: FloatNode;
}
