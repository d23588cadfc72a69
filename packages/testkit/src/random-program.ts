/** Random programs for fast-check: what random graphs and random scans compute, and their gradients. */
import {
  add,
  gradient,
  mul,
  scan,
  sin,
  stack,
  substitute,
  sum,
  tanh,
  type Checkpoint,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/core";
import fc from "fast-check";
import { describeGraph } from "./describe-graph.js";
import { randomGraph, type RandomGraph } from "./random-graph.js";
import { randomScans, type RandomScan } from "./random-scan.js";

/** What to compile and what to feed. */
export interface RandomProgram {
  readonly inputs: Readonly<Record<string, Node>>;
  readonly values: Readonly<Record<string, NdArray>>;
  /** Results, and their gradients. */
  readonly outputs: Readonly<Record<string, Node>>;
  /** How precisely the values wanted are computed. */
  readonly precision: "f32" | "f64";
  /** How far a value may be from the one wanted, times the larger of it and 1. */
  readonly tolerance: number;
}

/** Functions are within a few ulp, sums are rounded in another order; both grow with the condition of the graph. */
const GRAPH_TOLERANCE = 3e-5;
/** f32 against f64: one rounding of 6e-8 per node, amplified by up to 15 steps of up to 8 operations and their derivatives. */
const SCAN_TOLERANCE = 1e-3;

/** By how much a loss over all elements of all steps moves what it is computed from again. */
const GAIN = 0.05;

/** The output of a random graph and its gradient. */
export function withGradients({ output, variables }: RandomGraph): Record<string, Node> {
  const gradients = gradient(sum(output), variables);
  return { output, ...Object.fromEntries(gradients.map((node, i) => [`d${i}`, node])) };
}

/** Graphs without recurrence. */
export const randomGraphPrograms: fc.Arbitrary<RandomProgram> = randomGraph.map((graph) => ({
  inputs: graph.inputs,
  values: graph.values,
  outputs: withGradients(graph),
  precision: "f32",
  tolerance: GRAPH_TOLERANCE,
  ...printedAs(graph.output, graph.values),
}));

/** A random scan of up to five steps, and where its checkpoints are. */
const checkpointedScans = randomScans(5).chain((random) =>
  fc.tuple(fc.constant(random), fc.option(fc.integer({ min: 1, max: random.steps }).map((every) => ({ every })))),
);

/** Scans, plain or in segments. */
export const randomScanPrograms: fc.Arbitrary<RandomProgram> = checkpointedScans.map(([random, checkpoint]) =>
  scanProgram(checkpoint === null ? random.results : random.checkpointed(checkpoint), random),
);

/** Scans inside the steps of scans, plain or in segments. */
export const randomNestedScanPrograms: fc.Arbitrary<RandomProgram> = fc
  .tuple(checkpointedScans, fc.constantFrom<Checkpoint | undefined>(undefined, { every: 1 }, "sqrt"))
  .map(([[random, checkpoint], outer]) =>
    scanProgram(
      repeated(checkpoint === null ? random.results : random.checkpointed(checkpoint), random, outer),
      random,
    ),
  );

/** Programs of all kinds. */
export const randomPrograms: fc.Arbitrary<RandomProgram> = fc.oneof(
  { arbitrary: randomGraphPrograms, weight: 3 },
  { arbitrary: randomScanPrograms, weight: 2 },
  { arbitrary: randomNestedScanPrograms, weight: 1 },
);

/** Results and the gradient of a bounded loss. */
function scanProgram(results: readonly FloatNode[], { inputs, values, variables }: RandomScan): RandomProgram {
  const gradients = gradient(boundedLoss(results), variables, { missing: "zero" });
  const named = Object.fromEntries(results.map((node, i) => [`r${i}`, node]));
  return {
    inputs,
    values,
    outputs: { ...named, ...Object.fromEntries(gradients.map((node, i) => [`d${i}`, node])) },
    precision: "f64",
    tolerance: SCAN_TOLERANCE,
    ...printedAs(named, values),
  };
}

/** The results of a scan that runs another one three times and carries the first of its variables on. */
function repeated(results: readonly FloatNode[], { variables }: RandomScan, checkpoint?: Checkpoint): FloatNode[] {
  const [first] = variables as [FloatNode];
  const { outputs, final } = scan({
    steps: 3,
    ...(checkpoint !== undefined && { checkpoint }),
    delays: { x: { initial: stack([first]) } },
    step: ({ delays: { x } }) => {
      const [total] = substitute([boundedLoss(results)], new Map<Node, Node>([[first, x]]));
      // A sum, read again and again, would make chaos of rounding.
      const next = tanh(add(x, sin(mul(GAIN, total as FloatNode))));
      return { next: { x: next }, outputs: { total: total as FloatNode } };
    },
  });
  return [outputs.total, final.x];
}

function boundedLoss(results: readonly FloatNode[]): FloatNode {
  return sum(stack(results.map((result) => sum(sin(result)))));
}

/** What fast-check shows: gradients follow from the results. */
function printedAs(...[results, values]: Parameters<typeof describeGraph>): object {
  return { [fc.toStringMethod]: () => describeGraph(results, values) };
}
