/** The tensors of a part of a model. */
import type { WeightLayout } from "./weight-layout.js";

/**
 * A layout with the name of a module before every name of a tensor, as the model that the module is a part of has them.
 *
 * @param module - such as "encoder"; empty: the names stay
 * @param separator - between names: a dot in PyTorch, a slash in Keras
 * @example
 * const decoder = pytorchLinear(dense({ inputs: 3, units: 2, seed: 1 }), "head");
 * inModule("decoder", decoder).flatMap(({ tensors }) => tensors); // → ["decoder.head.weight", "decoder.head.bias"]
 */
export function inModule(module: string, layout: WeightLayout, separator: "." | "/" = "."): WeightLayout {
  if (module === "") return layout;
  return layout.map((mapping) => ({
    ...mapping,
    tensors: mapping.tensors.map((name) => `${module}${separator}${name}`),
  }));
}
