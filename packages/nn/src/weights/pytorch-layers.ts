/** What the state dicts of PyTorch's layers hold: channels stand before positions, outputs before inputs. */
import type { BatchNorm } from "../layers/batch-norm.js";
import type { Convolution } from "../layers/convolution.js";
import type { Dense } from "../layers/dense.js";
import type { Embedding } from "../layers/embedding.js";
import type { LayerNorm } from "../layers/layer-norm.js";
import type { LearnedEncoding } from "../layers/positional-encoding.js";
import type { RmsNorm } from "../layers/rms-norm.js";
import { checkWeightAxes } from "./check-weight-axes.js";
import { inModule } from "./in-module.js";
import { sameTensors } from "./same-tensors.js";
import type { WeightLayout } from "./weight-layout.js";

/**
 * A dense layer as PyTorch's `nn.Linear`, whose weight is transposed.
 *
 * @param module - where it is in the model, such as "decoder.head". Default: the model itself
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a dense one.
 * @example
 * const layout = pytorchLinear(dense({ inputs: 3, units: 2, seed: 1 }), "head");
 * layout.map(({ tensors }) => tensors); // → [["head.weight"], ["head.bias"]]
 * @source PyTorch, "torch.nn.Linear", variables
 */
export function pytorchLinear(layer: Pick<Dense, "parameters">, module = ""): WeightLayout {
  const { weight, bias } = layer.parameters;
  checkWeightAxes(`pytorchLinear(layer, "${module}")`, weight, [2]);
  return inModule(module, [{ tensors: ["weight"], leaves: [weight], axes: [1, 0] }, ...sameTensors({ bias })]);
}

/**
 * An embedding, or a learned positional encoding, as PyTorch's `nn.Embedding`.
 *
 * @param module - where it is in the model. Default: the model itself
 * @example
 * const layout = pytorchEmbedding(embedding({ tokens: 10, units: 4, seed: 1 }), "encoder");
 * layout.map(({ tensors }) => tensors); // → [["encoder.weight"]]
 * @source PyTorch, "torch.nn.Embedding", variables
 */
export function pytorchEmbedding(layer: Pick<Embedding | LearnedEncoding, "parameters">, module = ""): WeightLayout {
  const { parameters } = layer;
  return inModule(module, sameTensors({ weight: "table" in parameters ? parameters.table : parameters.weight }));
}

/**
 * A convolution as PyTorch's `nn.Conv1d` and `nn.Conv2d`, whose weights are `[D, C / groups, …window]`.
 *
 * @param module - where it is in the model. Default: the model itself
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a convolution.
 * @example
 * const layer = convolution1d({ inputs: 3, units: 8, window: 5, seed: 1 });
 * const values = new Map([["convolution1d/weight", ndArray(new Float32Array(120), { shape: [5, 3, 8] })]]);
 * values.set("convolution1d/bias", ndArray(new Float32Array(8)));
 * exportWeights(pytorchConvolution(layer), values).get("weight").shape; // → [8, 3, 5]
 * @source PyTorch, "torch.nn.Conv1d" and "torch.nn.Conv2d", variables
 */
export function pytorchConvolution(layer: Pick<Convolution, "parameters">, module = ""): WeightLayout {
  const { weight, bias } = layer.parameters;
  checkWeightAxes(`pytorchConvolution(layer, "${module}")`, weight, [3, 4]);
  const rank = weight.shape.length;
  const axes = [rank - 1, rank - 2, ...Array(rank - 2).keys()];
  return inModule(module, [{ tensors: ["weight"], leaves: [weight], axes }, ...sameTensors({ bias })]);
}

/**
 * A normalization as PyTorch's `nn.LayerNorm`, `nn.RMSNorm`, `nn.BatchNorm1d` and `nn.BatchNorm2d`, running statistics
 * included. `num_batches_tracked` is passed over when read and left out when written, which `load_state_dict` bears.
 *
 * @param module - where it is in the model. Default: the model itself
 * @throws ShapeError WEIGHT_LAYOUT if the layer is not a normalization.
 * @example
 * const layout = pytorchNormalization(batchNorm({ units: 2 }));
 * layout.flatMap(({ tensors }) => tensors); // → ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
 * @source PyTorch, "torch.nn.BatchNorm1d", parameters and buffers
 */
export function pytorchNormalization(
  layer: Pick<LayerNorm | RmsNorm, "parameters"> | Pick<BatchNorm, "parameters" | "statistics">,
  module = "",
): WeightLayout {
  const { weight, bias } = layer.parameters as LayerNorm["parameters"];
  checkWeightAxes(`pytorchNormalization(layer, "${module}")`, weight, [1]);
  if (!("statistics" in layer)) return inModule(module, sameTensors({ weight, bias }));
  const { mean, variance } = layer.statistics;
  const tensors = sameTensors({ weight, bias, running_mean: mean, running_var: variance });
  return inModule(module, [...tensors, { tensors: ["num_batches_tracked"], leaves: [] }]);
}
