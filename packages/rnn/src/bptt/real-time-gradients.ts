/** Real-time recurrent learning: how the state depends on the parameters is carried forwards with it, so that every step has its gradient. */
import {
  add,
  broadcastTo,
  checkKeys,
  concat,
  constant,
  describe,
  GraphError,
  jacobian,
  leavesOf,
  matmul,
  placeholder,
  reshape,
  sizeOf,
  slice,
  sum,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/core";
import { checkFolded } from "../folded/check-folded.js";
import { memoriesOf } from "../folded/memories-of.js";
import type { Delay, FoldedGraph } from "../folded/recurrence.js";
import { stepResults } from "../folded/verify-folded.js";
import type { RecurrenceValues } from "../folded/recurrence-values.js";

/** Of what, and by what. */
export interface RealTimeOptions {
  /** The name of the output that is the loss of a step, a scalar. */
  readonly loss: string;
  /** The variables: parameters, or other nodes from outside that the step or the initial values use. */
  readonly wrt: readonly FloatNode[];
  /**
   * How the derivatives of one step are made: "reverse" (default) costs one product per element of the state, "forward" one
   * per element of the state and of the variables, and uses nothing of reverse mode.
   */
  readonly mode?: "reverse" | "forward";
}

/** A recurrence that yields the gradient of each step. */
export interface RealTimeGradients<O extends Readonly<Record<string, Node>> = Readonly<Record<string, Node>>> {
  /** The recurrence with influence matrices as further delays, to be run over any number of steps in any way. */
  readonly folded: FoldedGraph<O>;
  /** From what a run yields: ∂loss_t/∂w of every step, `[T, …S]`, in the order of `wrt`. */
  readonly perStep: (values: RecurrenceValues) => FloatNode[];
  /** From what a run yields: ∂(Σ_t loss_t)/∂w, the gradient of backpropagation through time. */
  readonly total: (values: RecurrenceValues) => FloatNode[];
}

const GRADIENT = "real-time gradient";
const influenceKey = (delay: string): string => `influence on ${delay}`;

/**
 * The recurrence with the gradient of the loss of each step, known as soon as the step has run.
 *
 * P_t = J_t P_{t-1} + ∂s_t/∂w, where P_t = ds_t/dw and J_t = ∂s_t/∂s_{t-1}
 *
 * dloss_t/dw = (∂loss_t/∂s_{t-1}) P_{t-1} + ∂loss_t/∂w
 *
 * The influence matrix P_t of each delay is a delay of as many steps. Nothing is kept of earlier steps and nothing runs
 * backwards, at N p numbers and N² p multiplications a step for N elements of the state and p of the variables: for H units
 * H³ and H⁴. Carried from run to run of one step each with `carriedRecurrence`, weights can change at every step. What
 * sequences owe to a variable does not count. Steps of padded sequences are masked before (`maskSteps`).
 *
 * @param options - the loss of a step by its name, and the variables
 * @shapes loss: f32[] per step, w: f32[...S] -> perStep: f32[T, ...S], total: f32[...S]
 * @throws GraphError REAL_TIME_LOSS if the loss is not a scalar output of the step; REAL_TIME_VARIABLE if there is no variable, one belongs to the step or nothing of the step depends on it; STEP_NAME_TWICE if the step yields such gradients already; REAL_TIME_RUN if gradients are asked of another run. GradientError NO_FORWARD_MODE if an operation of the step has no forward mode and it was asked for.
 * @example
 * const w = param("w", 0.5);
 * const folded = foldedGraph("decay", ({ delay }) => {
 *   const h = mul(w, delay("h", [], { initial: 1 }));
 *   return { next: { h }, outputs: { loss: h } };
 * });
 * const learning = realTimeGradients(folded, { loss: "loss", wrt: [w] });
 * const [dw] = learning.perStep(scan(learning.folded, 3));
 * evaluate(dw).data; // → [1, 1, 0.75]
 * @source Williams & Zipser 1989, "A learning algorithm for continually running fully recurrent neural networks", the dynamics of p^k_ij
 */
export function realTimeGradients<O extends Readonly<Record<string, Node>>>(
  folded: FoldedGraph<O>,
  options: RealTimeOptions,
): RealTimeGradients<O> {
  checkFolded("realTimeGradients(folded, options)", folded);
  checkKeys("realTimeGradients(folded, options)", "options", options, { loss: true, wrt: true, mode: true });
  const { loss: lossName, wrt, mode = "reverse" } = options;
  const where = `realTimeGradients("${folded.name}", options)`;
  const loss = lossOf(where, folded, lossName);
  checkVariables(where, folded, wrt);
  checkNames(where, folded);
  const size = wrt.reduce((total, { shape }) => total + sizeOf(shape), 0);
  const influences = memoriesOf(folded).map((delay): Influence => {
    const name = influenceKey(delay.name);
    return { name, delay, placeholder: placeholder(name, [sizeOf(delay.placeholder.shape), size]) };
  });
  const step: StepDerivatives = { influences, wrt, mode };
  const carried = influences.map(({ name, delay, placeholder: node }): [string, Delay] => {
    const initial = initialInfluence(delay, step);
    const next = influenceOn(delay.next, step);
    return [name, { name, steps: delay.steps, placeholder: node, initial, next, isMemory: false }];
  });
  const gradients = (values: RecurrenceValues): FloatNode => {
    const stacked = yieldedBy(where, values);
    return reshape(stacked, [stacked.shape[0]!, size]);
  };
  return {
    folded: {
      ...folded,
      delays: { ...folded.delays, ...Object.fromEntries(carried) },
      outputs: { ...folded.outputs, [GRADIENT]: influenceOn(loss, step) },
    },
    perStep: (values) => apart(gradients(values), wrt),
    total: (values) => apart(sum(gradients(values), { axes: [0] }), wrt),
  };
}

/** How what a delay carries depends on all elements of the variables, side by side: a row per element carried. */
interface Influence {
  readonly name: string;
  readonly delay: Delay;
  readonly placeholder: FloatNode;
}

/** What the derivatives of a step are made from. */
interface StepDerivatives {
  readonly influences: readonly Influence[];
  readonly wrt: readonly FloatNode[];
  readonly mode: "reverse" | "forward";
}

/** The rows of a result of the step: what it owes to the state before, and to the variables in this step. */
function influenceOn(result: Node, { influences, wrt, mode }: StepDerivatives): FloatNode {
  const direct = wrt.map((variable) => localJacobian(result, variable, mode));
  return influences
    .filter(({ delay }) => reads(result, delay.placeholder))
    .map(({ delay, placeholder: influence }) => matmul(localJacobian(result, delay.placeholder, mode), influence))
    .reduce((total, term) => add(total, term), concat(direct, 1));
}

/** Initial values may be trained too. */
function initialInfluence({ initial, steps }: Delay, { wrt, mode }: StepDerivatives): FloatNode {
  const columns = wrt.map((variable) => localJacobian(initial, variable, mode));
  const whole = concat(columns, 1);
  return reshape(whole, [steps, whole.shape[0]! / steps, whole.shape[1]!]);
}

/** ∂result/∂variable as a matrix, a row per element of the result. */
function localJacobian(result: Node, variable: Node, mode: "reverse" | "forward"): FloatNode {
  const shape = [sizeOf(result.shape), sizeOf(variable.shape)];
  if (!reads(result, variable)) return broadcastTo(constant(0), shape);
  return reshape(jacobian(result as FloatNode, variable as FloatNode, { mode, missing: "zero" }), shape);
}

function reads(result: Node, node: Node): boolean {
  return topologicalOrder([result]).includes(node);
}

/** The last axis cut into the variables. */
function apart(columns: FloatNode, wrt: readonly FloatNode[]): FloatNode[] {
  const before = columns.shape.slice(0, -1);
  let start = 0;
  return wrt.map(({ shape }) => {
    const stop = start + sizeOf(shape);
    const part = slice(columns, { axis: before.length, start, stop });
    start = stop;
    return reshape(part, [...before, ...shape]);
  });
}

/** The gradients of all steps, `[T, 1, p]`. */
function yieldedBy(where: string, { name, outputs }: RecurrenceValues): FloatNode {
  const stacked = Object.hasOwn(outputs, GRADIENT) ? outputs[GRADIENT] : undefined;
  if (stacked !== undefined) return stacked as FloatNode;
  throw new GraphError({
    code: "REAL_TIME_RUN",
    where,
    rule: "values must be those of a run of the folded graph that it returned",
    got: `values of "${name}" with outputs ${Object.keys(outputs).join(", ") || "none"}`,
    fix: "Run the property folded of what it returned",
  });
}

function lossOf(where: string, folded: FoldedGraph, name: string): FloatNode {
  const loss = Object.hasOwn(folded.outputs, name) ? folded.outputs[name] : undefined;
  if (loss?.dtype === "f32" && loss.shape.length === 0) return loss as FloatNode;
  throw new GraphError({
    code: "REAL_TIME_LOSS",
    where,
    rule: "loss must be the name of an output f32[] of the step",
    got: loss === undefined ? JSON.stringify(name) : `"${name}" ${describe(loss)}`,
    fix: `Its outputs: ${Object.keys(folded.outputs).join(", ") || "none"}`,
  });
}

function checkVariables(where: string, folded: FoldedGraph, wrt: readonly FloatNode[]): void {
  const delays = Object.values(folded.delays);
  const own = new Set<Node>([...Object.values(folded.sequences), ...delays.map(({ placeholder: node }) => node)]);
  const read = new Set(topologicalOrder([...stepResults(folded), ...delays.map(({ initial }) => initial)]));
  const fault = (variable: FloatNode): string | undefined => {
    if (leavesOf([variable], "placeholder").some((leaf) => own.has(leaf))) return "which the step computes or reads";
    return (variable as Node).dtype === "f32" && read.has(variable)
      ? undefined
      : "on which nothing of the step depends";
  };
  const odd = wrt.find((variable) => fault(variable) !== undefined);
  if (wrt.length > 0 && odd === undefined) return;
  throw new GraphError({
    code: "REAL_TIME_VARIABLE",
    where,
    rule: "wrt must be one f32 variable or more, from outside the step, on which the step or an initial value depends",
    got: odd === undefined ? "none" : `${describe(odd)}, ${fault(odd)!}`,
  });
}

/** Of a recurrence that yields gradients already, names would be there twice. */
function checkNames(where: string, folded: FoldedGraph): void {
  const added = [GRADIENT, ...Object.keys(folded.delays).map(influenceKey)];
  const taken = added.find((name) =>
    [folded.outputs, folded.delays, folded.sequences].some((parts) => Object.hasOwn(parts, name)),
  );
  if (taken === undefined) return;
  throw new GraphError({
    code: "STEP_NAME_TWICE",
    where,
    rule: `nothing of the step must be called "${taken}"`,
    got: "something that is",
    fix: "Name all variables at once",
  });
}
