/** What a workload has to offer to be measured. */
import type { FloatNode, FoldedGraph, Node, TensorValue, Update } from "@unfold/rnn";

/** A workload as a graph: one step folded, its unfolding, the loss, and what to feed. */
export interface TrainingGraph {
  readonly folded: FoldedGraph;
  /** T. */
  readonly steps: number;
  /** What the unfolding reads, `[T, …]`. */
  readonly sequences: Readonly<Record<string, Node>>;
  readonly loss: FloatNode;
  readonly parameters: readonly FloatNode[];
  /** The new values of one training step. */
  readonly minimize: () => Update[];
  readonly inputs: Readonly<Record<string, Node>>;
  /** One minibatch, by the names of the inputs; made on demand, so that making the graph can be timed by itself. */
  readonly feed: () => Readonly<Record<string, TensorValue>>;
}
