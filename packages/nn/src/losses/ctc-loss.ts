/** Connectionist temporal classification: labels whose places in time nobody wrote down. */
import {
  add,
  broadcastTo,
  cast,
  checkKeys,
  checkRange,
  constant,
  describe,
  div,
  equal,
  exp,
  formatType,
  iota,
  less,
  lessEqual,
  log,
  logicalOr,
  logSoftmax,
  maximum,
  mul,
  neg,
  notEqual,
  pad,
  reshape,
  scan,
  select,
  ShapeError,
  slice,
  stopGradient,
  sub,
  sum,
  takeAlongAxis,
  transpose,
  ValueError,
  type BoolNode,
  type FloatNode,
  type IntNode,
  type Node,
} from "@unfold/core";
import { labelsInRange } from "./labels-in-range.js";
import type { LossOptions } from "./loss-options.js";
import { reduceLoss } from "./reduce-loss.js";

/**
 * How labels are aligned with steps, and how the losses of a batch become one. The "mean" is that of each loss divided by its
 * number of labels, or by 1 if it has none.
 */
export interface CtcOptions extends LossOptions {
  /** Steps of each sequence, i32[B], in [0, T]; T unless given. What comes later changes nothing. */
  readonly inputLengths?: IntNode;
  /** Labels of each sequence, i32[B], in [0, L]; L unless given. What comes later may be any number. */
  readonly labelLengths?: IntNode;
  /** The class that stands for no label, a whole number in [0, V). Default 0. */
  readonly blank?: number;
  /** Whether a sequence that no alignment fits costs 0 instead of ∞. Default false. */
  readonly zeroInfinity?: boolean;
}

const WHERE = "ctcLoss(logits, labels, options)";

const LENGTH_FIX = "Sequences cannot be longer than the arrays they are in";

/** ln 0, but finite: two impossible alignments differ by 0 instead of NaN, and what is added to it is rounded away. */
const LOG_ZERO = -1e30;

/**
 * Minus the logarithm of the probability that labels are read off a sequence, in nats, summed over every alignment.
 *
 * -ln Σ_π Π_t softmax(logits_t)[π_t] over the paths π of T classes that are the labels once repetitions are merged and
 * blanks removed. With z the labels with blanks around each: α_t(s) = p_t(z_s) (α_{t-1}(s) + α_{t-1}(s - 1) +
 * α_{t-1}(s - 2) unless z_s = z_{s-2}), and the probability is α_T(2L) + α_T(2L - 1), in logarithms.
 *
 * If no alignment fits (fewer steps than labels and repetitions, probabilities of 0, a label that is the blank), the loss is
 * ∞, or 0 with `zeroInfinity`; either way the sequence has no gradient. NaN logits make the loss NaN.
 *
 * @shapes logits: f32[T, B, V], labels: i32[L, B] -> f32[], or f32[B] for reduction "none"
 * @param logits - any real, or log-probabilities
 * @param labels - time-major like everything, L ≥ 1, whole numbers in [0, V) but the blank
 * @throws ShapeError LOSS_SHAPE if logits are not f32[T, B, V], labels not i32[L, B] or lengths not i32[B]. ValueError CTC_BLANK; INDEX_RANGE, when run, if a label or a length is out of range. Also as reduceLoss.
 * @example
 * const logits = constant([[[0, 0]], [[0, 0]]]); // 2 steps: a blank or label 1, as likely
 * Math.exp(-evaluate(ctcLoss(logits, constant([[1]], "i32"))).item()); // → 0.75
 * @source Graves, Fernández, Gomez & Schmidhuber 2006, "Connectionist temporal classification", equations 3 to 8
 */
export function ctcLoss(logits: FloatNode, labels: IntNode, options: CtcOptions = {}): FloatNode {
  checkKeys("ctcLoss(logits, labels, options)", "options", options, {
    inputLengths: true,
    labelLengths: true,
    blank: true,
    zeroInfinity: true,
    reduction: true,
    weights: true,
    mask: true,
  });
  const { blank = 0, zeroInfinity = false } = options;
  checkCtc(logits, labels, options);
  const [steps, count] = [logits.shape[0]!, labels.shape[0]!];
  const inputLengths = lengthsOf("input lengths", options.inputLengths, steps, labels);
  const labelLengths = lengthsOf("label lengths", options.labelLengths, count, labels);
  const counts = less(reshape(iota(count), [count, 1]), labelLengths);
  const known = select(counts, labelsInRange(WHERE, labels, logits.shape[2]!, counts), blank);
  const isStep = less(reshape(iota(steps), [steps, 1, 1]), reshape(inputLengths, [1, labels.shape[1]!, 1]));
  // Padding is not looked at, so that it may be NaN.
  const logProbabilities = maximum(logSoftmax(select(isStep, logits, 0)), LOG_ZERO);
  const total = logLikelihoods(logProbabilities, known, { isStep, labelLengths, blank });
  const blanks = sum(cast(equal(known, blank), "i32"), { axes: 0 });
  const isImpossible = logicalOr(lessEqual(total, LOG_ZERO / 10), notEqual(blanks, sub(count, labelLengths)));
  const losses = select(isImpossible, zeroInfinity ? 0 : Infinity, neg(total));
  const { reduction = "mean" } = options;
  const shares = reduction === "mean" ? div(losses, maximum(cast(labelLengths, "f32"), 1)) : losses;
  return reduceLoss(WHERE, shares, options);
}

