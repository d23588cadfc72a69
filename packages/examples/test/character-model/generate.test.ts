/** Writing text: the draw, and the generator against the Elman equations in plain numbers. */
import { createRuntime } from "@unfold/rnn";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createGenerator, draw, type Generator, type GenerateOptions } from "../../src/character-model/generate.js";
import { characterNetwork } from "../../src/character-model/network.js";
import { uniformStream } from "../../src/random.js";
import { plainElman, plainSoftmax } from "./plain-elman.js";

const uniform = fc.double({ min: 0, max: 1 - 2 ** -32, noNaN: true });

describe("draw", () => {
  const probabilities = fc
    .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 20 })
    .filter((weights) => weights.some((weight) => weight > 1e-9))
    .map((weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      // As a softmax at 32 bits hands them out: they add up to nearly 1.
      return Float32Array.from(weights, (weight) => weight / total);
    });

  test("never draws what has no probability, even where the probabilities add up to less than 1", () => {
    fc.assert(
      fc.property(probabilities, uniform, (shares, u) => {
        expect(shares[draw(shares, u)]).toBeGreaterThan(0);
      }),
    );
    expect(draw([0.5, 0.4999999, 0], 1 - 2 ** -32)).toBe(1);
    expect(draw([0, 1], 0)).toBe(1);
  });

  test("draws every class as often as its probability says", () => {
    fc.assert(
      fc.property(probabilities, (shares) => {
        const count = 1000;
        const drawn = Array.from({ length: count }, (_, i) => draw(shares, (i + 0.5) / count));
        // Each end of a share may cut off one of the evenly spaced numbers.
        shares.forEach((share, code) => {
          const times = drawn.filter((other) => other === code).length;
          expect(Math.abs(times - share * count)).toBeLessThanOrEqual(1 + 1e-3);
        });
      }),
    );
  });

  test("draws later classes for greater numbers", () => {
    fc.assert(
      fc.property(probabilities, uniform, uniform, (shares, a, b) => {
        expect(draw(shares, Math.min(a, b))).toBeLessThanOrEqual(draw(shares, Math.max(a, b)));
      }),
    );
  });
});

describe("a generator", () => {
  const characters = 6;
  const network = characterNetwork({ characters, units: 4, seed: 5 });
  const plain = plainElman(network);
  let generator: Generator;
  beforeAll(async () => {
    generator = await createGenerator(await createRuntime({ precision: "f64" }), network);
  });

  const options = fc.record({
    prime: fc
      .array(fc.nat({ max: characters - 1 }), { minLength: 1, maxLength: 8 })
      .map((codes) => Int32Array.from(codes)),
    count: fc.nat({ max: 30 }),
    temperature: fc.double({ min: 0.05, max: 20, noNaN: true }),
    seed: fc.nat(),
  });

  function naive({ prime, count, temperature, seed }: GenerateOptions): number[] {
    plain.reset();
    let logits: number[] = [];
    for (const code of prime) logits = plain.read(code);
    return Array.from({ length: count }, (_, i) => {
      const code = draw(plainSoftmax(logits.map((logit) => logit / temperature)), uniformStream(seed, "generate")(i));
      logits = plain.read(code);
      return code;
    });
  }

  test("writes what the equations write with the same random numbers", () => {
    fc.assert(
      fc.property(options, (wish) => {
        expect(generator.generate(wish)).toEqual(naive(wish));
      }),
    );
  });

  test("writes the same with the same seed, whatever it wrote before", () => {
    fc.assert(
      fc.property(options, options, (wish, other) => {
        const first = generator.generate(wish);
        generator.generate(other);
        expect(generator.generate(wish)).toEqual(first);
      }),
    );
  });

  test("writes something else with another seed", () => {
    const wish = { prime: Int32Array.of(0), count: 30, temperature: 1 };
    expect(generator.generate({ ...wish, seed: 1 })).not.toEqual(generator.generate({ ...wish, seed: 2 }));
  });

  test("writes the likeliest character at a low temperature, whatever the seed", () => {
    const wish = { prime: Int32Array.of(2, 4), count: 20, temperature: 1e-4 };
    const written = generator.generate({ ...wish, seed: 1 });
    plain.reset();
    plain.read(2);
    let logits = plain.read(4);
    for (const code of written) {
      expect(code).toBe(logits.indexOf(Math.max(...logits)));
      logits = plain.read(code);
    }
    expect(generator.generate({ ...wish, seed: 2 })).toEqual(written);
  });
});
