/** Values are compared as closely as the program lets anybody know them. */
import { input, mul, ndArray, sub, type FloatNode } from "@unfold/core";
import { expect, test } from "vitest";
import { findDifference } from "../../src/find-difference.js";

const x = input("x", [2]);
const values = { x: ndArray([1.5, 1.25]) };

/** What is found of a way to run that gives these elements. */
function differenceOf(output: FloatNode, elements: readonly number[]): Promise<string | undefined> {
  const program = { inputs: { x }, values, outputs: { output }, precision: "f32", tolerance: 1e-5 } as const;
  return findDifference(program, [{ name: "way", run: () => Promise.resolve({ output: elements }) }]);
}

test("a well-conditioned program: to the tolerance", async () => {
  const output = mul(x, 3);
  expect(await differenceOf(output, [4.5, 3.75])).toBeUndefined();
  expect(await differenceOf(output, [4.5, 3.7501])).toBe("way: output[1] is 3.7501, not 3.75");
  expect(await differenceOf(output, [4.5, NaN])).toBe("way: output[1] is NaN, not 3.75");
  expect(await differenceOf(output, [4.5])).toBe("way: output has 1 elements, not 2");
});

test("a program that the last digit of an input changes, even if the interpreter rounds nothing: less closely", async () => {
  const output = mul(sub(x, 1.5), 2 ** 20);
  const digit = 2 ** -23 * 2 ** 20;
  expect(await differenceOf(output, [4 * digit, -(2 ** 18)])).toBeUndefined();
  expect(await differenceOf(output, [40 * digit, -(2 ** 18)])).toBe("way: output[0] is 5, not 0");
});
