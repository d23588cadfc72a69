/** Every sample of every op, once per step and for all steps at once. */
import { input, scan, topologicalOrder, type NdArray, type Node } from "@unfold/core";
import { drawValue, type Sample } from "@unfold/testkit";
import { describe, expect, test } from "vitest";
import { hoistFromScan } from "../../../src/passes/scan/hoist-from-scan.js";
import { opCases } from "../../ops/cases/index.js";
import { expectPass } from "./near-values.js";

const STEPS = 3;

/** Ops of which T cannot be one: what they do goes by a number that differs from step to step, or nobody has said how. */
const UNBATCHED = ["foldIn", "randomBits", "randomUniform", "scan"];

/** What is left inside of a scan whose step is the sample; those inputs are sequences that the mask names. */
function hoistSample({ inputs, build }: Sample, mask: number): readonly Node[] {
  const values: Record<string, NdArray> = {};
  const sequences: Record<string, Node> = {};
  const fixed: Record<string, Node> = {};
  Object.entries(inputs).forEach(([name, spec], i) => {
    const isSequence = (mask >> i) % 2 === 1;
    const shape = isSequence ? [STEPS, ...spec.shape] : spec.shape;
    // Nothing is differentiated, so ties do no harm.
    const whole = { ...spec, shape, distinct: false };
    values[name] = drawValue(whole, 1, name);
    (isSequence ? sequences : fixed)[name] = input(name, whole.shape, whole.dtype);
  });
  const { outputs } = scan({
    steps: STEPS,
    sequences,
    step: (read) => ({
      next: {},
      outputs: { y: build({ ...fixed, ...read.sequences } as Record<string, Node<never>>) },
    }),
  });
  return topologicalOrder(expectPass(hoistFromScan, [outputs.y], values));
}

const cases = Object.entries(opCases).map(([name, { samples }]) => ({
  name,
  samples: samples.filter(({ inputs }) => Object.keys(inputs).length > 0),
}));

describe.each(cases.filter(({ samples }) => samples.length > 0))("$name:", ({ samples }) => {
  test.each(samples)("$title is the same for all steps at once", (sample) => {
    const count = Object.keys(sample.inputs).length;
    for (let mask = 1; mask < 2 ** count; mask++) {
      for (const { op, attrs } of hoistSample(sample, mask)) {
        if (op.kind !== "scan") continue;
        const body = attrs["body"] as { results: readonly { node: Node }[] };
        const inside = topologicalOrder(body.results.map(({ node }) => node)).map((node) => node.op.name);
        expect(inside.some((name) => UNBATCHED.includes(name)) || isTwofoldIndex(inside), inside.join()).toBe(true);
      }
    }
  });
});

/** Tables and indices that both differ from step to step. */
function isTwofoldIndex(inside: readonly string[]): boolean {
  return inside.includes("gather") || inside.includes("scatter");
}
