/** Weights that PyTorch and Keras wrote, and ours that they read: both compute and differentiate as we do. */
import type { FloatNode, IntNode, Node } from "@unfold/core";
import {
  batchNorm,
  convolution1d,
  convolution2d,
  dense,
  embedding,
  kerasConvolution,
  kerasDense,
  kerasEmbedding,
  kerasNormalization,
  layerNorm,
  pytorchConvolution,
  pytorchEmbedding,
  pytorchLinear,
  pytorchNormalization,
  type WeightLayout,
} from "@unfold/nn";
import { testRecordedWeights } from "@unfold/testkit";
import { readFileSync } from "node:fs";
import { describe } from "vitest";

const seed = 1;

/** The recorded layers with the ε of a framework. */
function layersOf(epsilon: number) {
  return {
    dense: dense({ inputs: 4, units: 3, seed }),
    projection: dense({ name: "projection", inputs: 3, units: 3, bias: false, seed }),
    embedding: embedding({ tokens: 5, units: 3, seed }),
    conv1d: convolution1d({ inputs: 4, units: 6, window: 3, groups: 2, seed }),
    conv2d: convolution2d({ inputs: 2, units: 3, window: [3, 2], seed }),
    layerNorm: layerNorm({ units: 4, epsilon }),
    batchNorm: batchNorm({ units: 3, epsilon }),
  };
}
type Layers = ReturnType<typeof layersOf>;

const frameworks = [
  {
    framework: "pytorch",
    layers: layersOf(1e-5),
    layoutOf: (layers: Layers): WeightLayout => [
      ...pytorchLinear(layers.dense, "dense"),
      ...pytorchLinear(layers.projection, "projection"),
      ...pytorchEmbedding(layers.embedding, "embedding"),
      ...pytorchConvolution(layers.conv1d, "conv1d"),
      ...pytorchConvolution(layers.conv2d, "conv2d"),
      ...pytorchNormalization(layers.layerNorm, "layerNorm"),
      ...pytorchNormalization(layers.batchNorm, "batchNorm"),
    ],
  },
  {
    framework: "keras",
    layers: layersOf(1e-3),
    layoutOf: (layers: Layers): WeightLayout => [
      ...kerasDense(layers.dense, "dense"),
      ...kerasDense(layers.projection, "projection"),
      ...kerasEmbedding(layers.embedding, "embedding"),
      ...kerasConvolution(layers.conv1d, "conv1d"),
      ...kerasConvolution(layers.conv2d, "conv2d"),
      ...kerasNormalization(layers.layerNorm, "layerNorm"),
      ...kerasNormalization(layers.batchNorm, "batchNorm"),
    ],
  },
];

describe.each(frameworks)("$framework", ({ framework, layers, layoutOf }) => {
  testRecordedWeights({
    read: (name) => readFileSync(new URL(`${framework}/${name}`, import.meta.url)),
    layout: layoutOf(layers),
    networks: Object.fromEntries(
      Object.entries(layers).map(([name, layer]) => [
        name,
        (x: Node): FloatNode => layer.apply(x as FloatNode & IntNode),
      ]),
    ),
    // Sums of some tens of products in another order.
    tolerance: 1e-13,
  });
});
