/** What the weights of Keras's layers hold: they lie as ours do and have other names. */
import type { BatchNorm } from "../layers/batch-norm.js";
import type { Convolution } from "../layers/convolution.js";
import type { Dense } from "../layers/dense.js";
import type { Embedding } from "../layers/embedding.js";
import type { LayerNorm } from "../layers/layer-norm.js";
import { checkWeightAxes } from "./check-weight-axes.js";
import { inModule } from "./in-module.js";
import { sameTensors } from "./same-tensors.js";
import type { WeightLayout } from "./weight-layout.js";

/**
 * A dense layer as Keras's `Dense`.
 *
 * @param path - of the layer in the model, such as "sequential/dense", as `weight.path` has it in Keras 3. Default: none
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a dense one.
 * @example
 * const layout = kerasDense(dense({ inputs: 3, units: 2, seed: 1 }), "sequential/dense");
 * layout.flatMap(({ tensors }) => tensors); // → ["sequential/dense/kernel", "sequential/dense/bias"]
 * @source Keras 3, `keras.layers.Dense`
 */
export function kerasDense(layer: Pick<Dense, "parameters">, path = ""): WeightLayout {
  const { weight, bias } = layer.parameters;
  checkWeightAxes(`kerasDense(layer, "${path}")`, weight, [2]);
  return inModule(path, sameTensors({ kernel: weight, bias }), "/");
}

/**
 * An embedding as Keras's `Embedding`.
 *
 * @param path - of the layer in the model. Default: none
 * @example
 * const layout = kerasEmbedding(embedding({ tokens: 10, units: 4, seed: 1 }), "sequential/embedding");
 * layout.flatMap(({ tensors }) => tensors); // → ["sequential/embedding/embeddings"]
 * @source Keras 3, `keras.layers.Embedding`
 */
export function kerasEmbedding(layer: Pick<Embedding, "parameters">, path = ""): WeightLayout {
  return inModule(path, sameTensors({ embeddings: layer.parameters.table }), "/");
}

/**
 * A convolution as Keras's `Conv1D` and `Conv2D`.
 *
 * @param path - of the layer in the model. Default: none
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a convolution.
 * @example
 * const layout = kerasConvolution(convolution2d({ inputs: 1, units: 6, window: 5, seed: 1 }), "sequential/conv2d");
 * layout.flatMap(({ tensors }) => tensors); // → ["sequential/conv2d/kernel", "sequential/conv2d/bias"]
 * @source Keras 3, `keras.layers.Conv1D` and `keras.layers.Conv2D`
 */
export function kerasConvolution(layer: Pick<Convolution, "parameters">, path = ""): WeightLayout {
  const { weight, bias } = layer.parameters;
  checkWeightAxes(`kerasConvolution(layer, "${path}")`, weight, [3, 4]);
  return inModule(path, sameTensors({ kernel: weight, bias }), "/");
}

/**
 * A normalization as Keras's `LayerNormalization` and `BatchNormalization`, moving statistics included. Their ε is 1e-3
 * unless told otherwise, ours is 1e-5.
 *
 * @param path - of the layer in the model. Default: none
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a normalization.
 * @example
 * const layout = kerasNormalization(batchNorm({ units: 2, epsilon: 1e-3 }));
 * layout.flatMap(({ tensors }) => tensors); // → ["gamma", "beta", "moving_mean", "moving_variance"]
 * @source Keras 3, `keras.layers.LayerNormalization` and `keras.layers.BatchNormalization`
 */
export function kerasNormalization(
  layer: Pick<LayerNorm, "parameters"> | Pick<BatchNorm, "parameters" | "statistics">,
  path = "",
): WeightLayout {
  const { weight, bias } = layer.parameters;
  checkWeightAxes(`kerasNormalization(layer, "${path}")`, weight, [1]);
  const { mean, variance } = "statistics" in layer ? layer.statistics : {};
  const tensors = { gamma: weight, beta: bias, moving_mean: mean, moving_variance: variance };
  return inModule(path, sameTensors(tensors), "/");
}
