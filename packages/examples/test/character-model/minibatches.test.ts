/** Which sequences come at which step. */
import { ValueError } from "@unfold/rnn";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minibatches, type Minibatch } from "../../src/character-model/minibatches.js";

/** A text in which every character is another one, so that a minibatch shows where it was cut from. */
const countingText = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);

const settings = fc
  .record({
    length: fc.integer({ min: 1, max: 12 }),
    batch: fc.integer({ min: 1, max: 9 }),
    seed: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    more: fc.nat({ max: 150 }),
  })
  .map(({ more, ...options }) => ({ ...options, text: countingText(options.length + 1 + more) }));

const copy = ({ characters, next }: Minibatch): Minibatch => ({ characters: characters.slice(), next: next.slice() });

describe("minibatches", () => {
  test("hold whole sequences, time-major, each character beside the one that follows it", () => {
    fc.assert(
      fc.property(settings, fc.nat({ max: 1e6 }), ({ text, ...options }, step) => {
        const { length, batch } = options;
        const { characters, next } = minibatches(text, options)(step);
        expect(characters).toHaveLength(length * batch);
        for (let b = 0; b < batch; b++) {
          const start = characters[b]!;
          expect(start % length).toBe(0);
          for (let t = 0; t < length; t++) {
            expect(characters[t * batch + b]).toBe(start + t);
            expect(next[t * batch + b]).toBe(start + t + 1);
          }
        }
      }),
    );
  });

  test("visit every sequence once per epoch", () => {
    fc.assert(
      fc.property(settings, fc.nat({ max: 3 }), ({ text, ...options }, epoch) => {
        const sequences = Math.floor((text.length - 1) / options.length);
        const minibatchOf = minibatches(text, options);
        const steps = Math.ceil(((epoch + 1) * sequences) / options.batch);
        const visits = Array.from({ length: steps }, (_, step) => {
          return [...minibatchOf(step).characters.subarray(0, options.batch)];
        }).flat();
        const inEpoch = visits.slice(epoch * sequences, (epoch + 1) * sequences).sort((a, b) => a - b);
        expect(inEpoch).toEqual(Array.from({ length: sequences }, (_, i) => i * options.length));
      }),
    );
  });

  test("depend on the seed and the step alone, not on the steps asked for before", () => {
    fc.assert(
      fc.property(settings, fc.array(fc.nat({ max: 500 }), { minLength: 1 }), ({ text, ...options }, steps) => {
        const used = minibatches(text, options);
        for (const step of steps) expect(copy(used(step))).toEqual(copy(minibatches(text, options)(step)));
      }),
    );
  });

  test("come in another order with another seed, and in every epoch", () => {
    const sequences = 50;
    const text = countingText(sequences * 2 + 1);
    const orderOf = (seed: number, epoch: number): number[] => [
      ...minibatches(text, { length: 2, batch: sequences, seed })(epoch).characters.subarray(0, sequences),
    ];
    expect(orderOf(2, 0)).not.toEqual(orderOf(1, 0));
    expect(orderOf(1, 1)).not.toEqual(orderOf(1, 0));
  });

  test("reach the last sequence that has a character after it", () => {
    const startsIn = (characters: number): Set<number> => {
      const minibatchOf = minibatches(countingText(characters), { length: 3, batch: 1, seed: 1 });
      return new Set([0, 1, 2, 3].map((step) => minibatchOf(step).characters[0]!));
    };
    expect(startsIn(7)).toEqual(new Set([0, 3]));
    expect(startsIn(6)).toEqual(new Set([0]));
  });

  test("refuse a text without a single sequence", () => {
    expect(() => minibatches(countingText(3), { length: 3, batch: 1, seed: 1 })).toThrow(ValueError);
    expect(() => minibatches(countingText(3), { length: 3, batch: 1, seed: 1 })).toThrow(
      "minibatches(text, { length }): the text must have at least length + 1 = 4 characters, got 3. Use a smaller --length.",
    );
  });
});
