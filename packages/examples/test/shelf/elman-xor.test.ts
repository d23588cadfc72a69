/** The bits that Elman's network reads, and what it knows before it has learned anything. */
import { expect, test } from "vitest";
import { example } from "../../src/shelf/elman-xor/main.js";
import { runQuietly } from "../../src/shelf/run-quietly.js";
import { pieces, xorStream } from "../../src/shelf/elman-xor/xor-stream.js";

test("every third bit of the stream is the exclusive or of the two before it", () => {
  const stream = xorStream(3, "test", 300);
  const triples = Array.from({ length: 100 }, (_, i) => stream.slice(3 * i, 3 * i + 3));
  for (const [a, b, c] of triples) expect(c).toBe(a === b ? 0 : 1);
  expect(new Set(triples.map(String)).size).toBe(4);
});

test("pieces lie side by side, and what follows a bit is the next one", () => {
  const { bits, next } = pieces([0, 1, 2, 3, 4, 5, 6], 3, 2);
  expect([...bits]).toEqual([0, 3, 1, 4, 2, 5]);
  expect([...next]).toEqual([1, 4, 2, 5, 3, 6]);
});

test("an untrained network's error is the same everywhere", async () => {
  const { figures } = await runQuietly(example, { passes: 1 });
  const errors = figures["errorByPosition"] as number[];
  expect(errors).toHaveLength(12);
  expect(Math.min(...errors)).toBeGreaterThan(0.8 * Math.max(...errors));
});
