/** The epoch of real digits that is timed: what it reads, and that the network learns it. */
import { createRuntime } from "@unfold/rnn";
import { expect, test } from "vitest";
import { modelOf } from "../../benchmarks/models/model-of.js";
import { ourBackends } from "../../benchmarks/steps/backends.js";
import { prepare, unfoldOn } from "../../benchmarks/steps/unfold.js";
import { fittedDigits } from "../../benchmarks/training/fitted-digits.js";
import { dataOf } from "../../benchmarks/workloads/data.js";
import { readDigits } from "../../benchmarks/workloads/digits.js";
import { MNIST } from "../../benchmarks/workloads/mnist.js";

test("there are 10,000 images of gray points, of all digits in no order", () => {
  const { images, labels } = readDigits();
  expect(images.length).toBe(10_000 * 784);
  expect(images.every((point) => point >= 0 && point <= 1)).toBe(true);
  // As many as the package has of each, counted in its files.
  const counts = Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length);
  expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  expect(new Set(labels.subarray(0, 100)).size).toBe(10);
});

test("an image stays with its digit: ones have the least ink", () => {
  const { images, labels } = readDigits();
  const ink = new Float64Array(10);
  const counts = new Float64Array(10);
  labels.forEach((label, i) => {
    counts[label]! += 1;
    for (let point = 0; point < 784; point++) ink[label]! += images[784 * i + point]!;
  });
  const means = [...ink].map((sum, digit) => sum / counts[digit]!);
  expect(means.indexOf(Math.min(...means))).toBe(1);
  expect(means.indexOf(Math.max(...means))).toBe(0);
});

test("a run is one pass: compiled code gives the interpreter's mean loss, and the next pass a lower one", async () => {
  const workload = { ...MNIST, batch: 10, steps: 4 };
  const [compiled, interpreted] = await Promise.all(
    (["auto", "interpreter"] as const).map(async (backend) =>
      prepare(await createRuntime({ backend }), modelOf(workload), dataOf(workload)),
    ),
  );
  const first = compiled!();
  expect(Math.abs(first - interpreted!())).toBeLessThan(1e-5);
  expect(compiled!()).toBeLessThan(0.9 * first);
});

test("through a pipeline and `fit` the first pass has the same loss", async () => {
  const workload = { ...MNIST, batch: 10, steps: 4 };
  const [backend] = await ourBackends("auto");
  const byHand = await unfoldOn(backend, workload, dataOf(workload));
  const fitted = await fittedDigits(backend, workload, dataOf(workload));
  expect(Math.abs(fitted.first! - byHand.first!)).toBeLessThan(1e-5);
  expect(await fitted.slice(1)).toHaveLength(1);
});
