import { constant, einsum, input } from "@unfold/core";
import { reals, type OpCase, type Sample } from "@unfold/testkit";

function sample(equation: string, shapes: readonly (readonly number[])[], type: string): Sample {
  const names = shapes.map((_, i) => `operand ${i}`);
  return {
    title: `einsum ${equation}`,
    inputs: Object.fromEntries(names.map((name, i) => [name, reals(shapes[i]!)])),
    build: (nodes) => einsum(equation, ...names.map((name) => nodes[name]!)),
    type,
  };
}

const matrix = [
  [1, 2],
  [3, 4],
];

export const einsumCase: OpCase = {
  ops: [],
  samples: [
    sample(
      "ij,jk->ik",
      [
        [2, 3],
        [3, 4],
      ],
      "f32[2, 4]",
    ),
    sample(
      "ij,jk",
      [
        [2, 3],
        [3, 4],
      ],
      "f32[2, 4]",
    ),
    sample("ba", [[2, 3]], "f32[3, 2]"),
    sample("i i -> i", [[3, 3]], "f32[3]"),
    sample("ii", [[3, 3]], "f32[]"),
    sample("iij->j", [[2, 2, 3]], "f32[3]"),
    sample(
      "bij,bjk->bik",
      [
        [2, 2, 3],
        [2, 3, 2],
      ],
      "f32[2, 2, 2]",
    ),
    sample("i,j->ij", [[2], [3]], "f32[2, 3]"),
    sample(
      "ij,ij->ij",
      [
        [2, 3],
        [2, 3],
      ],
      "f32[2, 3]",
    ),
    sample(
      "ij,kl->",
      [
        [2, 3],
        [2, 2],
      ],
      "f32[]",
    ),
    sample(
      "bn,anm,bm->ba",
      [
        [2, 3],
        [2, 3, 2],
        [2, 2],
      ],
      "f32[2, 2]",
    ),
    sample(",i->i", [[], [3]], "f32[3]"),
    sample(
      "ij,jk->ki",
      [
        [2, 0],
        [0, 3],
      ],
      "f32[3, 2]",
    ),
  ],
  values: [
    { title: "the trace of a matrix", build: () => einsum("ii", constant(matrix)), expected: [5] },
    { title: "a diagonal", build: () => einsum("ii->i", constant(matrix)), expected: [1, 4] },
    {
      title: "the implicit output is in alphabetical order",
      build: () => einsum("ba", constant(matrix)),
      expected: [1, 3, 2, 4],
    },
    {
      title: "capital letters come before small ones",
      build: () => einsum("aB", constant(matrix)),
      expected: [1, 3, 2, 4],
    },
    {
      title: "an inner product",
      build: () => einsum("i,i->", constant([1, 2, 3]), constant([4, 5, 6])),
      expected: [32],
    },
    {
      title: "an empty sum is 0",
      build: () => einsum("i,i->", constant([]), constant([])),
      expected: [0],
    },
  ],
  errors: [
    {
      title: "a letter with two sizes in two operands",
      build: () => einsum("ij,jk->ik", input("x", [2, 3]), input("W", [4, 5])),
      code: "EINSUM_SIZE",
      message:
        'einsum("ij,jk->ik"): all axes named j must have one size, got operand 0 = f32[2, 3] ("x") and operand 1 = f32[4, 5] ("W"): j = 3 ≠ 4.',
    },
    {
      title: "a letter with two sizes in one operand",
      build: () => einsum("ii", input("x", [2, 3])),
      code: "EINSUM_SIZE",
      message: 'einsum("ii"): all axes named i must have one size, got operand 0 = f32[2, 3] ("x"): i = 2 ≠ 3.',
    },
    {
      title: "a size of 1, which does not broadcast",
      build: () => einsum("i,i->i", input("x", [1]), input("y", [3])),
      code: "EINSUM_SIZE",
      message:
        'einsum("i,i->i"): all axes named i must have one size, got operand 0 = f32[1] ("x") and operand 1 = f32[3] ("y"): i = 1 ≠ 3.',
    },
    {
      title: "an ellipsis",
      build: () => einsum("...i->...", input("x", [2, 3])),
      code: "EINSUM_ELLIPSIS",
      message:
        'einsum("...i->..."): every axis must have a letter, got an ellipsis. Write a letter for each axis it stands for.',
    },
    {
      title: "a character that is no letter",
      build: () => einsum("i1->i", input("x", [2, 3])),
      code: "EINSUM_EQUATION",
      message:
        'einsum("i1->i"): the equation must be letters, a comma between operands and at most one "->" before the letters of the result, got "1". A matrix product is "ij,jk->ik".',
    },
    {
      title: "two arrows",
      build: () => einsum("i->i->i", input("x", [2])),
      code: "EINSUM_EQUATION",
      message:
        'einsum("i->i->i"): the equation must be letters, a comma between operands and at most one "->" before the letters of the result, got "i->i->i". A matrix product is "ij,jk->ik".',
    },
    {
      title: "an operand too few",
      build: () => einsum("ij,jk->ik", input("x", [2, 3])),
      code: "EINSUM_OPERANDS",
      message:
        'einsum("ij,jk->ik"): there must be one operand for each group of letters before the arrow, got 1 for 2.',
    },
    {
      title: "no operand",
      build: () => einsum(""),
      code: "EINSUM_OPERANDS",
      message: 'einsum(""): there must be one operand for each group of letters before the arrow, got 0 for 1.',
    },
    {
      title: "a letter too few",
      build: () => einsum("i->i", input("x", [2, 3])),
      code: "EINSUM_RANK",
      message:
        'einsum("i->i"): an operand must have one letter for each axis, got "i" for operand 0 = f32[2, 3] ("x").',
    },
    {
      title: "a letter of the result that no operand has",
      build: () => einsum("i->ij", input("x", [2])),
      code: "EINSUM_OUTPUT",
      message: 'einsum("i->ij"): every letter of the result must be one of an operand, got j.',
    },
    {
      title: "a letter of the result twice",
      build: () => einsum("i->ii", input("x", [2])),
      code: "EINSUM_OUTPUT",
      message: 'einsum("i->ii"): every letter of the result must be named once, got i twice.',
    },
    {
      title: "integers",
      build: () => einsum("i->", constant([1], "i32") as never),
      code: "DTYPE_NOT_ACCEPTED",
      message: 'einsum("i->"): the dtype must be f32, got operand 0 = i32[1]. Convert it: cast(node, "f32").',
    },
  ],
};
