/** How well classes are told. */
import {
  add,
  argmax,
  cast,
  describe,
  equal,
  iota,
  isNaN,
  less,
  lessEqual,
  matmul,
  logicalAnd,
  logicalNot,
  mul,
  oneHot,
  reshape,
  ShapeError,
  sizeOf,
  sum,
  transpose,
  type BoolNode,
  type FloatNode,
  type IntNode,
} from "@unfold/core";
import { checkSetting, COUNT } from "../settings/check-setting.js";
import { labelsInRange } from "../losses/labels-in-range.js";
import { scoreOfLabel } from "../losses/score-of-label.js";
import { counts, ratio, type Metric } from "./metric.js";

/**
 * The share of labels that have the largest logit, NaN being larger than all but never right.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S], mask: [...S]
 * @param mask - 1 or true where a label counts; all count unless given
 * @throws ShapeError METRIC_SHAPE if labels do not have the shape of logits without its last axis. ValueError INDEX_RANGE, when run, if a label that counts is not in [0, V).
 * @example
 * const [logits, labels] = [input("logits", [1, 2]), input("labels", [1], "i32")];
 * measure(accuracy(logits, labels), [{ logits: [[2, 1]], labels: [0] }]); // → 1
 */
export function accuracy(logits: FloatNode, labels: IntNode, mask?: FloatNode | BoolNode): Metric {
  const known = labelsOf("accuracy(logits, labels)", logits, labels, mask);
  return ratio(isRight(equal(argmax(logits, -1), known), scoreOfLabel(logits, known)), mask);
}

/**
 * The share of labels that are among the k largest logits, NaN being larger than all but never right; of ties the first ones are.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S], mask: [...S]
 * @throws ValueError SETTING_RANGE unless k is a whole number ≥ 1; INDEX_RANGE, when run, if a label that counts is not in [0, V). ShapeError METRIC_SHAPE
 * @example
 * const [logits, labels] = [input("logits", [1, 3]), input("labels", [1], "i32")];
 * measure(topKAccuracy(logits, labels, 2), [{ logits: [[3, 2, 1]], labels: [1] }]); // → 1
 */
export function topKAccuracy(logits: FloatNode, labels: IntNode, k: number, mask?: FloatNode | BoolNode): Metric {
  const where = "topKAccuracy(logits, labels, k)";
  checkSetting(where, "k", k, COUNT);
  const known = labelsOf(where, logits, labels, mask);
  const score = scoreOfLabel(logits, known);
  const [column, chosen] = [reshape(known, [...labels.shape, 1]), reshape(score, [...labels.shape, 1])];
  const isLarger = logicalNot(lessEqual(logits, chosen));
  const isEarlierTie = logicalAnd(equal(logits, chosen), less(iota(logits.shape.at(-1)!), column));
  const before = sum(add(cast(isLarger, "f32"), cast(isEarlierTie, "f32")), { axes: -1 });
  return ratio(isRight(less(before, k), score), mask);
}

/** 1 where a label is chosen by its score, which is no choice if it is NaN. */
function isRight(isChosen: BoolNode, score: FloatNode): FloatNode {
  return cast(logicalAnd(isChosen, logicalNot(isNaN(score))), "f32");
}

/**
 * How often label i was taken for class j: row i, column j.
 *
 * @shapes logits: f32[...S, V], labels: i32[...S], mask: f32[...S] -> V rows of V counts
 * @throws ShapeError METRIC_SHAPE. ValueError INDEX_RANGE, when run, if a label that counts is not in [0, V).
 * @example
 * const [logits, labels] = [input("logits", [2, 2]), input("labels", [2], "i32")];
 * measure(confusionMatrix(logits, labels), [{ logits: [[2, 1], [2, 1]], labels: [0, 1] }]); // → [[1, 0], [1, 0]]
 */
export function confusionMatrix(logits: FloatNode, labels: IntNode, mask?: FloatNode): Metric<number[][]> {
  return confusionOf("confusionMatrix(logits, labels)", logits, labels, mask);
}

function confusionOf(where: string, logits: FloatNode, labels: IntNode, mask?: FloatNode): Metric<number[][]> {
  const known = labelsOf(where, logits, labels, mask);
  const classes = logits.shape.at(-1)!;
  const count = sizeOf(labels.shape);
  const rows = (of: IntNode): FloatNode => reshape(oneHot(of, classes), [count, classes]);
  const said = rows(argmax(logits, -1));
  const counted = mask === undefined ? said : mul(said, reshape(mask, [count, 1]));
  return {
    sums: { counts: matmul(transpose(rows(known)), counted) },
    of: ({ counts }) =>
      Array.from({ length: classes }, (_, i) => [...counts!.subarray(i * classes, (i + 1) * classes)]),
  };
}

/**
 * The F1 score: the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
 *
 * @param average - "macro" (default): the mean over classes that occur or were said; a number: of that class alone
 * @throws ShapeError METRIC_SHAPE. ValueError SETTING_RANGE if average is no class; INDEX_RANGE, when run, if a label that counts is not in [0, V).
 * @example
 * const [logits, labels] = [input("logits", [2, 2]), input("labels", [2], "i32")];
 * measure(f1Score(logits, labels, 0), [{ logits: [[2, 1], [2, 1]], labels: [0, 1] }]); // → 0.6666666666666666
 * @source van Rijsbergen 1979, "Information retrieval", chapter 7
 */
export function f1Score(
  logits: FloatNode,
  labels: IntNode,
  average: "macro" | number = "macro",
  mask?: FloatNode,
): Metric {
  const { sums, of } = confusionOf("f1Score(logits, labels)", logits, labels, mask);
  if (average !== "macro") {
    const classes = logits.shape.at(-1)!;
    const holds = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < classes;
    checkSetting("f1Score(logits, labels, average)", "average", average, {
      words: `"macro" or a class in [0, ${classes})`,
      holds,
    });
  }
  return {
    sums,
    of: (totals) => {
      const scores = scoresOf(of(totals));
      if (average !== "macro") return scores[average]!;
      const known = scores.filter((score) => !Number.isNaN(score));
      return known.reduce((total, score) => total + score, 0) / known.length;
    },
  };
}

/** F1 of every class; NaN for one that neither occurs nor was said. */
function scoresOf(counts: readonly (readonly number[])[]): number[] {
  return counts.map((row, i) => {
    const occurs = row.reduce((total, count) => total + count, 0);
    const said = counts.reduce((total, other) => total + other[i]!, 0);
    return (2 * row[i]!) / (occurs + said);
  });
}

/** The labels that count, checked. @throws ShapeError METRIC_SHAPE. ValueError INDEX_RANGE, when run */
function labelsOf(where: string, logits: FloatNode, labels: IntNode, mask?: FloatNode | BoolNode): IntNode {
  if (logits.shape.length > 0 && logits.shape.slice(0, -1).join() === labels.shape.join())
    return labelsInRange(where, labels, logits.shape.at(-1)!, counts(mask));
  throw new ShapeError({
    code: "METRIC_SHAPE",
    where,
    rule: "labels must have the shape of logits without its last axis",
    got: `logits = ${describe(logits)} and labels = ${describe(labels)}`,
  });
}
