/**
 * Derivatives against finite differences, at double precision: the check to run on any graph whose gradient is in doubt.
 * Method: one random direction (as JAX's check_grads), central differences with step ∛ε; order 2 checks the gradient itself.
 */
import { jvp } from "../autodiff/jvp.js";
import { vjp } from "../autodiff/gradient.js";
import { GradientError } from "../errors.js";
import { constant, initialValue } from "../graph/leaves.js";
import { describe, type FloatNode, type Node } from "../graph/node.js";
import { substitute } from "../graph/substitute.js";
import { mul } from "../ops/mul.js";
import { sum } from "../ops/sum-broadcast.js";
import { keyFrom, threefry2x32, unitInterval } from "../random/threefry.js";
import { ndArray, type NdArray, type TensorValue } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import { evaluate } from "./evaluate.js";

/** What to check and how strictly. */
export interface CheckGradientsOptions {
  /** Inputs, parameters or states to move. */
  readonly wrt: readonly FloatNode[];
  /** Values of the graph's inputs, by name. */
  readonly values?: Readonly<Record<string, TensorValue>>;
  /** 1: the gradient; 2 (default): also the gradient of the gradient. */
  readonly order?: 1 | 2;
  /** Seed of the random directions. Default 0. */
  readonly seed?: number;
  /** Largest relative difference. Default 1e-6. */
  readonly rtol?: number;
  /** Largest absolute difference, for derivatives near zero. Default 1e-8. */
  readonly atol?: number;
  /** Step of the differences along the direction. Default ∛ε ≈ 6e-6. */
  readonly step?: number;
}

/** One comparison: one variable, one mode, one order. */
export interface GradientComparison {
  readonly variable: string;
  readonly order: 1 | 2;
  readonly mode: "reverse" | "forward";
  /** What differentiation says about the random direction. */
  readonly analytic: number;
  /** What the central difference says. */
  readonly numeric: number;
  readonly relativeDifference: number;
  readonly holds: boolean;
}

/**
 * Compares reverse mode and forward mode with central differences, for every variable by itself.
 *
 * With a random cotangent c and a random direction d: ⟨vjp(c), d⟩ and ⟨c, jvp(d)⟩ against ⟨c, f(x + h d) - f(x - h d)⟩ / 2h.
 *
 * @param output - any f32 node; a loss or a whole tensor
 * @throws GradientError GRADIENT_CHECK naming the variable, the mode, the order and both values, if one comparison fails; CHECK_LEAF if a variable is not an input, parameter or state.
 * @example
 * const x = input("x", [3]);
 * checkGradients(tanh(x), { wrt: [x], values: { x: [-1, 0, 2] } }).every(({ holds }) => holds); // → true
 */
export function checkGradients(output: FloatNode, options: CheckGradientsOptions): readonly GradientComparison[] {
  const comparisons = compareGradients(output, options);
  const failure = comparisons.find(({ holds }) => !holds);
  if (failure === undefined) return comparisons;
  throw new GradientError({
    code: "GRADIENT_CHECK",
    where: `checkGradients: ${failure.mode} mode, order ${failure.order}, with respect to ${failure.variable}`,
    rule: "the derivative must equal the central difference",
    got: `${failure.analytic} where the difference is ${failure.numeric} (relative difference ${failure.relativeDifference.toExponential(2)})`,
    fix: "Check the derivative rules on the way, and that no value lies on a kink",
    details: { ...failure },
  });
}

/**
 * The comparisons of `checkGradients`, without throwing when one fails.
 *
 * @example
 * const x = input("x", [3]);
 * compareGradients(tanh(x), { wrt: [x], values: { x: [-1, 0, 2] } }).every(({ holds }) => holds); // → true
 */
export function compareGradients(output: FloatNode, options: CheckGradientsOptions): readonly GradientComparison[] {
  const { wrt, order = 2, seed = 0 } = options;
  return wrt.flatMap((variable, i) => {
    const first = compareOne(output, variable, 1, { ...options, seed: seed + 2 * i });
    if (order === 1) return first;
    const [gradientNode] = vjp(output, randomConstant(output, seed, "order 2"), [variable], { missing: "zero" });
    return [
      ...first,
      ...wrt.flatMap((other, j) =>
        compareOne(gradientNode, other, 2, { ...options, seed: seed + 2 * (i * wrt.length + j) + 1 }),
      ),
    ];
  });
}

function compareOne(
  output: FloatNode,
  variable: FloatNode,
  order: 1 | 2,
  options: CheckGradientsOptions,
): GradientComparison[] {
  const { values = {}, seed = 0, rtol = 1e-6, atol = 1e-8, step = Math.cbrt(Number.EPSILON) } = options;
  const cotangent = randomConstant(output, seed, "cotangent");
  const direction = randomConstant(variable, seed, "direction");
  const value = valueOf(variable, values);
  const alongCotangent = sum(mul(output, cotangent));

  const offsets = dataOf(direction);
  const at = (distance: number): number => {
    const moved = constant(
      ndArray(
        value.data.map((element, i) => element + distance * offsets[i]!),
        { shape: variable.shape },
      ),
    );
    return evaluate(substitute([alongCotangent], new Map<Node, Node>([[variable, moved]]))[0], values).item();
  };
  const numeric = (at(step) - at(-step)) / (2 * step);

  const reverse = (): FloatNode => sum(mul(vjp(output, cotangent, [variable], { missing: "zero" })[0], direction));
  const forward = (): FloatNode => sum(mul(jvp([output], [[variable, direction]])[0], cotangent));
  const modes = [["reverse", reverse] as const, ["forward", forward] as const];
  return modes.map(([mode, build]) => {
    const analytic = evaluate(build(), values).item();
    const difference = Math.abs(analytic - numeric);
    const scale = Math.max(Math.abs(analytic), Math.abs(numeric));
    return {
      variable: describe(variable),
      order,
      mode,
      analytic,
      numeric,
      relativeDifference: scale === 0 ? 0 : difference / scale,
      holds: difference <= atol + rtol * scale,
    };
  });
}

function valueOf(variable: FloatNode, values: Readonly<Record<string, TensorValue>>): NdArray {
  const { op, label, shape } = variable;
  const given = label === undefined || !Object.hasOwn(values, label) ? undefined : values[label];
  if (op.kind === "leaf" && op.role === "input" && given !== undefined)
    return ndArray(given, { dtype: "f32", shape, where: `checkGradients: "${label!}"` });
  if (op.kind === "leaf" && (op.role === "param" || op.role === "state")) return initialValue(variable);
  throw new GradientError({
    code: "CHECK_LEAF",
    where: "checkGradients(output, { wrt, values })",
    rule: "every variable must be an input with a value, a parameter or a state",
    got: `${op.name} ${describe(variable)}`,
  });
}

/** Random elements of the node's shape, uniform in [-1, 1) and never tiny, so that every element counts. */
function randomConstant(node: FloatNode, seed: number, purpose: string): FloatNode {
  const key = keyFrom(seed, purpose);
  const elements = Float64Array.from({ length: sizeOf(node.shape) }, (_, i) => {
    const [size, sign] = threefry2x32(key, [0, i]);
    return (sign < 0 ? -1 : 1) * (0.25 + 0.75 * unitInterval(size));
  });
  return constant(ndArray(elements, { shape: node.shape }));
}

function dataOf(node: Node): NdArray["data"] {
  return (node.attrs["value"] as NdArray).data;
}
