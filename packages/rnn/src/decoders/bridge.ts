/** From what was read to what a decoder starts with. */
import { checkKeys, describe, reshape, ShapeError, tanh, transpose, type FloatNode } from "@unfold/core";
import { dense } from "@unfold/nn";
import type { RecurrentCell } from "../cells/recurrent-cell.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { Delay } from "../folded/recurrence.js";
import { prefixed } from "../layers/prefixed.js";

/** How a bridge is made. */
export interface BridgeOptions {
  /** Prefix of the parameter paths. Default "bridge". */
  readonly name?: string;
  /** Size of the vector, ≥ 1. */
  readonly inputs: number;
  /** The decoder's cell, before it attends. */
  readonly cell: RecurrentCell;
  /** Seed of the initializers, a whole number. */
  readonly seed: number;
}

/** Makes initial values of a vector. */
export interface Bridge {
  readonly name: string;
  readonly parameters: Readonly<Record<string, FloatNode>>;
  /**
   * The initial value of each memory of the cell, `[k, B, …S]`, by name.
   *
   * @shapes vector: f32[B, inputs]
   * @throws ShapeError BRIDGE_INPUT if the vector is not f32[B, inputs].
   */
  readonly apply: (vector: FloatNode) => Record<string, FloatNode>;
}

/**
 * Trained initial values for a decoder of any kind and size, from a vector such as what an encoder of any kind and size yielded
 * last.
 *
 * h_0 = tanh(v W + b), and so for every memory of the cell that has a value for each sequence of the batch
 *
 * Each W starts Glorot uniform, b zero.
 *
 * @shapes vector: f32[B, inputs] -> [k, B, …S] each; `h/weight`: [inputs, k H], `h/bias`: [k H]
 * @throws ValueError LAYER_SIZE if inputs is not a whole number ≥ 1.
 * @example
 * const encoder = bidirectional({
 *   forward: gru({ name: "forward", inputs: 3, units: 4, seed: 1 }),
 *   backward: gru({ name: "backward", inputs: 3, units: 4, seed: 2 }),
 * });
 * const decoder = lstm({ name: "decoder", inputs: 2, units: 5, seed: 3 });
 * const start = bridge({ inputs: 8, cell: decoder, seed: 4 });
 * const { last } = encoder.scan(input("x", [7, 1, 3]));
 * decoder.scan(input("y", [6, 1, 2]), start.apply(last.h)).outputs.h.shape; // → [6, 1, 5]
 * @source Bahdanau, Cho & Bengio 2015, "Neural machine translation by jointly learning to align and translate", appendix A.2.2
 */
export function bridge(options: BridgeOptions): Bridge {
  checkKeys("bridge(options)", "options", options, { name: true, inputs: true, cell: true, seed: true });
  const { name = "bridge", inputs, cell, seed } = options;
  const layers = delaysOfBatch(cell).map((delay) => {
    const { name: key, steps, placeholder } = delay;
    const shape = [steps, ...placeholder.shape.slice(1)];
    const units = shape.reduce((product, size) => product * size, 1);
    return { key, shape, layer: dense({ name: `${name}/${key}`, inputs, units, seed }) };
  });
  return {
    name,
    parameters: Object.fromEntries(
      layers.flatMap(({ key, layer }) => Object.entries(prefixed(key, { ...layer.parameters }))),
    ),
    apply: (vector) => {
      const [batch, size] = vector.shape;
      if (vector.shape.length !== 2 || size !== inputs) {
        const where = `bridge("${name}").apply(vector)`;
        const rule = `the vector must be f32[B, ${inputs}]`;
        throw new ShapeError({ code: "BRIDGE_INPUT", where, rule, got: describe(vector) });
      }
      return Object.fromEntries(
        layers.map(({ key, shape, layer }) => {
          const values = reshape(tanh(layer.apply(vector)), [batch!, ...shape]);
          const order = [1, 0, ...shape.slice(1).map((_, i) => i + 2)];
          return [key, transpose(values, order)];
        }),
      );
    },
  };
}

/** Those whose first axis grows with the batch. */
function delaysOfBatch(cell: RecurrentCell): Delay[] {
  const other = cell.fold(2).delays;
  return memoriesOf(cell.fold(1)).filter(
    ({ name, placeholder }) => placeholder.shape[0] === 1 && other[name]!.placeholder.shape[0] === 2,
  );
}
