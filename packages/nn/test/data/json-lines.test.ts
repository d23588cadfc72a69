/** JSON Lines. */
import { Dataset, jsonLines } from "@unfold/nn";
import fc from "fast-check";
import { expect, test } from "vitest";

test("values come back in order, whatever is between them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom("\n", "\r\n", "\n\n"), async (values, end) => {
      const lines = values.map((value) => JSON.stringify(value) + end).join("");
      for (const source of [lines, lines.split("\n")]) {
        const read = await Dataset.from(() => jsonLines(source)).toArray();
        expect(read).toEqual(JSON.parse(JSON.stringify(values)));
      }
    }),
  );
});

test.each([
  ["{", 'line 3: every line must be one JSON value, got "{".'],
  ["1 2", 'line 3: every line must be one JSON value, got "1 2".'],
  [`[${"0".repeat(99)}`, `line 3: every line must be one JSON value, got "[${"0".repeat(59)}…".`],
])("%s is refused by its number", async (line, message) => {
  await expect(Dataset.from(() => jsonLines(["1", "", line])).toArray()).rejects.toThrow(
    `jsonLines(lines): ${message}`,
  );
});
