/** What a token is drawn from: probabilities of logits, made sharper or flatter, and cut down to the likeliest tokens. */
import {
  argsort,
  cast,
  checkKeys,
  constant,
  cumulativeSum,
  describe,
  div,
  equal,
  iota,
  less,
  max,
  mul,
  select,
  ShapeError,
  softmax,
  stopGradient,
  sub,
  sum,
  takeAlongAxis,
  ValueError,
  type FloatNode,
} from "@unfold/core";

/** Which tokens may be drawn, and how readily the unlikely ones are. */
export interface SamplingOptions {
  /**
   * τ, divides the logits; a number ≥ 0 or a node `[]`. 1 (default): as the network says. 0 is the limit: the largest
   * logit only, ties share equally.
   */
  readonly temperature?: FloatNode | number;
  /** k: only the k largest logits, of ties the first; a whole number ≥ 1. All unless given, or if k ≥ V. */
  readonly topK?: number;
  /**
   * p: only the nucleus, the fewest likeliest tokens that have probability p together, after `topK`; a number in (0, 1] or
   * a node `[]`. All unless given, or if p = 1.
   */
  readonly topP?: FloatNode | number;
}

/**
 * The probabilities that the next token is drawn with.
 *
 * p = softmax(logits / τ), set to 0 outside the k likeliest, then outside the nucleus of those, then scaled to sum up to 1.
 * Logits of -∞ have probability 0. Where a logit is NaN or ∞, or all are -∞, the probabilities are NaN, which
 * `categorical` and `drawCategorical` refuse.
 *
 * @shapes logits: f32[...S, V] -> f32[...S, V]
 * @throws ShapeError SAMPLING_SHAPE if logits have no last axis, or temperature or topP is a node with axes. ValueError SAMPLING_OPTION if an option is out of its range.
 * @example
 * const logits = constant([1, 3, 2]);
 * evaluate(tokenProbabilities(logits, { topK: 1 })).data; // → [0, 1, 0]
 * evaluate(tokenProbabilities(logits, { topP: 0.6 })).data; // → [0, 1, 0]
 * @source temperature: Ackley, Hinton & Sejnowski 1985; top-k: Fan, Lewis & Dauphin 2018, section 5.4; nucleus: Holtzman et al. 2020, "The curious case of neural text degeneration", equations 2 and 3
 */
export function tokenProbabilities(logits: FloatNode, options: SamplingOptions = {}): FloatNode {
  checkKeys("tokenProbabilities(logits, options)", "options", options, { temperature: true, topK: true, topP: true });
  checkOptions(logits, options);
  const { temperature = 1, topK = Infinity, topP = 1 } = options;
  const probabilities = atTemperature(logits, temperature);
  const classes = logits.shape.at(-1)!;
  return topK >= classes && topP === 1 ? probabilities : likeliest(probabilities, Math.min(topK, classes), topP);
}

function atTemperature(logits: FloatNode, temperature: FloatNode | number): FloatNode {
  if (temperature === 1) return softmax(logits);
  const shifted = sub(logits, stopGradient(max(logits, { axes: -1, keepDims: true })));
  if (temperature === 0) return scaled(cast(equal(shifted, 0), "f32"));
  // The largest logit stays 0 where the temperature is 0.
  return softmax(select(less(shifted, 0), div(shifted, temperature), shifted));
}

/** In sorted order it is the first ones that stay. */
function likeliest(probabilities: FloatNode, k: number, topP: FloatNode | number): FloatNode {
  const order = argsort(probabilities, -1, { descending: true });
  const sorted = takeAlongAxis(probabilities, order);
  const first = select(less(iota(probabilities.shape.at(-1)!), constant(k, "i32")), sorted, 0);
  const kept = topP === 1 ? first : nucleus(first, topP);
  return scaled(takeAlongAxis(kept, argsort(order)));
}

/** A token stays if those before it have less than p together. */
function nucleus(sorted: FloatNode, p: FloatNode | number): FloatNode {
  const before = cumulativeSum(sorted, -1, { exclusive: true });
  return select(less(before, mul(p, sum(sorted, { axes: -1, keepDims: true }))), sorted, 0);
}

function scaled(weights: FloatNode): FloatNode {
  return div(weights, sum(weights, { axes: -1, keepDims: true }));
}

function checkOptions(logits: FloatNode, { temperature, topK = Infinity, topP }: SamplingOptions): void {
  const where = "tokenProbabilities(logits, options)";
  if (logits.shape.length === 0 || logits.shape.at(-1) === 0) {
    const rule = "logits must have a last axis with at least one token";
    throw new ShapeError({ code: "SAMPLING_SHAPE", where, rule, got: describe(logits) });
  }
  checkOption(where, "temperature", temperature, "a finite number ≥ 0", (t) => t >= 0 && t < Infinity);
  checkOption(where, "topK", topK, "a whole number ≥ 1", (k) => k === Infinity || (Number.isInteger(k) && k >= 1));
  checkOption(where, "topP", topP, "in (0, 1]", (p) => p > 0 && p <= 1);
}

function checkOption(
  where: string,
  name: string,
  option: FloatNode | number | undefined,
  range: string,
  isIn: (value: number) => boolean,
): void {
  if (typeof option === "number" && !isIn(option)) {
    const problem = { code: "SAMPLING_OPTION", where, rule: `${name} must be ${range}`, got: String(option) };
    throw new ValueError(problem);
  }
  if (typeof option === "object" && option.shape.length > 0) {
    const problem = { code: "SAMPLING_SHAPE", where, rule: `${name} must be one number, f32[]`, got: describe(option) };
    throw new ShapeError(problem);
  }
}
