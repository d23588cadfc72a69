import { constant, input, matmul, reshape } from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";
import { matmulOp } from "../../../src/ops/matmul.js";

function sample(
  title: string,
  a: readonly number[],
  b: readonly number[],
  type: string,
  options: Parameters<typeof matmul>[2] = {},
): Sample {
  return {
    title,
    inputs: { a: reals(a), b: reals(b) },
    build: (nodes) => matmul(nodes["a"]!, nodes["b"]!, options),
    type,
  };
}

export const matmulCase: OpCase = {
  ops: [matmulOp],
  samples: [
    sample("matrices", [2, 3], [3, 4], "f32[2, 4]"),
    sample("a transposed", [3, 2], [3, 4], "f32[2, 4]", { transposeA: true }),
    sample("b transposed", [2, 3], [4, 3], "f32[2, 4]", { transposeB: true }),
    sample("both transposed", [3, 2], [4, 3], "f32[2, 4]", { transposeA: true, transposeB: true }),
    sample("batched", [2, 2, 3], [2, 3, 2], "f32[2, 2, 2]"),
    sample("a batch of matrices times one", [2, 2, 3], [3, 2], "f32[2, 2, 2]"),
    sample("one matrix times a batch", [2, 3], [2, 3, 2], "f32[2, 2, 2]"),
    sample("a batch of transposed matrices times one", [2, 3, 2], [3, 2], "f32[2, 2, 2]", { transposeA: true }),
    sample("batches that broadcast", [2, 1, 2, 3], [3, 3, 2], "f32[2, 3, 2, 2]"),
    sample("a row", [3], [3, 2], "f32[2]"),
    sample("a column", [2, 3], [3], "f32[2]"),
    sample("an inner product", [3], [3], "f32[]"),
    sample("no rows", [0, 3], [3, 2], "f32[0, 2]"),
  ],
  values: [
    {
      title: "by hand",
      build: () =>
        matmul(
          constant([
            [1, 2],
            [3, 4],
          ]),
          constant([
            [5, 6],
            [7, 8],
          ]),
        ),
      expected: [19, 22, 43, 50],
    },
    {
      title: "an empty sum is 0",
      build: () => matmul(reshape(constant([]), [2, 0]), reshape(constant([]), [0, 1])),
      expected: [0, 0],
    },
    {
      title: "NaN spreads along its row, 0 · ∞ is NaN",
      build: () =>
        matmul(
          constant([
            [NaN, 0],
            [1, 0],
          ]),
          constant([[1], [Infinity]]),
        ),
      expected: [NaN, NaN],
    },
  ],
  errors: [
    {
      title: "contracted axes that differ",
      build: () => matmul(input("tokens", [32, 128]), input("decoder/W", [64, 256])),
      code: "SHAPE_CONTRACT",
      message:
        'matmul(a, b): the last axis of a must equal the second-to-last axis of b, got a = f32[32, 128] ("tokens") and b = f32[64, 256] ("decoder/W"): 128 ≠ 64.',
    },
    {
      title: "an operand that is meant transposed",
      build: () => matmul(input("x", [2, 3]), input("W", [4, 3])),
      code: "SHAPE_CONTRACT",
      message:
        'matmul(a, b): the last axis of a must equal the second-to-last axis of b, got a = f32[2, 3] ("x") and b = f32[4, 3] ("W"): 3 ≠ 4. Did you mean matmul(a, transpose(b))? That reads b as f32[3, 4].',
    },
    {
      title: "batches that do not broadcast",
      build: () => matmul(input("a", [2, 2, 3]), input("b", [3, 3, 2])),
      code: "SHAPE_BROADCAST",
      message:
        'matmul(a, b): the axes before the last two must broadcast, got a = f32[2, 2, 3] ("a") and b = f32[3, 3, 2] ("b"): [2] ≠ [3].',
    },
    {
      title: "a scalar",
      build: () => matmul(constant(1), input("b", [3, 2])),
      code: "MATMUL_RANK",
      message: 'matmul(a, b): both operands must have at least two axes, got a = f32[] and b = f32[3, 2] ("b").',
    },
  ],
};
