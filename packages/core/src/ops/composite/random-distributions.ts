/** Random numbers of other distributions, from uniform ones. */
import type { BoolNode, FloatNode, IntNode } from "../../graph/node.js";
import type { Shape } from "../../tensor/shape.js";
import { less } from "../comparisons.js";
import { log } from "../log.js";
import { mul } from "../mul.js";
import { foldIn, randomUniform } from "../random.js";
import { cos } from "../sin-cos.js";
import { sqrt } from "../sqrt.js";
import { sub } from "../sub.js";

/**
 * Random numbers of the normal distribution with mean 0 and variance 1.
 *
 * z = √(-2 ln u) cos(2π v), with u uniform in (0, 1] and v in [0, 1)
 *
 * @shapes key: i32[2] -> f32[...shape]
 * @throws ValueError RANDOM_KEY if the key is not i32[2].
 * @example
 * const z = randomNormal(randomKey(1), [10000]);
 * Math.abs(evaluate(mean(z)).item()) < 0.05; // → true
 * @source Box & Muller 1958, "A note on the generation of random normal deviates"
 */
export function randomNormal(key: IntNode, shape: Shape): FloatNode {
  const radius = sqrt(mul(-2, log(sub(1, randomUniform(foldIn(key, 0), shape)))));
  return mul(radius, cos(mul(2 * Math.PI, randomUniform(foldIn(key, 1), shape))));
}

/**
 * Truth values that are true with a given probability.
 *
 * @shapes key: i32[2], probability: f32[...S] -> bool[...shape]
 * @param probability - in [0, 1]; a number, or a node that broadcasts to shape
 * @throws ValueError RANDOM_KEY if the key is not i32[2].
 * @example
 * evaluate(randomBernoulli(randomKey(1), 1, [3])).data; // → [1, 1, 1]
 */
export function randomBernoulli(key: IntNode, probability: FloatNode | number, shape: Shape): BoolNode {
  return less(randomUniform(key, shape), probability);
}