/** ln P of the labels of each sequence, [B]; about `LOG_ZERO` if it is 0. */
function logLikelihoods(
  logProbabilities: FloatNode,
  labels: IntNode,
  { isStep, labelLengths, blank }: { isStep: BoolNode; labelLengths: IntNode; blank: number },
): FloatNode {
  const [steps, batch] = [logProbabilities.shape[0]!, labels.shape[1]!];
  // [B, S], S = 2L + 1: a blank before, between and after the labels.
  const states = pad(transpose(labels), [{ axis: 1, before: 1, after: 1, between: 1 }], blank);
  const places = states.shape[1]!;
  const emitted = broadcastTo(reshape(states, [1, batch, places]), [steps, batch, places]);
  const canJump = notEqual(states, before(states, 2, blank));
  const start = constant(Array.from({ length: places }, (_, s) => (s === 0 ? 0 : LOG_ZERO)));
  const { final } = scan({
    steps,
    sequences: { emission: takeAlongAxis(logProbabilities, emitted), isStep },
    delays: { alpha: { initial: broadcastTo(start, [1, batch, places]) } },
    step: ({ sequences, delays: { alpha } }) => {
      const jumped = select(canJump, before(alpha, 2, LOG_ZERO), LOG_ZERO);
      const reached = add(sequences.emission, logAddExp(alpha, before(alpha, 1, LOG_ZERO), jumped));
      return { next: { alpha: select(sequences.isStep, reached, alpha) }, outputs: {} };
    },
  });
  const alpha = reshape(final.alpha, [batch, places]);
  // It ends in the last label or the blank after it.
  const ended = logAddExp(alpha, before(alpha, 1, LOG_ZERO));
  return reshape(takeAlongAxis(ended, reshape(mul(labelLengths, 2), [batch, 1])), [batch]);
}

/** At each place what stands so many places before it. */
function before<D extends "f32" | "i32">(x: Node<D>, places: number, outside: number): Node<D> {
  return pad(slice(x, { axis: 1, stop: x.shape[1]! - places }), [{ axis: 1, before: places }], outside);
}

/** ln Σ e^(x_i), element by element. */
function logAddExp(...terms: readonly FloatNode[]): FloatNode {
  const largest = stopGradient(terms.reduce((a, b) => maximum(a, b)));
  return add(largest, log(terms.map((term) => exp(sub(term, largest))).reduce((a, b) => add(a, b))));
}

/** The lengths, all of them the longest unless given. The program stops if one is out of range. */
function lengthsOf(name: string, lengths: IntNode | undefined, longest: number, labels: IntNode): IntNode {
  const batch = labels.shape[1]!;
  if (lengths === undefined) return broadcastTo(constant(longest, "i32"), [batch]);
  return checkRange(lengths, longest + 1, { where: WHERE, subject: `every one of the ${name}`, fix: LENGTH_FIX });
}

function checkCtc(logits: FloatNode, labels: IntNode, { inputLengths, labelLengths, blank = 0 }: CtcOptions): void {
  const [steps = 0, batch = 0, classes = 0] = logits.shape;
  const given = { logits, labels, inputLengths, labelLengths };
  const nodes = Object.entries(given).flatMap(([name, node]): [string, Node][] => (node ? [[name, node]] : []));
  const shapes: Readonly<Record<string, string>> = {
    logits: formatType({ dtype: "f32", shape: [steps, batch, classes] }),
    labels: formatType({ dtype: "i32", shape: [labels.shape[0] ?? 0, batch] }),
    inputLengths: formatType({ dtype: "i32", shape: [batch] }),
    labelLengths: formatType({ dtype: "i32", shape: [batch] }),
  };
  const isEmpty = [logits, labels].some(({ shape }) => shape.includes(0));
  if (isEmpty || nodes.some(([name, { type }]) => formatType(type) !== shapes[name])) {
    throw new ShapeError({
      code: "LOSS_SHAPE",
      where: WHERE,
      rule: "logits must be f32[T, B, V], labels i32[L, B] and lengths i32[B], none of them empty",
      got: nodes.map(([name, node]) => `${name} = ${describe(node)}`).join(", "),
    });
  }
  if (!(Number.isInteger(blank) && blank >= 0 && blank < classes)) {
    const rule = `blank must be a class, a whole number in [0, ${classes})`;
    throw new ValueError({ code: "CTC_BLANK", where: WHERE, rule, got: String(blank) });
  }
}
