/** Random well-typed graphs for fast-check: a list of small numbers picks operations and their operands. */
import {
  add,
  input,
  leavesOf,
  ndArray,
  topologicalOrder,
  type FloatNode,
  type IntNode,
  type BoolNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describeGraph } from "./describe-graph.js";
import { drawValue } from "./draw.js";
import { integers, reals } from "./op-case.js";
import { randomOperations } from "./random-graph-operations.js";

/** A random graph with values for its inputs. */
export interface RandomGraph {
  /** The inputs the output depends on, by name. */
  readonly inputs: Readonly<Record<string, Node>>;
  /** Those of dtype f32: at least one. */
  readonly variables: readonly FloatNode[];
  /** A value for each of `inputs`. */
  readonly values: Readonly<Record<string, NdArray>>;
  /** f32[2, 3], f32[3] or f32[]. */
  readonly output: FloatNode;
}

/** One operation: its number in the table, and how far back its first and second operands were made. */
type Step = readonly [operation: number, first: number, second: number];

/** Longer graphs find no more, but lose more digits to the condition of their functions. */
const LARGEST_STEPS = 8;
/** How far back operands are looked for. */
const REACH = 5;
/** Seeds of the values: few, so that a failure shrinks to the same values. */
const LARGEST_SEED = 9;

const FLOAT_SPECS = { scalar: reals([]), row: reals([3]), matrix: reals([2, 3]) };
const INDEX_SPEC = integers([4], 0, 2);

/** The graph of a list of steps, of which there must be at least one. */
function buildRandomGraph(steps: readonly Step[], seed: number): RandomGraph {
  const floats: FloatNode[] = Object.entries(FLOAT_SPECS).map(([name, { shape }]) => input(name, shape));
  const indices: IntNode = input("indices", INDEX_SPEC.shape, "i32");
  const mask: BoolNode = input("mask", [2, 3], "bool");

  const back = (nodes: readonly FloatNode[], distance: number): FloatNode =>
    nodes[nodes.length - 1 - (distance % nodes.length)]!;
  for (const [operation, first, second] of steps) {
    const ofRank = (rank: number, distance: number): FloatNode =>
      back(
        floats.filter(({ shape }) => shape.length === rank),
        distance,
      );
    const result = randomOperations[operation % randomOperations.length]!({
      x: back(floats, first),
      y: back(floats, second),
      a: ofRank(2, first),
      b: ofRank(2, second),
      u: ofRank(1, first),
      v: ofRank(1, second),
      s: ofRank(0, first),
      indices,
      mask,
    });
    floats.push(result);
  }

  const output = sumOfResults(floats.slice(Object.keys(FLOAT_SPECS).length));
  const leaves = leavesOf([output], "input");
  const drawn: Record<string, NdArray> = Object.fromEntries(
    Object.entries({ ...FLOAT_SPECS, indices: INDEX_SPEC }).map(([name, spec]) => [name, drawValue(spec, seed, name)]),
  );
  drawn["mask"] = ndArray([
    [true, false, true],
    [false, false, true],
  ]);
  return {
    inputs: Object.fromEntries(leaves.map((leaf) => [leaf.label!, leaf])),
    variables: leaves.filter((leaf): leaf is FloatNode => leaf.dtype === "f32"),
    values: Object.fromEntries(leaves.map(({ label }) => [label!, drawn[label!]!])),
    output,
  };
}

/** The last result, and with it every other one that nothing has read: no step is in vain. */
function sumOfResults(results: readonly FloatNode[]): FloatNode {
  return results.reduceRight((total, result) =>
    topologicalOrder([total]).includes(result) ? total : add(total, result),
  );
}

/** A random graph of smooth functions; it shrinks to fewer and simpler operations. */
export const randomGraph: fc.Arbitrary<RandomGraph> = fc
  .record({
    steps: fc.array(
      fc.tuple(fc.nat({ max: randomOperations.length - 1 }), fc.nat({ max: REACH - 1 }), fc.nat({ max: REACH - 1 })),
      { minLength: 1, maxLength: LARGEST_STEPS, size: "max" },
    ),
    seed: fc.nat({ max: LARGEST_SEED }),
  })
  .map(({ steps, seed }) => ({
    ...buildRandomGraph(steps, seed),
    [fc.toStringMethod]: () => {
      const { output, values } = buildRandomGraph(steps, seed);
      return describeGraph(output, values);
    },
  }));
