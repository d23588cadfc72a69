/** What holds of the derivatives of every graph, shown on random ones. */
import {
  add,
  checkGradients,
  constant,
  evaluateAll,
  gradient,
  hessianVectorProduct,
  jvp,
  mul,
  sin,
  square,
  sum,
  vjp,
  type FloatNode,
  type NdArray,
} from "@unfold/core";
import { drawValue, randomGraph, reals, type RandomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Both sides are the same products summed in other orders; graphs of up to 8 operations amplify the roundings. */
const RTOL = 1e-10;

test("derivatives of order 1 and 2 equal central differences", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, variables, values }) => {
      checkGradients(output, { wrt: variables, values, order: 2 });
    }),
  );
});

test("forward and reverse mode are adjoint: ⟨J v, w⟩ = ⟨v, Jᵀ w⟩", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, variables, values }) => {
      const directions = variables.map((variable) => [variable, direction(variable, "v")] as const);
      const w = direction(output, "w");
      const [tangent] = jvp([output], directions);
      const cotangents = vjp(output, w, variables);
      const forward = inner([tangent], [w]);
      const reverse = inner(
        cotangents,
        directions.map(([, v]) => v),
      );
      expectEqualScalars(forward, reverse, values);
    }),
  );
});

test("the Hessian is symmetric: ⟨u, H v⟩ = ⟨v, H u⟩", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const { variables, values } = graph;
      const [u, v] = [directions(variables, "u"), directions(variables, "v")];
      const product = (vectors: readonly FloatNode[]): readonly FloatNode[] =>
        hessianVectorProduct(lossOf(graph), variables, vectors);
      expectEqualScalars(inner(u, product(v)), inner(v, product(u)), values);
    }),
  );
});

test("hessianVectorProduct is the gradient of ⟨gradient, v⟩", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const { variables, values } = graph;
      const v = directions(variables, "v");
      const products = hessianVectorProduct(lossOf(graph), variables, v);
      const slope = inner(gradient(lossOf(graph), variables), v);
      const again = gradient(slope, variables, { missing: "zero" });
      expectEqualTensors(products, again, values);
    }),
  );
});

test("the gradient is linear: ∇(2 f - 3 g) = 2 ∇f - 3 ∇g", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, variables, values }) => {
      const f = sum(output);
      const g = sum(sin(output));
      const together = gradient(add(mul(2, f), mul(-3, g)), variables);
      const [df, dg] = [gradient(f, variables), gradient(g, variables)];
      const apart = df.map((part, i) => add(mul(2, part), mul(-3, dg[i]!)));
      expectEqualTensors(together, apart, values);
    }),
  );
});

test("the gradient with respect to all variables is that with respect to each", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const together = gradient(lossOf(graph), graph.variables);
      const apart = graph.variables.map((variable) => gradient(lossOf(graph), [variable])[0]);
      expectEqualTensors(together, apart, graph.values);
    }),
  );
});

/** A scalar whose second derivatives are not zero even if the output is linear. */
function lossOf({ output }: RandomGraph): FloatNode {
  return sum(add(output, square(output)));
}

function direction({ shape, label }: FloatNode, purpose: string): FloatNode {
  return constant(drawValue(reals(shape), 1, `${purpose} ${label ?? "output"}`));
}

function directions(variables: readonly FloatNode[], purpose: string): FloatNode[] {
  return variables.map((variable) => direction(variable, purpose));
}

/** Σ ⟨a, b⟩ over the pairs. */
function inner(a: readonly FloatNode[], b: readonly FloatNode[]): FloatNode {
  return a.map((x, i) => sum(mul(x, b[i]!))).reduce((total, term) => add(total, term));
}

function expectEqualScalars(actual: FloatNode, expected: FloatNode, values: Readonly<Record<string, NdArray>>): void {
  expectEqualTensors([actual], [expected], values);
}

function expectEqualTensors(
  actual: readonly FloatNode[],
  expected: readonly FloatNode[],
  values: Readonly<Record<string, NdArray>>,
): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((node, i) => {
    expect(node.shape).toEqual(expected[i]!.shape);
    const got = evaluateAll({ node }, values).node.data;
    const wanted = evaluateAll({ node: expected[i]! }, values).node.data;
    wanted.forEach((element, j) => {
      const difference = Math.abs(got[j]! - element);
      expect(difference, `variable ${i}, element ${j}`).toBeLessThanOrEqual(RTOL * Math.max(1, Math.abs(element)));
    });
  });
}
