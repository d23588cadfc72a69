import {
  abs,
  cast,
  constant,
  equal,
  less,
  mean,
  randomBernoulli,
  randomKey,
  randomNormal,
  sub,
  variance,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import { integers, reals, type ErrorCase, type OpCase, type Sample } from "@unfold/testkit";

/** Any two words. */
const KEY = integers([2], -(2 ** 31), 2 ** 31 - 1);
const zeroKey = (): IntNode => constant([0, 0], "i32");
/** The first number of key 0, by Random123's known answer 6b200159. */
const FIRST_UNIFORM = 0x6b2001 * 2 ** -24;

/** Enough for distributions to show. */
const COUNT = 10_000;

function samplesOf(shape: readonly number[]): Sample[] {
  const shown = `[${shape.join(", ")}]`;
  return [
    {
      title: `randomNormal of ${shown}`,
      inputs: { key: KEY },
      build: ({ key }) => randomNormal(key!, shape),
      type: `f32${shown}`,
      gradient: "none",
    },
    {
      title: `randomBernoulli of ${shown}`,
      inputs: { key: KEY },
      build: ({ key }) => randomBernoulli(key!, 0.5, shape),
      type: `bool${shown}`,
    },
  ];
}

/** Whether a scalar is within a distance of what is expected. */
const isNear = (x: FloatNode, expected: number, distance: number): FloatNode =>
  cast(less(abs(sub(x, expected)), distance), "f32");

const normals = (): FloatNode => randomNormal(randomKey(1, "normal"), [COUNT]);

function keyRefused(name: string, signature: string, build: (key: IntNode) => unknown, got: string): ErrorCase {
  return {
    title: `${name}: a key that is none`,
    build: () => build(constant([1], "i32")),
    code: "RANDOM_KEY",
    message: `${signature}: a key must be i32[2], and what is folded in i32[], got ${got}. Make a key with randomKey(seed).`,
  };
}

export const randomDistributionsCase: OpCase = {
  ops: [],
  samples: [
    ...[[], [3], [2, 0], [2, 3], [2, 1, 3], [2, 1, 2, 2]].flatMap(samplesOf),
    {
      title: "randomBernoulli with a probability per row",
      inputs: { key: KEY, probability: reals([2, 1], { min: 0, max: 1 }) },
      build: ({ key, probability }) => randomBernoulli(key!, probability!, [2, 3]),
      type: "bool[2, 3]",
    },
  ],
  values: [
    {
      title: "randomNormal: the same key gives the same numbers",
      build: () => equal(randomNormal(randomKey(7), [3]), randomNormal(randomKey(7), [3])),
      expected: [1, 1, 1],
    },
    {
      title: "randomNormal: the mean is 0 within 4 standard errors",
      build: () => isNear(mean(normals()), 0, 4 / Math.sqrt(COUNT)),
      expected: [1],
    },
    {
      title: "randomNormal: the variance is 1 within 4 standard errors",
      build: () => isNear(variance(normals()), 1, 4 * Math.sqrt(2 / COUNT)),
      expected: [1],
    },
    {
      title: "randomNormal: 68.27 % lie within 1 of 0, within 4 standard errors",
      build: () => isNear(mean(cast(less(abs(normals()), 1), "f32")), 0.6827, 4 * Math.sqrt((0.6827 * 0.3173) / COUNT)),
      expected: [1],
    },
    {
      title: "randomBernoulli: true where the uniform number is below the probability",
      build: () => randomBernoulli(zeroKey(), FIRST_UNIFORM + 2 ** -24, [1]),
      expected: [1],
      source: "Random123 (Salmon et al. 2011), kat_vectors: threefry2x32, 20 rounds, key 0, counter 0",
    },
    {
      title: "randomBernoulli: false where it is equal",
      build: () => randomBernoulli(zeroKey(), FIRST_UNIFORM, [1]),
      expected: [0],
      source: "Random123 (Salmon et al. 2011), kat_vectors: threefry2x32, 20 rounds, key 0, counter 0",
    },
    { title: "randomBernoulli: never", build: () => randomBernoulli(randomKey(1), 0, [4]), expected: [0, 0, 0, 0] },
    { title: "randomBernoulli: always", build: () => randomBernoulli(randomKey(1), 1, [4]), expected: [1, 1, 1, 1] },
    {
      title: "randomBernoulli: 30 % are true within 4 standard errors",
      build: () =>
        isNear(mean(cast(randomBernoulli(randomKey(2), 0.3, [COUNT]), "f32")), 0.3, 4 * Math.sqrt((0.3 * 0.7) / COUNT)),
      expected: [1],
    },
  ],
  errors: [
    keyRefused("randomNormal", "foldIn(key, data)", (key) => randomNormal(key, [2]), "key = i32[1] and data = i32[]"),
    keyRefused("randomBernoulli", "randomUniform(key)", (key) => randomBernoulli(key, 0.5, [2]), "key = i32[1]"),
    {
      title: "randomBernoulli: probabilities that do not fit the shape",
      build: () => randomBernoulli(zeroKey(), constant([0.1, 0.2, 0.3]), [2]),
      code: "SHAPE_BROADCAST",
      message:
        "less(a, b): the shapes must broadcast: aligned at the last axis, sizes must be equal or 1, got a = f32[2] and b = f32[3]: axis -1: 2 ≠ 3.",
    },
    {
      title: "randomNormal: a negative size",
      build: () => randomNormal(zeroKey(), [-1]),
      code: "SHAPE_EXTENT",
      message: "randomUniform(key, shape): every size of a shape must be a whole number ≥ 0, got [-1]: axis 0 is -1.",
    },
  ],
};
