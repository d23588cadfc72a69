/** Where other frameworks keep what our parameters hold, as data. */
import type { FloatNode } from "@unfold/core";

/** Tensors of another framework, and the leaves of ours that hold the same numbers. */
export interface WeightMapping {
  /**
   * Their names. If there are several, their sum is meant: the first is written with all of it, the others with zeros. None: the
   * leaves are zero there, and must be zero to be written.
   */
  readonly tensors: readonly string[];
  /**
   * Parameters or states, of one shape. Several are stacked along a new first axis. None: the tensor may be there, means
   * nothing here and is not written.
   */
  readonly leaves: readonly FloatNode[];
  /** The axes of the leaves, stacked if there are several, in the order in which the tensors have them. Default: theirs. */
  readonly axes?: readonly number[];
  /** What stands side by side along the last axis of the leaves. */
  readonly gates?: GateOrder;
}

/** The same gates in the order of ours, and in that of the tensors. */
export interface GateOrder {
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/**
 * How tensors of another framework become values of ours, and back: the mappings of all layers in a row. One for a layer of
 * one's own is written by hand.
 *
 * @example
 * const head = dense({ name: "head", inputs: 3, units: 2, seed: 1 });
 * const scale = param("scale", 1);
 * const layout = [...pytorchLinear(head, "head"), { tensors: ["logit_scale"], leaves: [scale] }];
 * layout.flatMap(({ tensors }) => tensors); // → ["head.weight", "head.bias", "logit_scale"]
 */
export type WeightLayout = readonly WeightMapping[];
