/** A workload as a graph of ours. */
import type { FloatNode, FoldedGraph, Node, TensorValue, Update } from "@unfold/rnn";
import type { WorkloadData } from "../workloads/data.js";

/** What to compile, and what to feed. */
export interface Model {
  readonly inputs: Readonly<Record<string, Node>>;
  /** The loss before the update, the token that follows, or the product. */
  readonly result: Node;
  /** What one run writes; made on demand, so that differentiating can be timed by itself. */
  readonly updates: () => readonly Update[];
  /** The values of all parameters, those of the workload's data. */
  readonly weights: (data: WorkloadData) => readonly (readonly [leaf: FloatNode, value: TensorValue])[];
  /** One minibatch, by the names of the inputs. */
  readonly feed: (data: WorkloadData) => Readonly<Record<string, TensorValue>>;
  /** The minibatches of one run, if it takes several steps. */
  readonly feeds?: (data: WorkloadData) => readonly Readonly<Record<string, TensorValue>>[];
}

/** A model that is trained. */
export interface TrainedModel extends Model {
  readonly result: FloatNode;
  readonly parameters: readonly FloatNode[];
}

/** A model with a recurrence, and what the recurrence is made of. */
export interface RecurrentModel extends TrainedModel {
  readonly folded: FoldedGraph;
  /** T. */
  readonly steps: number;
  /** What is read over time, `[T, …]`. */
  readonly sequences: Readonly<Record<string, Node>>;
}
