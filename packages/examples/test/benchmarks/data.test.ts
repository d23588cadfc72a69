/** The numbers that every implementation starts from. */
import { expect, test } from "vitest";
import { reorderGates } from "../../benchmarks/models/gate-order.js";
import { dataOf, type Tensor, type WorkloadData } from "../../benchmarks/workloads/data.js";
import { Draws } from "../../benchmarks/workloads/draws.js";
import { SMALL_WORKLOADS } from "./small-workloads.js";

test("the generator is x ← 1664525 x + 1013904223 modulo 2³², from 12345", () => {
  const draws = new Draws();
  const states = [1, 2, 3].map(() => draws.uniform() * 2 ** 32);
  // Worked out with whole numbers of any size.
  expect(states).toEqual([87628868, 71072467, 2332836374]);
});

test("normal numbers have the mean and deviation asked for; whole numbers stay below their bound", () => {
  const draws = new Draws();
  const normals = [...draws.normals(10_000, 2)];
  const mean = normals.reduce((total, value) => total + value, 0) / normals.length;
  const variance = normals.reduce((total, value) => total + (value - mean) ** 2, 0) / normals.length;
  // Four standard errors of a mean and of a variance over 10,000 numbers.
  expect(Math.abs(mean)).toBeLessThan(0.08);
  expect(Math.abs(variance - 4)).toBeLessThan(0.23);
  const integers = draws.integers(1000, 7);
  expect(new Set(integers)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

test.each(SMALL_WORKLOADS)("$name: data are the same every time, and fit", (workload) => {
  const [first, second] = [tensorsOf(dataOf(workload)), tensorsOf(dataOf(workload))];
  first.forEach(({ shape, data }, i) => {
    expect(data).toHaveLength(shape.reduce((product, extent) => product * extent, 1));
    expect(data.every((value, j) => value === second[i]!.data[j])).toBe(true);
  });
});

function tensorsOf({ weights, x, y }: WorkloadData): Tensor[] {
  return [...Object.values(weights), ...[x, y].filter((tensor) => tensor !== undefined)];
}

test("gates side by side are put into another order", () => {
  const twoRows = { shape: [2, 4], data: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]) };
  expect([...reorderGates(twoRows, [1, 0])]).toEqual([3, 4, 1, 2, 7, 8, 5, 6]);
  expect([...reorderGates(twoRows, [0, 1, 3, 2])]).toEqual([1, 2, 4, 3, 5, 6, 8, 7]);
});
