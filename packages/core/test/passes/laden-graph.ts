/** Random graphs full of what rules look for, over special values: every sample of every rule, composed. */
import {
  broadcastTo,
  cast,
  concat,
  input,
  ndArray,
  reshape,
  slice,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { canonicalSamples, exactSamples, type SampleBuilder } from "./rule-samples.js";
import { specialIntegers, specialNumbers } from "./same-bits.js";

const builders: readonly SampleBuilder[] = [
  ...Object.values(canonicalSamples).flat(),
  ...Object.values(exactSamples).flat(),
];

const leaves = {
  x: input("x", [4, 3]),
  y: input("y", [4, 3]),
  n: input("n", [4, 3], "i32"),
  c: input("c", [4, 3], "bool"),
};

/** A random graph and values of its inputs. */
export interface LadenGraph {
  /** Every step's result, f32[4, 3]. */
  readonly results: readonly FloatNode[];
  readonly variables: readonly FloatNode[];
  readonly values: Readonly<Record<string, NdArray>>;
}

/** The elements of any node as f32[4, 3]: the first twelve of them, filled up with those of another. */
function asOperand(node: Node, filling: FloatNode): FloatNode {
  const flat = reshape(cast(node, "f32"), [-1]);
  const size = flat.shape[0] ?? 0;
  const twelve = size < 12 ? concat([flat, reshape(filling, [12])], 0) : flat;
  return reshape(slice(twelve, { axis: 0, stop: 12 }), [4, 3]);
}

/** The graph of a list of steps: which sample, and how far back its operands were made. */
function buildLadenGraph(steps: readonly (readonly [number, number, number])[], turn: number): LadenGraph {
  const floats: FloatNode[] = [leaves.x, leaves.y];
  for (const [sample, first, second] of steps) {
    const back = (distance: number): FloatNode => floats[floats.length - 1 - (distance % floats.length)]!;
    const built = builders[sample]!({ ...leaves, x: back(first), y: back(second) });
    floats.push(asOperand(built.shape.length === 0 ? broadcastTo(built, [1]) : built, back(second)));
  }
  const turned = [...specialNumbers.slice(turn), ...specialNumbers.slice(0, turn)];
  return {
    results: floats.slice(2),
    variables: [leaves.x, leaves.y],
    values: {
      x: ndArray([...specialNumbers], { shape: [4, 3] }),
      y: ndArray(turned, { shape: [4, 3] }),
      n: ndArray([...specialIntegers], { shape: [4, 3], dtype: "i32" }),
      c: ndArray(
        turned.map((number) => number > 0),
        { shape: [4, 3], dtype: "bool" },
      ),
    },
  };
}

/** It shrinks to fewer steps. */
export const ladenGraph: fc.Arbitrary<LadenGraph> = fc
  .record({
    steps: fc.array(fc.tuple(fc.nat({ max: builders.length - 1 }), fc.nat({ max: 3 }), fc.nat({ max: 3 })), {
      minLength: 1,
      maxLength: 8,
      size: "max",
    }),
    turn: fc.nat({ max: 11 }),
  })
  .map(({ steps, turn }) => buildLadenGraph(steps, turn));
