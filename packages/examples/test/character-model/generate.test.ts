/** Writing text: the generator against the Elman equations in plain numbers. */
import { createRuntime, drawCategorical, uniformStream } from "@unfold/rnn";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createGenerator, type Generator, type GenerateOptions } from "../../src/character-model/generate.js";
import { characterNetwork } from "../../src/character-model/network.js";
import { plainElman, plainSoftmax } from "./plain-elman.js";

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
      const code = drawCategorical(
        plainSoftmax(logits.map((logit) => logit / temperature)),
        uniformStream(seed, "generate")(i),
      );
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
