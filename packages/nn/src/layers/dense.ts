/** The fully connected layer. */
import { add, checkKeys, matmul, type FloatNode } from "@unfold/core";
import { glorotUniform } from "../initializers/glorot.js";
import { initializedParam, type Initializer } from "../initializers/initializer.js";
import { zeros } from "../initializers/simple.js";
import { checkLastAxis } from "./check-last-axis.js";
import { checkSizes } from "./check-sizes.js";
import type { Layer } from "./layer.js";

/** How a dense layer is made. */
export interface DenseOptions {
  /** Prefix of the parameter paths. Default "dense". */
  readonly name?: string;
  /** Size of the last axis of what it takes, ≥ 1. */
  readonly inputs: number;
  /** Size of the last axis of what it gives, ≥ 1. */
  readonly units: number;
  /** Seed of the initializer, a whole number. */
  readonly seed: number;
  /** Whether to add a bias. Default true. */
  readonly bias?: boolean;
  /** Initializer of the weight. Default glorotUniform. */
  readonly weight?: Initializer;
}

/** A dense layer: its parameters by name, and what it does. */
export interface Dense extends Layer {
  readonly parameters: { readonly weight: FloatNode; readonly bias?: FloatNode };
  /** x weight + bias. @shapes x: f32[...S, inputs] -> f32[...S, units] */
  readonly apply: (x: FloatNode) => FloatNode;
}

/**
 * A fully connected layer.
 *
 * y = x W + b
 *
 * @shapes x: f32[...S, inputs] -> f32[...S, units]; weight: [inputs, units], bias: [units]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1. ShapeError LAYER_INPUT, from apply, if the last axis of x is not inputs.
 * @example
 * const layer = dense({ inputs: 3, units: 2, seed: 1 });
 * layer.apply(input("x", [5, 3])).shape; // → [5, 2]
 */
export function dense(options: DenseOptions): Dense {
  checkKeys("dense(options)", "options", options, {
    name: true,
    inputs: true,
    units: true,
    seed: true,
    bias: true,
    weight: true,
  });
  const { name = "dense", inputs, units, seed, bias: hasBias = true, weight: initializer = glorotUniform } = options;
  checkSizes(`dense("${name}")`, { inputs, units });
  const weight = initializedParam(`${name}/weight`, [inputs, units], initializer, seed);
  const bias = hasBias ? initializedParam(`${name}/bias`, [units], zeros, seed) : undefined;
  return {
    name,
    parameters: bias === undefined ? { weight } : { weight, bias },
    apply: (x) => {
      checkLastAxis(`dense("${name}").apply(x)`, "x", x, inputs);
      const product = matmul(x, weight);
      return bias === undefined ? product : add(product, bias);
    },
  };
}
