/** Einsum against a loop over every value of every letter, for random equations. */
import { einsum, evaluate, input, topologicalOrder, type NdArray } from "@unfold/core";
import { drawValue, reals } from "@unfold/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";

/** Sums of at most 3⁵ products of three numbers up to 2, in another order. */
const ATOL = 1e-11;

const LETTERS = ["a", "b", "C", "D", "e"];

interface Equation {
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
  readonly isImplicit: boolean;
  readonly sizes: Readonly<Record<string, number>>;
}

const equations: fc.Arbitrary<Equation> = fc
  .record({
    terms: fc.array(fc.array(fc.constantFrom(...LETTERS), { maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    order: fc.shuffledSubarray(LETTERS),
    isImplicit: fc.boolean(),
    sizes: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: LETTERS.length, maxLength: LETTERS.length }),
  })
  .map(({ terms, order, isImplicit, sizes }) => {
    const used = terms.flat();
    const once = used.filter((letter) => used.filter((other) => other === letter).length === 1);
    const output = isImplicit ? once.toSorted() : order.filter((letter) => used.includes(letter));
    return { terms, output, isImplicit, sizes: Object.fromEntries(LETTERS.map((letter, i) => [letter, sizes[i]!])) };
  });

/** Every assignment of a number to each letter. */
function* assignments(letters: readonly string[], sizes: Equation["sizes"]): Generator<Record<string, number>> {
  const [first, ...rest] = letters;
  if (first === undefined) {
    yield {};
    return;
  }
  for (let i = 0; i < sizes[first]!; i++)
    for (const others of assignments(rest, sizes)) yield { ...others, [first]: i };
}

/** Row-major position of the element that the assignment names. */
function position(letters: readonly string[], sizes: Equation["sizes"], at: Readonly<Record<string, number>>): number {
  return letters.reduce((index, letter) => index * sizes[letter]! + at[letter]!, 0);
}

function naive({ terms, output, sizes }: Equation, values: readonly NdArray[]): number[] {
  const result = new Array<number>(output.reduce((size, letter) => size * sizes[letter]!, 1)).fill(0);
  for (const at of assignments([...new Set(terms.flat())], sizes)) {
    result[position(output, sizes, at)]! += terms.reduce(
      (product, letters, i) => product * values[i]!.data[position(letters, sizes, at)]!,
      1,
    );
  }
  return result;
}

test("every equation gives the sum of products it names", () => {
  fc.assert(
    fc.property(equations, fc.nat({ max: 1_000_000 }), fc.constantFrom("", " "), (equation, seed, space) => {
      const { terms, output, isImplicit, sizes } = equation;
      const nodes = terms.map((letters, i) =>
        input(
          `${i}`,
          letters.map((letter) => sizes[letter]!),
        ),
      );
      const values = nodes.map(({ shape, label }) => drawValue(reals(shape), seed, label!));
      const left = terms.map((letters) => letters.join(space)).join(`${space},`);
      const result = einsum(isImplicit ? left : `${left}${space}->${output.join("")}`, ...nodes);
      expect(result.shape).toEqual(output.map((letter) => sizes[letter]!));
      const found = evaluate(result, Object.fromEntries(values.map((value, i) => [`${i}`, value]))).data;
      const expected = naive(equation, values);
      expect(found.length).toBe(expected.length);
      expected.forEach((element, i) => {
        expect(Math.abs(found[i]! - element)).toBeLessThanOrEqual(ATOL);
      });
    }),
    { numRuns: 300 },
  );
});

test.each([
  {
    equation: "ij,jk->ik",
    shapes: [
      [2, 3],
      [3, 4],
    ],
    expected: ["matmul"],
  },
  {
    equation: "ij,kj->ik",
    shapes: [
      [2, 3],
      [4, 3],
    ],
    expected: ["transpose", "matmul"],
  },
  {
    equation: "ij,jk,kl->il",
    shapes: [
      [2, 3],
      [3, 4],
      [4, 5],
    ],
    expected: ["matmul", "matmul"],
  },
  { equation: "i,i->i", shapes: [[2], [2]], expected: ["mul"] },
  { equation: "ij->ij", shapes: [[2, 3]], expected: [] },
  { equation: "ij,j->", shapes: [[2, 3], [3]], expected: ["sum", "reshape", "reshape", "matmul", "reshape"] },
])("$equation needs no more operations than $expected", ({ equation, shapes, expected }) => {
  const nodes = topologicalOrder([einsum(equation, ...shapes.map((shape, i) => input(`${i}`, shape)))]);
  expect(nodes.filter(({ op }) => op.kind !== "leaf").map(({ op }) => op.name)).toEqual(expected);
});
