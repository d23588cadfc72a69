/** What all passes rely on: the walk that applies local rules. */
import {
  add,
  describe as describeNode,
  exp,
  InternalError,
  input,
  label,
  mul,
  ndArray,
  neg,
  param,
  printGraph,
  sub,
  type Node,
} from "@unfold/core";
import { describe, expect, test } from "vitest";
import { negOp } from "../../src/ops/neg.js";
import { expOp } from "../../src/ops/exp.js";
import { make, rewriting, type LocalRule } from "../../src/passes/pass.js";
import { expectSameBits, expectUntouched } from "./same-bits.js";

const x = input("x", [2]);

/** -y → exp(y), which keeps no value but shows where rules are applied. */
const negToExp: LocalRule = (node) => (node.op === negOp ? make(expOp, node.inputs) : undefined);
const run = (rule: LocalRule, node: Node): Node => rewriting("test", rule).run([node])[0]!;

describe("a local rule", () => {
  test("sees inputs that are rewritten already", () => {
    const seen: string[] = [];
    run(
      (node) => {
        seen.push(printGraph(node));
        return negToExp(node, node);
      },
      neg(neg(x)),
    );
    expect(seen.at(-2)).toContain("neg(%1)");
    expect(seen.at(-2)).toContain("exp(%0)");
  });

  test("is asked again about what it returned", () => {
    const peel: LocalRule = (node) => (node.op === negOp && node.inputs[0]!.op === negOp ? node.inputs[0] : undefined);
    expect(run(peel, neg(neg(neg(neg(x))))).inputs).toEqual([x]);
  });

  test("that changes nothing leaves the very same nodes", () => {
    const results = [add(x, 1), sub(x, x)];
    expectUntouched(rewriting("test", () => undefined).run(results), results);
  });

  test("never replaces what a runtime feeds or stores", () => {
    const w = param("w", [1, 2]);
    const replaceLeaf: LocalRule = (node) => (node.op.kind === "leaf" ? exp(x) : undefined);
    expect(run(replaceLeaf, w)).toBe(w);
    expect(run(replaceLeaf, x)).toBe(x);
  });

  test("must keep the type", () => {
    expect(() => run((node) => (node.op === negOp ? input("y", [3]) : undefined), neg(x))).toThrow(InternalError);
  });

  test("must end", () => {
    expect(() => run((node) => (node.op === negOp ? neg(x) : undefined), neg(x))).toThrow("rules that never end");
  });
});

describe("what the user called a node", () => {
  test("goes to the new node in its place, with the build site", () => {
    const named = label("hidden", neg(x));
    const after = run(negToExp, named);
    expect(describeNode(after)).toBe('f32[2] ("hidden")');
    expect(after.site).toBe(named.site);
    expect(after.op).toBe(expOp);
  });

  test("stays on a node whose inputs are rewritten", () => {
    const named = label("sum", add(neg(x), x));
    const after = run(negToExp, named);
    expect(after.label).toBe("sum");
    expect(after.site).toBe(named.site);
  });

  test("does not rename a node that was there before", () => {
    const inner = mul(x, 3);
    const after = run((node) => (node.op === negOp ? inner : undefined), add(label("gone", neg(inner)), inner));
    expect(printGraph(after)).not.toContain("gone");
    expect(after.inputs[0]).toBe(after.inputs[1]);
  });
});

test("the comparison that the other tests use sees one bit, a type and a leaf", () => {
  const values = { x: ndArray([0, 1]) };
  expect(() => {
    expectSameBits([x], [neg(neg(x))], values, "f32");
  }).not.toThrow();
  for (const other of [add(x, -0.5), add(neg(x), neg(neg(x))), add(x, param("p", 0))]) {
    expect(() => {
      expectSameBits([x], [other], values, "f32");
    }).toThrow();
  }
  expect(() => {
    expectSameBits([x], [add(x, 0)], { x: ndArray([-0, 1]) }, "f64");
  }).toThrow();
});
