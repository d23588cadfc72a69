/** What a layer is: data and a function. */
import type { FloatNode, Node } from "@unfold/core";
import type { ParameterTree } from "../parameters/parameter-tree.js";
import type { TrainingMode } from "../training/training-mode.js";

/** A layer: a name, what it trains, and what it does. An object of one's own is one too. */
export interface Layer<X extends Node = FloatNode> {
  /** Prefix of its parameters' paths, and its row in the summary. */
  readonly name: string;
  /** What it trains, by name; paths are `name/weight`. */
  readonly parameters: ParameterTree;
  /** What a container applies: the first to what it takes itself, each of the others to the result before. */
  readonly layers?: readonly Layer[];
  /** Its result; without a mode it evaluates, with one it does what training asks for, such as dropping elements. */
  readonly apply: (x: X, mode?: TrainingMode) => FloatNode;
}
