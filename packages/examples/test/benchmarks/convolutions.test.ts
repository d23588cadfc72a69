/** Image work that is timed: the network learns, and operations have the gradients they are timed for. */
import { createRuntime } from "@unfold/rnn";
import { expect, test } from "vitest";
import { modelOf } from "../../benchmarks/models/model-of.js";
import { prepare } from "../../benchmarks/steps/unfold.js";
import { CONVOLUTIONS, type ConvNetWorkload, type WindowWorkload } from "../../benchmarks/workloads/convolutions.js";
import { dataOf } from "../../benchmarks/workloads/data.js";

const nets = CONVOLUTIONS.filter((workload): workload is ConvNetWorkload => workload.kind === "conv-net");
const operations = CONVOLUTIONS.filter((workload): workload is WindowWorkload => workload.kind === "window");

test("the network learns its minibatch", async () => {
  const workload = { ...nets.find(({ isTrained }) => isTrained)!, batch: 6, learningRate: 0.01 };
  const run = await prepare(await createRuntime(), modelOf(workload), dataOf(workload));
  const first = run();
  let last = first;
  for (let i = 0; i < 60; i++) last = run();
  expect(first).toBeGreaterThan(1);
  expect(last).toBeLessThan(0.01);
});

test.each([...nets, ...operations])("$name: compiled code begins as the interpreter does", async (workload) => {
  const small: typeof workload =
    workload.kind === "window" ? { ...workload, shape: [2, ...workload.shape.slice(1)] } : { ...workload, batch: 2 };
  const [compiled, interpreted] = await Promise.all(
    ["auto", "interpreter"].map(async (backend) => {
      const runtime = await createRuntime({ backend: backend as "auto" | "interpreter" });
      return prepare(runtime, modelOf(small), dataOf(small));
    }),
  );
  const [found, wanted] = [compiled!(), interpreted!()];
  expect(Math.abs(found - wanted)).toBeLessThan(3e-6 * Math.max(1, Math.abs(wanted)));
  expect(wanted).not.toBe(0);
});

test.each(operations)("$name: a run writes the gradient by everything that is read, or nothing", (workload) => {
  const updates = modelOf(workload).updates();
  const factors = workload.operation === "convolution" ? 2 : 1;
  expect(updates.map(([leaf]) => leaf.shape)).toEqual(updates.map(([, slope]) => slope.shape));
  expect(updates).toHaveLength(workload.isDifferentiated ? factors : 0);
});
