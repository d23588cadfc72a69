/** The verifier, on graphs that no builder would make. */
import { add, input, mul, Node, param, placeholder, state, topologicalOrder, verify, type Shape } from "@unfold/core";
import { describe, expect, test } from "vitest";
import { problemOf } from "../problem-of.js";

const x = input("x", [2]);
const sum = add(x, x);

/** The node with another type. */
function retyped(node: Node, shape: Shape): Node {
  const { op, inputs, attrs, label, site } = node;
  return new Node({ op, inputs, attrs, type: { dtype: node.dtype, shape }, label, site });
}

describe("verify", () => {
  test("accepts what builders make, in topological order", () => {
    verify(topologicalOrder([mul(sum, 2)]));
    verify([]);
  });

  test("a node before its inputs", () => {
    expect(
      problemOf(() => {
        verify([sum, x]);
      }),
    ).toEqual({
      code: "VERIFY_ORDER",
      message: `verify: add f32[2] built at ${sum.site.toString()}: a node must come after its inputs, got an input that comes later or not at all.`,
    });
  });

  test("a node whose input is not there", () => {
    expect(
      problemOf(() => {
        verify([sum]);
      }).code,
    ).toBe("VERIFY_ORDER");
  });

  test("a type that the operation does not give", () => {
    const broken = retyped(sum, [3]);
    expect(
      problemOf(() => {
        verify([x, broken]);
      }),
    ).toEqual({
      code: "VERIFY_TYPE",
      message: `verify: add f32[3] built at ${sum.site.toString()}: the type must be f32[2], got f32[3].`,
    });
  });

  test("another dtype", () => {
    const { op, inputs, attrs, label, site } = sum;
    const broken = new Node({ op, inputs, attrs, type: { dtype: "i32", shape: [2] }, label, site });
    expect(
      problemOf(() => {
        verify([x, broken]);
      }).message,
    ).toMatch(/the type must be f32\[2\], got i32\[2\]\.$/);
  });

  test("inputs that do not fit the operation give the operation's own error", () => {
    const { op, attrs, type, label, site } = sum;
    const broken = new Node({ op, inputs: [x, input("y", [3])], attrs, type, label, site });
    expect(
      problemOf(() => {
        verify([...broken.inputs, broken]);
      }).code,
    ).toBe("SHAPE_MISMATCH");
  });

  test("two inputs of one name", () => {
    const other = input("x", [3]);
    expect(
      problemOf(() => {
        verify([x, other]);
      }),
    ).toEqual({
      code: "VERIFY_NAME",
      message: `verify: input f32[3] ("x") built at ${other.site.toString()}: a name must belong to one input, got "x" twice: f32[2] ("x") built at ${x.site.toString()} is another.`,
    });
  });

  test("a param and a state share their names, inputs and placeholders have their own", () => {
    const [weight, carried] = [param("w", 1), state("w", 1)];
    expect(
      problemOf(() => {
        verify([weight, carried]);
      }).code,
    ).toBe("VERIFY_NAME");
    verify([param("x", 1), x, placeholder("x", [])]);
  });
});
