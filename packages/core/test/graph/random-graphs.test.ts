/** What printing, JSON, substitution and the verifier keep of every graph, shown on random ones. */
import {
  allOps,
  constant,
  evaluateAll,
  fromJson,
  input,
  printGraph,
  substitute,
  toJson,
  topologicalOrder,
  verify,
  type Node,
} from "@unfold/core";
import { randomGraph, withGradients, type RandomGraph } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

test("the verifier accepts the graph and its gradient", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      verify(topologicalOrder(Object.values(withGradients(graph))));
    }),
  );
});

test("through JSON text, the graph and its gradient print the same and compute the same bits", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const nodes = withGradients(graph);
      const copy = fromJson(JSON.parse(JSON.stringify(toJson(nodes))), allOps);
      expect(printGraph(copy)).toBe(printGraph(nodes));
      expectSameBits(copy, nodes, graph);
    }),
  );
});

test("two builds of a graph print the same", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      expect(printGraph(withGradients(graph))).toBe(printGraph(withGradients(graph)));
    }),
  );
});

test("every line of a print names only nodes above it, and the result is one of them", () => {
  fc.assert(
    fc.property(randomGraph, ({ output }) => {
      const lines = printGraph(output).split("\n");
      lines.forEach((line, i) => {
        const [text] = line.split(" : ");
        const numbers = [...text!.matchAll(/%(\d+)/g)].map(([, number]) => Number(number));
        const isResult = i === lines.length - 1;
        if (!isResult) expect(numbers.shift()).toBe(i);
        expect(numbers.every((number) => number < i)).toBe(true);
      });
      expect(lines.length - 1).toBe(topologicalOrder([output]).length);
    }),
  );
});

test("replacing nodes by themselves changes no node", () => {
  fc.assert(
    fc.property(randomGraph, ({ output }) => {
      const order = topologicalOrder([output]);
      const [copy] = substitute([output], new Map(order.map((node) => [node, node])));
      expect(copy).toBe(output);
    }),
  );
});

test("nodes that do not depend on what is replaced are shared, not copied", () => {
  fc.assert(
    fc.property(randomGraph, ({ output, inputs }) => {
      expect(substitute([output], new Map())[0]).toBe(output);
      for (const leaf of Object.values(inputs)) {
        const fresh = input("fresh", leaf.shape, leaf.dtype);
        const copies = new Set(topologicalOrder(substitute([output], new Map([[leaf, fresh]]))));
        for (const node of topologicalOrder([output]))
          expect(copies.has(node)).toBe(!topologicalOrder([node]).includes(leaf));
      }
    }),
  );
});

test("replacing an input by a constant is feeding it", () => {
  fc.assert(
    fc.property(randomGraph, (graph) => {
      const nodes = withGradients(graph);
      for (const [name, leaf] of Object.entries(graph.inputs)) {
        const fixed = constant(graph.values[name]!, leaf.dtype);
        const replaced = substitute(Object.values(nodes), new Map([[leaf, fixed]]));
        const names = Object.keys(nodes);
        expectSameBits(Object.fromEntries(replaced.map((node, i) => [names[i]!, node])), nodes, graph);
      }
    }),
  );
});

function expectSameBits(
  actual: Readonly<Record<string, Node>>,
  expected: Readonly<Record<string, Node>>,
  { values }: RandomGraph,
): void {
  const got = evaluateAll(actual, values);
  const wanted = evaluateAll(expected, values);
  expect(Object.keys(got)).toEqual(Object.keys(wanted));
  for (const [name, { type, data }] of Object.entries(wanted)) {
    expect(got[name]!.type).toEqual(type);
    // toEqual on typed arrays tells -0 from 0 and takes NaN for NaN.
    expect(got[name]!.data).toEqual(data);
  }
}
