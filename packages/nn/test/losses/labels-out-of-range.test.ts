/** A label that is no class stops every loss and every metric of classes in its own name, whatever runs it. */
import {
  createRuntime,
  gradient,
  input,
  type BackendName,
  type BoolNode,
  type FloatNode,
  type NodeRecord,
} from "@unfold/core";
import {
  accuracy,
  bitsPerCharacter,
  confusionMatrix,
  f1Score,
  perplexity,
  topKAccuracy,
  type Metric,
} from "@unfold/nn";
import { describe, expect, test } from "vitest";
import { lossCases } from "./loss-table.js";

const [T, B, V] = [2, 3, 3];
const scores = input("scores", [T, B, V]);
const labels = input("labels", [T, B], "i32");
const mask = input("mask", [T, B], "bool");

interface OfLabels {
  readonly name: string;
  readonly where: string;
  readonly outputs: (mask?: BoolNode) => NodeRecord;
}

const losses = lossCases
  .filter(({ inputs }) => "labels" in inputs)
  .map(({ name, build }): OfLabels => ({
    name,
    where: name.replace(/,.*/, ""),
    outputs: (counted) => {
      const loss = build([scores as never, labels as never], counted === undefined ? {} : { mask: counted });
      return { loss, gradient: gradient(loss, [scores])[0] };
    },
  }));

type ClassMetric = (logits: FloatNode, counted: FloatNode | BoolNode | undefined) => Metric<unknown>;
const ofClasses: Readonly<Record<string, readonly [where: string, metric: ClassMetric]>> = {
  accuracy: ["accuracy", (logits, counted) => accuracy(logits, labels, counted)],
  topKAccuracy: ["topKAccuracy", (logits, counted) => topKAccuracy(logits, labels, 2, counted)],
  confusionMatrix: ["confusionMatrix", (logits, counted) => confusionMatrix(logits, labels, counted as FloatNode)],
  f1Score: ["f1Score", (logits, counted) => f1Score(logits, labels, "macro", counted as FloatNode)],
  perplexity: ["crossEntropy", (logits, counted) => perplexity(logits, labels, counted)],
  bitsPerCharacter: ["crossEntropy", (logits, counted) => bitsPerCharacter(logits, labels, counted)],
};
const takesNumbers = new Set(["confusionMatrix", "f1Score"]);
const floatMask = input("mask", [T, B]);
const metrics = Object.entries(ofClasses).map(([name, [where, metric]]): OfLabels => ({
  name,
  where,
  outputs: (counted) => metric(scores, counted && takesNumbers.has(name) ? floatMask : counted).sums,
}));

const BACKENDS: readonly BackendName[] = ["interpreter", "wasm-scalar", "wasm-simd"];
const good = { scores: Array.from({ length: T * B * V }, (_, i) => (i * 7) % 5), labels: [0, 1, 2, 2, 1, 0] };

async function runOf(
  backend: BackendName,
  inputs: NodeRecord,
  outputs: NodeRecord,
): Promise<(values: object) => unknown> {
  const { run } = await (await createRuntime({ backend })).compile({ inputs, outputs });
  return (values) => run(values as never);
}

/** The error of a label, in the name of what reads it. */
function refusal(got: string, where: string): unknown {
  const site = String.raw`\(.* built at .*\.ts:\d+:\d+`;
  const rule = `: every label must be in [0, 2], got ${got}. Leave out what does not count with a mask, or make room for more classes.`;
  return expect.objectContaining({
    code: "INDEX_RANGE",
    message: expect.stringMatching(`^${where}${site}${rule.replace(/[[\].]/g, String.raw`\$&`)}$`) as string,
  });
}

describe.each([...losses, ...metrics])("$name", ({ name, where, outputs }) => {
  test.each(BACKENDS)("says who was given which label, and where it stands, on %s", async (backend) => {
    const run = await runOf(backend, { scores, labels }, outputs());
    run(good);
    for (const [label, place] of [
      [V, 4],
      [-1, 0],
      [-100, 5],
    ] as const) {
      expect(() => run({ ...good, labels: good.labels.with(place, label) })).toThrow(
        refusal(`${label} at [${Math.floor(place / B)}, ${place % B}]`, where),
      );
    }
  });

  test("a masked label may be any number", async () => {
    const node = takesNumbers.has(name) ? floatMask : mask;
    const run = await runOf("wasm-simd", { scores, labels, mask: node }, outputs(mask));
    const counted = [1, 1, 0, 1, 1, 0].map((flag) => (node === mask ? flag === 1 : flag));
    run({ ...good, labels: [0, 1, -100, 2, 1, 99], mask: counted });
    expect(() => run({ ...good, labels: [0, 7, -100, 2, 1, 99], mask: counted })).toThrow(
      refusal("7 at [0, 1]", where),
    );
  });
});
