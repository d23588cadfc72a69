/** Compiled scans and their gradients are those of the interpreter: plain, in segments, and in segments of segments. */
import {
  add,
  createRuntime,
  evaluateAll,
  gradient,
  scan,
  sin,
  stack,
  substitute,
  sum,
  tanh,
  type Checkpoint,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { randomScans, type RandomScan } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** f32 against f64: one rounding of 6e-8 per node, amplified by up to 15 steps of up to 8 operations and their derivatives. */
const TOLERANCE = 1e-3;

const cases = randomScans(5).chain((random) =>
  fc.tuple(fc.constant(random), fc.option(fc.integer({ min: 1, max: random.steps }).map((every) => ({ every })))),
);

/** Results and the gradient of a bounded loss. */
function withGradient(results: readonly FloatNode[], { variables }: RandomScan): Readonly<Record<string, Node>> {
  const loss = sum(stack(results.map((result) => sum(sin(result)))));
  return Object.fromEntries(
    [...results, ...gradient(loss, variables, { missing: "zero" })].map((node, i) => [`n${i}`, node]),
  );
}

async function expectCompiled(outputs: Readonly<Record<string, Node>>, { inputs, values }: RandomScan): Promise<void> {
  const expected = evaluateAll(outputs, values);
  for (const optimize of [true, false]) {
    const runtime = await createRuntime({ optimize });
    expect(runtime.report().backend).toContain("wasm");
    const found = (await runtime.compile({ inputs, outputs })).run(values);
    for (const [name, { data }] of Object.entries(expected)) {
      const scale = Math.max(1, ...Array.from(data, Math.abs));
      data.forEach((value, i) => {
        expect(Math.abs(found[name]!.data[i]! - value), `${name}[${i}]`).toBeLessThanOrEqual(TOLERANCE * scale);
      });
    }
  }
}

test("scans, plain or in segments", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ([random, checkpoint]) => {
      const results = checkpoint === null ? random.results : random.checkpointed(checkpoint);
      await expectCompiled(withGradient(results, random), random);
    }),
    { numRuns: 60 },
  );
});

test("scans inside the steps of scans, plain or in segments", async () => {
  await fc.assert(
    fc.asyncProperty(
      cases,
      fc.constantFrom<Checkpoint | undefined>(undefined, { every: 1 }, "sqrt"),
      async (inner, outer) => {
        const [random, checkpoint] = inner;
        const [first] = random.variables as [FloatNode];
        const results = checkpoint === null ? random.results : random.checkpointed(checkpoint);
        const { outputs, final } = scan({
          steps: 3,
          ...(outer !== undefined && { checkpoint: outer }),
          delays: { x: { initial: stack([first]) } },
          step: ({ delays: { x } }) => {
            const [total] = substitute(
              [sum(stack(results.map((result) => sum(sin(result)))))],
              new Map<Node, Node>([[first, x]]),
            );
            return { next: { x: tanh(add(x, sin(total as FloatNode))) }, outputs: { total: total as FloatNode } };
          },
        });
        await expectCompiled(withGradient([outputs.total, final.x], random), random);
      },
    ),
    { numRuns: 40 },
  );
});
