/**
 * A folded graph: one step of a recurrence drawn once, from ordinary nodes and delay edges. A cycle is closed by what the
 * step returns, so nodes stay immutable.
 */
import {
  checkFunction,
  describe,
  GraphError,
  Node,
  placeholder,
  stopGradient,
  wrongArgument,
  type DType,
  type FloatNode,
  type Shape,
} from "@unfold/core";
import { initialSteps } from "./initial-steps.js";
import type { Delay, FoldedGraph } from "./recurrence.js";
import { checkDelaySteps, verifyFolded } from "./verify-folded.js";

/** How a delay starts and how far it reaches back. */
export interface DelayOptions {
  /** How many steps ago, k ≥ 1. Default 1. */
  readonly steps?: number;
  /**
   * The values before step 0: a number for all elements, a node of shape `[…S]` for all k steps, or `[k, …S]`, oldest
   * first. An input or a state makes it changeable; a parameter makes it trainable.
   */
  readonly initial: Node | number;
  /**
   * Whether it is a memory. Default true. false of what only counts or points, such as a clock: no gradient flows along it, and
   * what changes or measures memories (`zoneout`, `clipDelayGradients`, `recurrentJacobian`, `realTimeGradients`, `bridge`)
   * passes it by.
   */
  readonly memory?: boolean;
}

/** What the function that draws a step may declare. */
export interface StepBuilder {
  /** One step's element of a sequence `[T, …shape]`. */
  readonly sequence: <D extends DType = "f32">(name: string, shape: Shape, dtype?: D) => Node<D>;
  /** A value from `steps` steps ago; which one is said by `next` in what the function returns. */
  readonly delay: (name: string, shape: Shape, options: DelayOptions) => FloatNode;
}

/** What the function that draws a step returns. */
export interface Step<O extends Readonly<Record<string, Node>>> {
  /** For every delay declared, the value to be read later. */
  readonly next: Readonly<Record<string, Node>>;
  /** What each step yields. */
  readonly outputs: O;
}

type OpenDelay = Omit<Delay, "next">;

/**
 * A recurrence drawn once.
 *
 * @param name - as pictures and errors call it
 * @param draw - declares sequences and delays, builds one step from them, and returns what closes the cycles
 * @throws GraphError DELAY_NOT_CLOSED, NEXT_UNKNOWN, STEP_NAME_TWICE, DELAY_TYPE, DELAY_STEPS, CYCLE_WITHOUT_DELAY, INITIAL_SHAPE or INITIAL_OF_STEP.
 * @example
 * const counter = foldedGraph("counter", ({ sequence, delay }) => {
 *   const x = sequence("x", []);
 *   const total = delay("total", [], { initial: 0 });
 *   const next = add(total, x);
 *   return { next: { total: next }, outputs: { total: next } };
 * });
 * evaluate(unfold(counter, 3).outputs.total, { x: [1, 2, 3] }).data; // → [1, 3, 6]
 * @source Goodfellow, Bengio & Courville 2016, "Deep learning", section 10.1: circuit diagrams with a delay of one step, and their unfolding
 */
export function foldedGraph<O extends Readonly<Record<string, Node>>>(
  name: string,
  draw: (builder: StepBuilder) => Step<O>,
): FoldedGraph<O> {
  if (typeof name !== "string") throw wrongArgument("foldedGraph(name, draw)", "name must be a text", name);
  const where = `foldedGraph("${name}")`;
  checkFunction(where, "draw", draw);
  // Without prototypes, so that a name may be any text.
  const sequences = Object.create(null) as Record<string, Node>;
  const open = Object.create(null) as Record<string, OpenDelay>;
  const claim = (key: string): void => {
    if (!Object.hasOwn(sequences, key) && !Object.hasOwn(open, key)) return;
    throw new GraphError({
      code: "STEP_NAME_TWICE",
      where,
      rule: "every sequence and delay must have its own name",
      got: `"${key}" twice`,
    });
  };
  const step = draw({
    sequence: (key, shape, dtype) => {
      claim(key);
      const node = placeholder(key, shape, dtype);
      sequences[key] = node;
      return node;
    },
    delay: (key, shape, options) => {
      claim(key);
      const node = placeholder(key, shape);
      // Callers that TypeScript does not watch may leave the options out: then there is no initial value.
      const { steps = 1, initial, memory = true } = (options as Partial<DelayOptions> | undefined) ?? {};
      checkDelaySteps(where, key, steps);
      open[key] = {
        name: key,
        steps,
        placeholder: node,
        initial: initialSteps(`${where}: delay "${key}"`, initial, steps, shape),
        isMemory: memory,
      };
      return memory ? node : stopGradient(node);
    },
  });
  checkStep(where, step);
  const folded = { name, sequences, delays: close(where, open, step.next), outputs: step.outputs };
  verifyFolded(folded);
  return folded;
}

/** What TypeScript asks of the step, for callers that it does not watch. */
function checkStep(where: string, step: unknown): void {
  const parts = typeof step === "object" && step !== null ? step : {};
  const isRecord = (key: string): boolean => {
    const part: unknown = Reflect.get(parts, key);
    return typeof part === "object" && part !== null && Object.values(part).every((node) => node instanceof Node);
  };
  if (isRecord("next") && isRecord("outputs")) return;
  throw new GraphError({
    code: "STEP_RESULT",
    where,
    rule: "the function must return { next, outputs }, each an object of nodes",
    got:
      step instanceof Promise
        ? "a promise"
        : step === null
          ? "null"
          : `${typeof step} with ${Object.keys(parts).join(", ") || "no keys"}`,
  });
}

/** Joins every delay with what it will read. */
function close(
  where: string,
  open: Readonly<Record<string, OpenDelay>>,
  next: Readonly<Record<string, Node>>,
): Record<string, Delay> {
  const unknown = Object.keys(next).find((key) => !Object.hasOwn(open, key));
  if (unknown !== undefined) {
    throw new GraphError({
      code: "NEXT_UNKNOWN",
      where,
      rule: "next must name delays declared with delay(name, …)",
      got: `"${unknown}"`,
      fix: `Declared: ${Object.keys(open).join(", ") || "none"}`,
    });
  }
  return Object.fromEntries(
    Object.entries(open).map(([key, delay]) => {
      const value = Object.hasOwn(next, key) ? next[key] : undefined;
      if (value === undefined) {
        throw new GraphError({
          code: "DELAY_NOT_CLOSED",
          where,
          rule: "next must hold the value of every delay",
          got: `none for "${key}" ${describe(delay.placeholder)}`,
          fix: `Return { next: { ${key}: … } }`,
        });
      }
      return [key, { ...delay, next: value }];
    }),
  );
}
