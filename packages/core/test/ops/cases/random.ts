import {
  abs,
  concat,
  constant,
  equal,
  foldIn,
  less,
  mean,
  notEqual,
  randomBits,
  randomKey,
  randomUniform,
  reshape,
  slice,
  sub,
  type IntNode,
} from "@unfold/core";
import { integers, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";
import { foldInOp, randomBitsOp, randomUniformOp } from "../../../src/ops/random.js";

const RANDOM123 = "Random123 (Salmon et al. 2011), kat_vectors: threefry2x32, 20 rounds, key 0, counter 0";
/** 6b200159 99ba4efe as signed integers. */
const ZERO_WORDS = [0x6b200159 | 0, 0x99ba4efe | 0];

/** Any two words. */
const KEY = integers([2], -(2 ** 31), 2 ** 31 - 1);
const zeroKey = (): IntNode => constant([0, 0], "i32");

/** An odd number of elements uses half of its last block. */
const SHAPES = [[], [3], [2, 0], [2, 3], [2, 1, 3], [2, 1, 2, 2]];

function samplesOf(shape: readonly number[]): Sample[] {
  const shown = `[${shape.join(", ")}]`;
  return [
    {
      title: `randomBits of ${shown}`,
      inputs: { key: KEY },
      build: ({ key }) => randomBits(key!, shape),
      type: `i32${shown}`,
    },
    {
      title: `randomUniform of ${shown}`,
      inputs: { key: KEY },
      build: ({ key }) => randomUniform(key!, shape),
      type: `f32${shown}`,
      gradient: "none",
    },
  ];
}

function seedRefused(seed: number): ErrorCase {
  return {
    title: `randomKey: seed ${seed}`,
    build: () => randomKey(seed),
    code: "SEED_RANGE",
    message: `randomKey(seed, path): the seed must be a whole number in [0, 2^53), got ${seed}.`,
  };
}

function keyRefused(signature: string, got: string, build: () => unknown): ErrorCase {
  return {
    title: `${signature} of ${got}`,
    build,
    code: "RANDOM_KEY",
    message: `${signature}: a key must be i32[2], and what is folded in i32[], got ${got}. Make a key with randomKey(seed).`,
  };
}

export const randomCase: OpCase = {
  ops: [foldInOp, randomBitsOp, randomUniformOp],
  samples: [
    ...SHAPES.flatMap(samplesOf),
    {
      title: "foldIn of a number",
      inputs: { key: KEY },
      build: ({ key }) => foldIn(key!, 7),
      type: "i32[2]",
    },
    {
      title: "foldIn of a counter",
      inputs: { key: KEY, step: integers([], -9, 9) },
      build: ({ key, step }) => foldIn(key!, step!),
      type: "i32[2]",
    },
  ],
  values: [
    {
      title: "randomBits: the first block of key 0",
      build: () => randomBits(zeroKey(), [2]),
      expected: ZERO_WORDS,
      source: RANDOM123,
    },
    {
      title: "randomBits: a scalar is the first word",
      build: () => randomBits(zeroKey(), []),
      expected: ZERO_WORDS.slice(0, 1),
      source: RANDOM123,
    },
    {
      title: "randomUniform: the upper 24 bits of a word",
      build: () => randomUniform(zeroKey(), [2]),
      expected: [0x6b2001 * 2 ** -24, 0x99ba4e * 2 ** -24],
      source: RANDOM123,
    },
    { title: "foldIn: 0 into key 0", build: () => foldIn(zeroKey(), 0), expected: ZERO_WORDS, source: RANDOM123 },
    {
      title: "randomKey: seed 0 is the first block of key 0",
      build: () => randomKey(0),
      expected: ZERO_WORDS,
      source: RANDOM123,
    },
    {
      title: "randomBits: block i is what folding i in gives",
      build: () => {
        const key = randomKey(5);
        return equal(randomBits(key, [4]), concat([foldIn(key, 0), foldIn(key, 1)], 0));
      },
      expected: [1, 1, 1, 1],
    },
    {
      title: "randomBits: a longer result starts with a shorter one",
      build: () => equal(slice(randomBits(randomKey(5), [6]), { axis: 0, stop: 3 }), randomBits(randomKey(5), [3])),
      expected: [1, 1, 1],
    },
    {
      title: "randomBits: the shape does not change the numbers",
      build: () => equal(reshape(randomBits(randomKey(5), [2, 2]), [4]), randomBits(randomKey(5), [4])),
      expected: [1, 1, 1, 1],
    },
    {
      title: "randomUniform: the mean of 10000 numbers is ½ within 4 standard errors",
      build: () =>
        less(abs(sub(mean(randomUniform(randomKey(1, "uniform"), [10_000])), 0.5)), 4 * Math.sqrt(1 / 12 / 10_000)),
      expected: [1],
    },
    {
      title: "foldIn: one step later, another key",
      build: () => notEqual(foldIn(randomKey(1), -1), foldIn(randomKey(1), 1)),
      expected: [1, 1],
    },
    {
      title: "randomKey: another path, another key",
      build: () => notEqual(randomKey(1, "ab"), randomKey(1, "ba")),
      expected: [1, 1],
    },
    {
      title: "randomKey: all 53 bits of the seed count",
      build: () => notEqual(randomKey(1), randomKey(2 ** 52 + 1)),
      expected: [1, 1],
    },
  ],
  errors: [
    ...[-1, 1.5, 2 ** 53, NaN].map(seedRefused),
    keyRefused("randomUniform(key)", "key = i32[1]", () => randomUniform(constant([1], "i32"), [2])),
    keyRefused("randomBits(key)", "key = f32[2]", () => randomBits(constant([1, 2]) as never, [2])),
    keyRefused("foldIn(key, data)", "key = i32[3] and data = i32[]", () => foldIn(constant([1, 2, 3], "i32"), 1)),
    keyRefused("foldIn(key, data)", "key = i32[2] and data = i32[1]", () => foldIn(zeroKey(), constant([1], "i32"))),
    {
      title: "foldIn of a fraction",
      build: () => foldIn(zeroKey(), 1.5),
      code: "VALUE_DTYPE",
      message: "constant(value): i32 elements must be whole numbers in [-2^31, 2^31 - 1], got 1.5 at position 0.",
    },
    {
      title: "randomUniform of a negative size",
      build: () => randomUniform(zeroKey(), [2, -1]),
      code: "SHAPE_EXTENT",
      message:
        "randomUniform(key, shape): every size of a shape must be a whole number ≥ 0, got [2, -1]: axis 1 is -1.",
    },
    {
      title: "randomBits of a fractional size",
      build: () => randomBits(zeroKey(), [1.5]),
      code: "SHAPE_EXTENT",
      message: "randomBits(key, shape): every size of a shape must be a whole number ≥ 0, got [1.5]: axis 0 is 1.5.",
    },
  ],
};
