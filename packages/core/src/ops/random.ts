/** Random bits and uniform numbers from an explicit key: the same key gives the same numbers, on every backend, in any order. */
import { ValueError } from "../errors.js";
import { apply } from "../graph/apply.js";
import type { KernelEmitter, Lane, LoopEmitter, Position } from "../graph/emitter.js";
import { constant } from "../graph/leaves.js";
import type { FloatNode, IntNode } from "../graph/node.js";
import { signature, type GeneralOp, type TypeContext } from "../graph/op.js";
import { describeInputs } from "../graph/type-rules.js";
import { keyFrom, threefry2x32, unitInterval } from "../random/threefry.js";
import { checkShape, sizeOf, type Shape } from "../tensor/shape.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { TensorType } from "../tensor/tensor-type.js";
import { threefryLane, type LanePair } from "./lanes/threefry-lane.js";
import { asNode } from "./rules/elementwise.js";

type Shaped = Readonly<{ shape: Shape }>;

export const randomBitsOp: GeneralOp<"i32", [IntNode], Shaped> = {
  name: "randomBits",
  kind: "general",
  parameters: ["key"],
  inferType: (context) => {
    checkKey(context);
    return { dtype: "i32", shape: checkShape("randomBits(key, shape)", context.attrs.shape) };
  },
  reference: ([key], output) => {
    fillWords(key, output, (word) => word);
  },
  emit: (e, { output }) => {
    emitWords(e, output, (_, word) => word);
  },
  derivative: { kind: "none" },
  doc: {
    formula: "randomBits(key)[i] = word i mod 2 of threefry2x32(key, (0, floor(i / 2)))",
    source: "Salmon et al. 2011",
  },
};

export const randomUniformOp: GeneralOp<"f32", [IntNode], Shaped> = {
  name: "randomUniform",
  kind: "general",
  parameters: ["key"],
  inferType: (context) => {
    checkKey(context);
    return { dtype: "f32", shape: checkShape("randomUniform(key, shape)", context.attrs.shape) };
  },
  reference: ([key], output) => {
    fillWords(key, output, unitInterval);
  },
  emit: (e, { output }) => {
    emitWords(e, output, (body, word) =>
      body.mul(body.toFloat(body.shiftRightUnsigned(word, 8)), body.constant(2 ** -24, "f32")),
    );
  },
  derivative: { kind: "none" },
  doc: { formula: "randomUniform(key)[i] = floor(bits_i / 2^8) / 2^24", source: "Salmon et al. 2011" },
};

export const foldInOp: GeneralOp<"i32", [IntNode, IntNode]> = {
  name: "foldIn",
  kind: "general",
  parameters: ["key", "data"],
  inferType: (context) => {
    checkKey(context);
    return { dtype: "i32", shape: [2] };
  },
  reference: ([key, data], output) => {
    output.data.set(threefry2x32([key.data[0]!, key.data[1]!], [0, data.data[0]!]));
  },
  emit: (e) => {
    e.loop([1], (body) => {
      const data = body.load(1, FIRST);
      const [first, second] = threefryLane(body, loadKey(body), [body.constant(0, "i32"), data]);
      body.store(FIRST, first);
      body.store(SECOND, second);
    });
  },
  derivative: { kind: "none" },
  doc: { formula: "foldIn(key, d) = threefry2x32(key, (0, d))", source: "Salmon et al. 2011" },
};

function checkKey({ op, inputs }: TypeContext): void {
  const [key, data] = inputs;
  const isKey = key!.dtype === "i32" && key!.shape.length === 1 && key!.shape[0] === 2;
  const isData = data === undefined || (data.dtype === "i32" && data.shape.length === 0);
  if (isKey && isData) return;
  throw new ValueError({
    code: "RANDOM_KEY",
    where: signature(op),
    rule: "a key must be i32[2], and what is folded in i32[]",
    got: describeInputs(op, inputs),
    fix: "Make a key with randomKey(seed)",
  });
}

function fillWords(key: NdArray, output: NdArray, convert: (word: number) => number): void {
  const words = [key.data[0]!, key.data[1]!] as const;
  for (let i = 0; i < output.data.length; i += 2) {
    const [first, second] = threefry2x32(words, [0, i >>> 1]);
    output.data[i] = convert(first);
    if (i + 1 < output.data.length) output.data[i + 1] = convert(second);
  }
}

const FIRST: Position = { constant: 0, strides: [0] };
const SECOND: Position = { constant: 1, strides: [0] };

function loadKey(e: LoopEmitter): LanePair {
  return [e.load(0, FIRST), e.load(0, SECOND)];
}

/** Each element by itself: a word too many is computed, but elements lie side by side. */
function emitWords(e: KernelEmitter, { shape }: TensorType, convert: (body: LoopEmitter, word: Lane) => Lane): void {
  e.loop([sizeOf(shape)], (body) => {
    const index = body.index(0);
    const [zero, one] = [body.constant(0, "i32"), body.constant(1, "i32")];
    const [first, second] = threefryLane(body, loadKey(body), [zero, body.shiftRightUnsigned(index, 1)]);
    const word = body.select(body.equal(body.and(index, one), zero), first, second);
    body.store({ constant: 0, strides: [1] }, convert(body, word));
  });
}

/**
 * A key for random numbers.
 *
 * @shapes -> i32[2]
 * @param seed - a whole number in [0, 2^53); the same seed gives the same numbers
 * @param path - what the numbers are for, so that two uses of one seed differ: `encoder/dropout`
 * @throws ValueError SEED_RANGE if the seed is not a whole number in [0, 2^53).
 * @example
 * evaluate(randomUniform(randomKey(1), [2])).shape; // → [2]
 */
export function randomKey(seed: number, path = ""): IntNode {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new ValueError({
      code: "SEED_RANGE",
      where: "randomKey(seed, path)",
      rule: "the seed must be a whole number in [0, 2^53)",
      got: String(seed),
    });
  }
  return constant([...keyFrom(seed, path)], "i32");
}

/**
 * A new key from a key and a number: one per step, per layer, per anything.
 *
 * @shapes key: i32[2], data: i32[] -> i32[2]
 * @param data - a whole number, or a node such as a step counter
 * @throws ValueError RANDOM_KEY if the key is not i32[2] or the data not i32[].
 * @example
 * const [first, second] = [1, 2].map((step) => foldIn(randomKey(1), step));
 * evaluate(equal(randomUniform(first, []), randomUniform(second, []))).item(); // → 0
 */
export function foldIn(key: IntNode, data: IntNode | number): IntNode {
  return apply(foldInOp, [key, asNode(data, "i32")], {});
}

/**
 * Random 32-bit integers, all equally likely.
 *
 * @shapes key: i32[2] -> i32[...shape]
 * @throws ValueError RANDOM_KEY if the key is not i32[2].
 * @example
 * evaluate(randomBits(randomKey(1), [2, 3])).shape; // → [2, 3]
 */
export function randomBits(key: IntNode, shape: Shape): IntNode {
  return apply(randomBitsOp, [key], { shape: [...shape] });
}

/**
 * Random numbers, uniform in [0, 1): multiples of 2^-24. No derivative flows to the key.
 *
 * @shapes key: i32[2] -> f32[...shape]
 * @throws ValueError RANDOM_KEY if the key is not i32[2].
 * @example
 * evaluate(randomUniform(randomKey(1), [9])).data.every((value) => value >= 0 && value < 1); // → true
 */
export function randomUniform(key: IntNode, shape: Shape): FloatNode {
  return apply(randomUniformOp, [key], { shape: [...shape] });
}
