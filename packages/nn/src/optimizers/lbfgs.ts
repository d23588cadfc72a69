/** L-BFGS: steps along an estimate of Newton's direction, from the last m changes of the gradient. */
import {
  abs,
  add,
  checkKeys,
  concat,
  div,
  greater,
  maximum,
  mul,
  neg,
  reshape,
  select,
  sizeOf,
  slice,
  sub,
  sum,
  type BoolNode,
  type FloatNode,
  type Update,
} from "@unfold/core";
import { rateOf, type LearningRate } from "../schedules/learning-rate.js";
import { checkSettings, COUNT, POSITIVE } from "../settings/check-setting.js";
import { makeOptimizer, type Optimizer } from "./optimizer.js";
import { stateLeaves } from "./state-leaves.js";

/** Settings of L-BFGS. */
export interface LbfgsOptions {
  /** Prefix of the paths of its state; two in one runtime need two names. Default "lbfgs". */
  readonly name?: string;
  /** η, the length of a step along the direction, > 0. Default 1. */
  readonly learningRate?: LearningRate;
  /** m, changes that are remembered, ≥ 1. Default 10. */
  readonly history?: number;
}

/** A step and the change of the gradient along it. */
interface Change {
  readonly step: FloatNode;
  readonly change: FloatNode;
  /** change · step: the curvature; 0 where nothing is remembered yet. */
  readonly curvature: FloatNode;
}

/** A change with less curvature than this is not remembered. */
const SMALLEST_CURVATURE = 1e-10;

/**
 * L-BFGS with one evaluation of the loss per step and without line search, as PyTorch's with `max_iter` 1. The loss must
 * be that of the whole data: between minibatches the gradient changes for other reasons than curvature.
 *
 * w ← w - η H g, H from the last m pairs (s, y), s = w_t - w_{t-1}, y = g_t - g_{t-1}; the first step is min(1, 1 / ‖g‖₁) η g
 *
 * @throws ValueError SETTING_RANGE if a setting is outside its range.
 * @example
 * const w = param("w", [4, -2]);
 * const runtime = await createRuntime();
 * const loss = sum(mul(constant([1, 3]), square(w)));
 * const step = await runtime.compile({ updates: lbfgs().minimize(loss) });
 * for (let i = 0; i < 8; i++) step.run({});
 * Math.max(...runtime.read(w).data.map(Math.abs)) < 1e-4; // → true
 * @source Liu & Nocedal 1989, "On the limited memory BFGS method for large scale optimization", algorithm 2.1; first step and safeguard: PyTorch
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer {
  checkKeys("lbfgs(options)", "options", options, { name: true, learningRate: true, history: true });
  const { name = "lbfgs", learningRate = 1, history = 10 } = options;
  checkSettings("lbfgs(options)", {
    ...(typeof learningRate !== "function" && { learningRate: [learningRate, POSITIVE] }),
    history: [history, COUNT],
  });
  const stateLeaf = stateLeaves(name);
  const done = stateLeaf("step", []);
  const rate = rateOf(learningRate, done);
  return makeOptimizer((parameters, gradients) => {
    const g = concat(
      gradients.map((gradient) => reshape(gradient, [sizeOf(gradient.shape)])),
      0,
    );
    const size = g.shape[0]!;
    const [lastGradient, lastStep] = [stateLeaf("gradient", [size]), stateLeaf("lastStep", [size])];
    const scale = stateLeaf("scale", [], 1);

    const newest = changeOf(lastStep, sub(g, lastGradient));
    const isCurved = greater(newest.curvature, SMALLEST_CURVATURE);
    const leaves = Array.from({ length: history }, (_, i) => ({
      step: stateLeaf(`steps/${i}`, [size]),
      change: stateLeaf(`changes/${i}`, [size]),
      curvature: stateLeaf(`curvatures/${i}`, []),
    }));
    // The newest change comes last; an old one is forgotten for each that is remembered.
    const remembered = leaves.map((leaf, i) => chosen(isCurved, leaves[i + 1] ?? newest, leaf));
    const nextScale = select(isCurved, div(newest.curvature, safe(isCurved, dot(newest.change, newest.change))), scale);

    const direction = directionOf(g, remembered, nextScale);
    const isLater = greater(done, 0);
    const length = select(isLater, 1, div(1, maximum(sum(abs(g)), 1)));
    const step = mul(mul(rate, length), direction);
    return [
      [done, add(done, 1)],
      [lastGradient, g],
      [lastStep, step],
      [scale, nextScale],
      ...leaves.flatMap((leaf, i): Update[] => [
        [leaf.step, remembered[i]!.step],
        [leaf.change, remembered[i]!.change],
        [leaf.curvature, remembered[i]!.curvature],
      ]),
      ...scattered(parameters, step),
    ];
  }, rate);
}

/** -H g by the two loops over what is remembered. */
function directionOf(g: FloatNode, remembered: readonly Change[], scale: FloatNode): FloatNode {
  let q = neg(g);
  const alphas: FloatNode[] = [];
  for (const { step, change, curvature } of [...remembered].reverse()) {
    const alpha = ratio(dot(step, q), curvature);
    alphas.unshift(alpha);
    q = sub(q, mul(alpha, change));
  }
  let direction = mul(scale, q);
  remembered.forEach(({ step, change, curvature }, i) => {
    direction = add(direction, mul(sub(alphas[i]!, ratio(dot(change, direction), curvature)), step));
  });
  return direction;
}

function changeOf(step: FloatNode, change: FloatNode): Change {
  return { step, change, curvature: dot(change, step) };
}

function chosen(condition: BoolNode, a: Change, b: Change): Change {
  return {
    step: select(condition, a.step, b.step),
    change: select(condition, a.change, b.change),
    curvature: select(condition, a.curvature, b.curvature),
  };
}

/** a / curvature, and 0 where nothing is remembered. */
function ratio(a: FloatNode, curvature: FloatNode): FloatNode {
  const isKnown = greater(curvature, 0);
  return select(isKnown, div(a, safe(isKnown, curvature)), 0);
}

function safe(condition: BoolNode, divisor: FloatNode): FloatNode {
  return select(condition, divisor, 1);
}

function dot(a: FloatNode, b: FloatNode): FloatNode {
  return sum(mul(a, b));
}

/** Each parameter moved by its part of the step. */
function scattered(parameters: readonly FloatNode[], step: FloatNode): Update[] {
  let start = 0;
  return parameters.map((parameter) => {
    const size = sizeOf(parameter.shape);
    const part = slice(step, { axis: 0, start, stop: start + size });
    start += size;
    return [parameter, add(parameter, reshape(part, parameter.shape))];
  });
}
