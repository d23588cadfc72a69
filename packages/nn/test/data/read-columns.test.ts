/** Rows that parsers made, as numbers: nothing becomes 0 or NaN unnoticed. */
import { Dataset, readColumns, Vocabulary, type ColumnChoice } from "@unfold/nn";
import { expectProblem } from "@unfold/testkit";
import fc from "fast-check";
import { expect, expectTypeOf, test } from "vitest";

test("texts of numbers are the numbers, in records and in lists", () => {
  const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(numbers, fc.boolean(), fc.nat(), (cells, isText, index) => {
      const [a, b, c] = isText ? cells.map((cell) => ` ${cell}`) : cells;
      const wanted = { x: [cells[2], cells[0]], y: cells[1] };
      // No text has a sign for 0.
      const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
      expect(plain(readColumns({ x: ["c", "a"], y: "b" })({ a, b, c }, index))).toEqual(plain(wanted));
      expect(plain(readColumns({ x: [2, 0], y: 1 })([a, b, c], index))).toEqual(plain(wanted));
    }),
  );
});

test("classes get their numbers from a vocabulary", async () => {
  const rows = Dataset.from([{ kind: "cat" }, { kind: "ape" }, { kind: "cow" }]);
  const vocabulary = Vocabulary.of(["ape", "cat"], { unknown: "?" });
  const examples = rows.map(readColumns({ label: { column: "kind", vocabulary } }));
  expect(await examples.toArray()).toEqual([{ label: 2 }, { label: 1 }, { label: 0 }]);
});

test("types say what examples have", () => {
  const read = readColumns({ x: ["a"], y: "b", z: { column: 0, vocabulary: new Vocabulary([]) } });
  expectTypeOf(read).returns.toEqualTypeOf<{ readonly x: number[]; readonly y: number; readonly z: number }>();
});

test.each([
  ["", '""'],
  [" ", '" "'],
  ["n/a", '"n/a"'],
  ["NaN", '"NaN"'],
  ["1,5", '"1,5"'],
  ["Infinity", '"Infinity"'],
  [NaN, "NaN"],
  [-Infinity, "-Infinity"],
  [null, "null"],
  [undefined, "undefined"],
  [true, "true"],
  [[], ""],
  ["x".repeat(100), `"${"x".repeat(39)}…`],
])("a cell of %j is refused with its row and column", (cell, got) => {
  const read = readColumns({ x: ["length", "width"] });
  expectProblem(() => read({ length: "1", width: cell }, 7), {
    name: "ValueError",
    code: "COLUMN_NUMBER",
    message: `readColumns(choices): column "width" of row 7: a cell must hold a finite number, got ${got}. Leave such rows out with filter, or replace what they hold with map, before they are read.`,
  });
});

const vocabulary = Vocabulary.of("ab");
const refused: readonly (readonly [string, ColumnChoice, unknown, string, string])[] = [
  [
    "a column that is not there",
    "widht",
    { length: 1, width: 2 },
    "COLUMN_MISSING",
    'column "widht" of row 0: rows must have all columns that are read, got "length", "width".',
  ],
  ["a column of no row", "toString", {}, "COLUMN_MISSING", 'column "toString" of row 0: rows must have all columns'],
  ["a column behind the last", 3, [1, 2, 3], "COLUMN_MISSING", "column 3 of row 0: rows must have all columns"],
  ["no row", "a", null, "COLUMN_MISSING", 'column "a" of row 0: rows must have all columns that are read, got null.'],
  [
    "a token that is not known",
    { column: "kind", vocabulary },
    { kind: "c" },
    "TOKEN_UNKNOWN",
    'column "kind" of row 0: a cell must hold a token of the vocabulary, got "c".',
  ],
];
test.each(refused)("%s is refused", (_, choice, row, code, message) => {
  const read = (): unknown => readColumns({ x: choice })(row, 0);
  expect(read).toThrow(expect.objectContaining({ name: "ValueError", code }));
  expect(read).toThrow(`readColumns(choices): ${message}`);
});

test("rows are counted from where they are read, whatever has been left out before", async () => {
  const rows = Dataset.from([{ x: "?" }, { x: "1" }, { x: "" }]).filter(({ x }) => x !== "?");
  await expect(rows.map(readColumns({ x: "x" })).toArray()).rejects.toThrow('column "x" of row 1');
});
