/** Layers of other frameworks that have no biases. */
import type { WeightLayout } from "@unfold/nn";

/** What a layer of another framework was made with. */
export interface CellLayoutOptions {
  /**
   * Whether it has biases: `bias` in PyTorch, `use_bias` in Keras. Default true. If it has none, those of the cell become zero,
   * and must be zero to be written.
   */
  readonly bias?: boolean;
}

/** The layout of a cell without the tensors of biases, if the layer has none. */
export function biasesOfLayer(layout: WeightLayout, { bias = true }: CellLayoutOptions): WeightLayout {
  if (bias) return layout;
  return layout.map((mapping) => (mapping.tensors[0]!.startsWith("bias") ? { ...mapping, tensors: [] } : mapping));
}
