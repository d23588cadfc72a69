/** What must hold of every sample of every operation. Each check throws, and says what it saw. */
import {
  allOps,
  checkGradients,
  constant,
  evaluate,
  formatType,
  fromJson,
  gradient,
  input,
  jvp,
  mul,
  printGraph,
  sum,
  toJson,
  topologicalOrder,
  UnfoldError,
  verify,
  vjp,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import { drawValue } from "./draw.js";
import type { KnownValue, Sample, SampleGradient } from "./op-case.js";

/** f32 against f64: a few roundings of 6e-8, amplified by the condition of the sample. */
const F32_TOLERANCE = 1e-5;
/** Both sides of the adjoint identity are sums of the same products in other orders. */
const ADJOINT_TOLERANCE = 1e-12;

/** A sample with values: inputs, what they are fed, and the result. */
export interface BuiltSample {
  readonly output: Node;
  /** Inputs of dtype f32. */
  readonly variables: readonly FloatNode[];
  readonly values: Readonly<Record<string, NdArray>>;
}

/** The sample's graph and values drawn for a seed. */
export function buildSample(sample: Sample, seed: number): BuiltSample {
  const specs = Object.entries(sample.inputs);
  const nodes = Object.fromEntries(specs.map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]));
  return {
    output: sample.build(nodes as Record<string, Node<never>>),
    variables: Object.values(nodes).filter((node): node is FloatNode => node.dtype === "f32"),
    values: Object.fromEntries(specs.map(([name, spec]) => [name, drawValue(spec, seed, name)])),
  };
}

/** What the derivative of a sample must be. */
export function gradientKind(sample: Sample): SampleGradient {
  return sample.gradient ?? (sample.type.startsWith("f32") ? "checked" : "none");
}

/** The type is the one the case file states, and the graph passes the verifier. */
export function checkType(sample: Sample): void {
  const { output } = buildSample(sample, 0);
  expectEqual("type", formatType(output.type), sample.type);
  verify(topologicalOrder([output]));
}

/** Precision f32 agrees with f64 within the tolerance. */
export function checkPrecisions(sample: Sample, seed: number): void {
  const { output, values } = buildSample(sample, seed);
  const exact = evaluate(output, values).data;
  const rounded = evaluate(output, values, { precision: "f32" }).data;
  rounded.forEach((element, i) => {
    const reference = exact[i]!;
    const isNear = Math.abs(element - reference) <= F32_TOLERANCE * Math.max(1, Math.abs(reference));
    if (!isNear && !Object.is(element, reference)) fail(`element ${i} in f32`, element, reference);
    expectEqual(`element ${i} must be an f32`, element, output.dtype === "f32" ? Math.fround(element) : element);
  });
}

/**
 * Orders 1 and 2, both modes, against central differences; or no derivative where there must be none.
 *
 * @param rewrite - changes the sample's graph before it is checked, to see whether the check can fail
 */
export function checkDerivatives(
  sample: Sample,
  seed: number,
  order: 1 | 2 = 2,
  rewrite: (output: Node) => Node = (output) => output,
): void {
  const { output: original, variables, values } = buildSample(sample, seed);
  const output = rewrite(original);
  if (gradientKind(sample) === "checked") {
    checkGradients(output as FloatNode, { wrt: variables, values, order, seed });
    return;
  }
  if (output.dtype !== "f32" || gradientKind(sample) === "by design") return;
  for (const variable of variables) {
    const code = codeOf(() => gradient(sum(output as FloatNode), [variable]));
    expectEqual("a path that must end", code, "NO_PATH");
  }
}

/** ⟨J v, w⟩ = ⟨v, Jᵀ w⟩: forward and reverse mode are each other's adjoint. */
export function checkAdjoint(sample: Sample, seed: number): void {
  if (gradientKind(sample) !== "checked") return;
  const { output, variables, values } = buildSample(sample, seed);
  const w = randomLike(output, seed, "w");
  for (const variable of variables) {
    const v = randomLike(variable, seed, "v");
    const [tangent] = jvp([output as FloatNode], [[variable, v]]);
    const [cotangent] = vjp(output as FloatNode, w, [variable], { missing: "zero" });
    const forward = evaluate(sum(mul(tangent, w)), values).item();
    const reverse = evaluate(sum(mul(cotangent, v)), values).item();
    const scale = Math.max(1, Math.abs(forward), Math.abs(reverse));
    if (!(Math.abs(forward - reverse) <= ADJOINT_TOLERANCE * scale)) {
      fail(`⟨J v, w⟩ with respect to ${variable.toString()}`, forward, reverse);
    }
  }
}

/** Written to JSON and read back, the graph prints the same and computes the same bits. */
export function checkJson(sample: Sample, seed: number): void {
  const { output, values } = buildSample(sample, seed);
  const json: unknown = JSON.parse(JSON.stringify(toJson({ output })));
  const copy = fromJson(json, allOps)["output"]!;
  expectEqual("printed graph", printGraph(copy), printGraph(output));
  checkElements(evaluate(copy, values).data, [...evaluate(output, values).data], 0);
}

/** The value is the known one; -0 and NaN are told apart. */
export function checkKnownValue({ build, expected, rtol = 0 }: KnownValue): void {
  checkElements(evaluate(build()).data, expected, rtol);
}

function checkElements(actual: ArrayLike<number>, expected: readonly number[], rtol: number): void {
  expectEqual("number of elements", actual.length, expected.length);
  expected.forEach((element, i) => {
    const got = actual[i]!;
    const isNear = Number.isFinite(element) && Math.abs(got - element) <= rtol * Math.abs(element);
    if (!Object.is(got, element) && !(rtol > 0 && isNear)) fail(`element ${i}`, got, element);
  });
}

function randomLike({ shape }: Node, seed: number, name: string): FloatNode {
  const spec = { dtype: "f32", shape, min: -1, max: 1, avoid: [0], distinct: false } as const;
  return constant(drawValue(spec, seed, name), "f32");
}

/** The code of the UnfoldError that is thrown; undefined if nothing is. */
export function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof UnfoldError) return error.code;
    throw error;
  }
}

function expectEqual(what: string, actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) fail(what, actual, expected);
}

function fail(what: string, actual: unknown, expected: unknown): never {
  throw new Error(`${what}: got ${String(actual)}, expected ${String(expected)}`);
}
