/** Every derivative rule, made wrong on purpose, is seen by the gradient checks of its own case file. */
import {
  allOps,
  clipGradient,
  constant,
  evaluate,
  gradient,
  input,
  jvp,
  mul,
  scaleGradient,
  sum,
  topologicalOrder,
  type AnyOp,
  type FloatNode,
  type Node,
} from "@unfold/core";
import {
  buildSample,
  checkDerivatives,
  codeOf,
  contributionsOf,
  firstTwoDiffer,
  gradientKind,
  mutantsOf,
  replaceOp,
  type Contribution,
  type Sample,
} from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { clipGradientOp, scaleGradientOp } from "../../src/ops/gradient-control.js";
import { opCases } from "./cases/index.js";

/** One is enough: a wrong factor is not a matter of luck. */
const SEED = 1;

/** Throws if the derivative of a graph, rewritten first, is not what it must be. */
type Check = (rewrite: (output: Node) => Node) => void;

/** What is sent back to operations whose derivative is not that of their value. */
const COTANGENT = [5, 0.5, -3];

/** Operations whose derivative is not that of their value, against the gradients they are documented to have. */
const byDesign: ReadonlyMap<AnyOp, Check> = new Map<AnyOp, Check>([
  [
    clipGradientOp,
    (rewrite) => {
      const { x, output } = throughIdentity(rewrite, (node) => clipGradient(node, 1));
      expect(gradientOf(x, output)).toEqual([1, 0.5, -1]);
      expect(codeOf(() => jvp([output], [[x, constant(COTANGENT)]]))).toBe("NO_FORWARD_MODE");
    },
  ],
  [
    scaleGradientOp,
    (rewrite) => {
      const { x, output } = throughIdentity(rewrite, (node) => scaleGradient(node, -2));
      expect(gradientOf(x, output)).toEqual([-10, -1, 6]);
      const [tangent] = jvp([output], [[x, constant(COTANGENT)]]);
      expect([...evaluate(tangent).data]).toEqual([-10, -1, 6]);
    },
  ],
]);

/** Their forward rule is a refusal, which has no sign. */
const withoutForwardMode: ReadonlySet<AnyOp> = new Set<AnyOp>([clipGradientOp]);

function throughIdentity(
  rewrite: (output: Node) => Node,
  build: (x: FloatNode) => FloatNode,
): { x: FloatNode; output: FloatNode } {
  const x = input("x", [COTANGENT.length]);
  return { x, output: rewrite(build(x)) as FloatNode };
}

function gradientOf(x: FloatNode, output: FloatNode): number[] {
  const [dx] = gradient(sum(mul(output, constant(COTANGENT))), [x]);
  return [...evaluate(dx, { x: [0, 0, 0] }).data];
}

/** The nodes of an op in a sample's graph. */
function nodesOf(op: AnyOp, sample: Sample): FloatNode[] {
  const isOfOp = (node: Node): node is FloatNode => node.op === op && node.dtype === "f32";
  return topologicalOrder([buildSample(sample, SEED).output]).filter(isOfOp);
}

/** The samples of an op's case file that use it and are checked against central differences. */
function checkedSamples(op: AnyOp): Sample[] {
  return Object.values(opCases)
    .filter(({ ops }) => ops.includes(op))
    .flatMap(({ samples }) => samples)
    .filter((sample) => gradientKind(sample) === "checked" && nodesOf(op, sample).length > 0);
}

function checksOf(op: AnyOp): Check[] {
  const special = byDesign.get(op);
  if (special !== undefined) return [special];
  return checkedSamples(op).map((sample) => (rewrite) => {
    checkDerivatives(sample, SEED, 1, rewrite);
  });
}

/** Whether a check fails, or throws on the way, with a copy of the op in its place. */
function isSeen(check: Check, op: AnyOp, copy: AnyOp): boolean {
  try {
    check((output) => replaceOp(output, op, copy));
    return false;
  } catch {
    return true;
  }
}

/** What the rule says about each input, at the node of the samples that has most of them. */
function mostContributions(op: AnyOp): readonly Contribution[] {
  const all = checkedSamples(op).flatMap((sample) => nodesOf(op, sample).map(contributionsOf));
  return all.reduce((most, one) => (one.length > most.length ? one : most), []);
}

const differentiable = allOps.filter(({ derivative }) => derivative.kind !== "none");

describe.each(differentiable)("$name", (op) => {
  const checks = checksOf(op);
  const mutants = mutantsOf(op, mostContributions(op)).filter(
    ({ mode }) => mode === "reverse" || !withoutForwardMode.has(op),
  );

  test(`an unchanged copy of ${op.name} passes`, () => {
    expect(checks, "samples with a checked gradient").not.toEqual([]);
    for (const check of checks) check((output) => replaceOp(output, op, { ...op }));
  });

  for (const { title, op: mutant } of mutants) {
    test(`${title} is seen`, () => {
      expect(checks.some((check) => isSeen(check, op, mutant))).toBe(true);
    });
  }
});

test("only the contributions of an addition are the same, and only those of a scan are made one at a time, so that swapping them changes nothing", () => {
  const unchanged = differentiable.filter((op) => {
    const contributions = mostContributions(op).filter((contribution) => contribution !== null);
    return contributions.length > 1 && !firstTwoDiffer(contributions);
  });
  expect(unchanged.map(({ name }) => name)).toEqual(["add", "scan"]);
});
