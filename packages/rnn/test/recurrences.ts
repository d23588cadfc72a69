/** Recurrences and random values that the tests of this package share. */
import {
  add,
  constant,
  foldedGraph,
  input,
  matmul,
  mul,
  param,
  sin,
  tanh,
  type DelayOptions,
  type FloatNode,
  type FoldedGraph,
  type NdArray,
} from "@unfold/rnn";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";

/** Seeds of drawn values. */
export const seeds = fc.nat({ max: 1_000_000 });
/** T. */
export const lengths = fc.integer({ min: 1, max: 8 });
/** B. */
export const batches = fc.integer({ min: 1, max: 3 });

/** Elements uniform in [-1, 1], exact in f32: weights of this size keep tanh away from its flat ends. */
export function drawReals(shape: readonly number[], seed: number, name: string): NdArray {
  return drawValue(reals(shape, { min: -1, max: 1 }), seed, name);
}

/** A parameter with drawn values. */
export function drawParam(path: string, shape: readonly number[], seed: number): FloatNode {
  return param(path, drawReals(shape, seed, path));
}

/** h_t = x_t + w h_{t-k}, of scalars: everything about it is known in closed form. */
export function linear(w: FloatNode | number, options: DelayOptions): FoldedGraph<{ readonly h: FloatNode }> {
  return foldedGraph("linear", ({ sequence, delay }) => {
    const x = sequence("x", []);
    const h = delay("h", [], options);
    const next = add(x, mul(w, h));
    return { next: { h: next }, outputs: { h: next } };
  });
}

/** What `twoDelays` is made of. */
export interface TwoDelays {
  readonly folded: FoldedGraph<{ readonly a: FloatNode; readonly b: FloatNode }>;
  readonly parameters: Readonly<Record<"W" | "U" | "V" | "Z" | "bias" | "b0", FloatNode>>;
  /** The values of `a` before step 0, `[2, B, 2]`. */
  readonly a0: FloatNode;
}

/**
 * Two sequences, and two delays that read each other from 2 and 3 steps ago:
 * a_t = tanh(x_t W + b_{t-3} U + bias), b_t = sin(z_t Z + a_{t-2} V).
 */
export function twoDelays(batch: number, seed: number): TwoDelays {
  const parameters = {
    W: drawParam("W", [2, 2], seed),
    U: drawParam("U", [3, 2], seed),
    V: drawParam("V", [2, 3], seed),
    Z: drawParam("Z", [1, 3], seed),
    bias: drawParam("bias", [2], seed),
    b0: drawParam("b0", [batch, 3], seed),
  };
  const { W, U, V, Z, bias, b0 } = parameters;
  const a0 = input("a0", [2, batch, 2]);
  const folded = foldedGraph("two delays", ({ sequence, delay }) => {
    const [x, z] = [sequence("x", [batch, 2]), sequence("z", [batch, 1])];
    const oldA = delay("a", [batch, 2], { steps: 2, initial: a0 });
    const oldB = delay("b", [batch, 3], { steps: 3, initial: b0 });
    const a = tanh(add(add(matmul(x, W), matmul(oldB, U)), bias));
    const b = sin(add(matmul(z, Z), matmul(oldA, V)));
    return { next: { a, b }, outputs: { a, b } };
  });
  return { folded, parameters, a0 };
}

/** Values for the inputs of `twoDelays` unfolded over T steps. */
export function twoDelaysValues(steps: number, batch: number, seed: number): Record<"x" | "z" | "a0", NdArray> {
  return {
    x: drawReals([steps, batch, 2], seed, "x"),
    z: drawReals([steps, batch, 1], seed, "z"),
    a0: drawReals([2, batch, 2], seed, "a0"),
  };
}

/** A constant with drawn values. */
export function drawConstant(shape: readonly number[], seed: number, name: string): FloatNode {
  return constant(drawReals(shape, seed, name));
}
