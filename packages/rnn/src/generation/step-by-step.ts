/** An executable that takes one step with each run, for recurrences that were trained as a whole: to generate, to listen, to act. */
import {
  checkFunction,
  checkKeys,
  checkObject,
  checkRuntime,
  describe,
  gather,
  GraphError,
  requireNodes,
  ShapeError,
  type FedValues,
  type FloatNode,
  type IntNode,
  type Node,
  type NodeRecord,
  type ResultValues,
  type Runtime,
  type Update,
} from "@unfold/core";
import type { FoldedGraph } from "../folded/recurrence.js";
import { carriedRestarts, type CarriedRestarts } from "../sequences/carried-restarts.js";
import { carriedStep, type CarriedStep } from "./carried-step.js";
import { elementsOfSequences } from "./elements-of-sequences.js";
import { keepGiven } from "./keep-given.js";

/** Draws one step of a recurrence and remembers to carry it on; returns what the step yields. */
export type Carry = <O extends NodeRecord>(
  folded: FoldedGraph<O>,
  /** Nodes `[…S]` that the step reads, by the names of its sequences. */
  sequences?: Readonly<Record<string, Node>>,
  /** What `reset` calls it. Default: the folded graph's name. */
  name?: string,
) => O;

/** What one step is made of. */
export interface StepRequest<I extends NodeRecord, O extends NodeRecord> {
  /** Inputs fed with each step, by name. All others are given to `reset`: what depends on them alone is computed then and kept. */
  readonly inputs?: I;
  /** Draws what each step yields, from the inputs and one step of any number of recurrences. */
  readonly draw: (carry: Carry) => O;
  /** What else each step writes, such as counters. */
  readonly updates?: readonly Update[];
  /**
   * i32[B]: the row whose state each row goes on from, such as the hypotheses of a beam. Each row from its own unless given.
   * The first axis of every delay must then be B.
   */
  readonly rows?: IntNode;
  /** First part of the paths of the states. Default "step". */
  readonly path?: string;
}

/** A network that is run step by step, its delays carried by the runtime. */
export interface Stepper<I extends NodeRecord = NodeRecord, O extends NodeRecord = NodeRecord> {
  /**
   * Takes one step. The results are views: the next step overwrites them, `copy()` keeps one.
   *
   * @throws RuntimeError RESET_NEEDED if there are inputs that are given to `reset`, and it was not called; else as `run` of an executable.
   */
  readonly run: (values: FedValues<I>) => ResultValues<O>;
  /**
   * Takes one step for every element of sequences.
   *
   * @param sequences - values `[T, …S]` of inputs `[…S]`, by name
   * @param others - the inputs that are the same at every step
   * @returns what the last step yields
   * @throws ShapeError SEQUENCE_LENGTH if T is 0, differs between sequences or is no whole number.
   */
  readonly prime: <K extends keyof I>(
    sequences: FedValues<Pick<I, K>>,
    others: FedValues<Omit<I, K>>,
  ) => ResultValues<O>;
  /** Takes all or one of the recurrences back to their initial values, and computes what is kept of the inputs it is given. */
  readonly reset: CarriedRestarts["reset"];
}

/** What `reset` calls what is kept of inputs. */
const GIVEN = "given inputs";

/**
 * An executable that takes one step with each run and shares its parameters with everything else on the runtime. The states
 * start from the initial values of the recurrences.
 *
 * A decoder's encoder, for one, runs when `reset` is given what it reads, and not with each step.
 *
 * @throws GraphError CARRIED_TWICE if two recurrences have one name. ShapeError CARRIED_ROWS if states do not have the rows; else as `compile` does.
 * @example
 * const cell = elman({ inputs: 2, units: 3, seed: 1 });
 * const x = input("x", [1, 2]); // one step of one sequence
 * const stepper = await stepByStep(await createRuntime(), {
 *   inputs: { x },
 *   draw: (carry) => ({ h: carry(cell.fold(1), { x }).h }),
 * });
 * const first = stepper.run({ x: [[1, 0]] }).h.copy();
 * stepper.prime({ x: [[[0, 1]], [[1, 1]]] }, {}).h.shape; // → [1, 3]
 * stepper.reset();
 * stepper.run({ x: [[1, 0]] }).h.data[2] === first.data[2]; // → true
 * @source as `LSTMCell` of PyTorch is run, with states kept by the runtime; Graves 2013, "Generating sequences with recurrent neural networks", section 2: generation one draw at a time
 */
export async function stepByStep<O extends NodeRecord, I extends NodeRecord = Record<string, never>>(
  runtime: Runtime,
  request: StepRequest<I, O>,
): Promise<Stepper<I, O>> {
  checkKeys("stepByStep(runtime, request)", "request", request, {
    inputs: true,
    draw: true,
    updates: true,
    rows: true,
    path: true,
  });
  const where = "stepByStep(runtime, request)";
  checkRuntime(where, runtime);
  const { inputs = {} as I, draw, updates = [], rows, path = "step" } = request;
  checkFunction(where, "draw", draw);
  const carried = new Map<string, Pick<CarriedStep, "updates" | "restart">>();
  const outputs = draw((folded, sequences = {}, name = folded.name) => {
    if (carried.has(name) || name === GIVEN) throw carriedTwice(name);
    const step = carriedStep(folded, sequences, {
      path: `${path}/${name}`,
      ...(rows !== undefined && { read: (state: FloatNode) => rowsOf(state, rows) }),
    });
    carried.set(name, step);
    return step.outputs;
  });
  requireNodes(where, "what draw returns", outputs);
  const written = [...[...carried.values()].flatMap((recurrence) => recurrence.updates), ...updates];
  const kept = keepGiven({ outputs, updates: written }, Object.values(inputs), path);
  const step = await runtime.compile({ inputs, outputs: kept.outputs, updates: kept.updates });
  const restarts = new Map<string, Pick<CarriedStep, "restart">>(carried);
  if (kept.restart.length > 0) restarts.set(GIVEN, { restart: kept.restart });
  const { reset, checkStarted } = await carriedRestarts(runtime, Object.fromEntries(restarts));
  const run: Stepper<I, O>["run"] = (values) => {
    checkStarted();
    return step.run(values);
  };
  return {
    run,
    prime: (sequences, others) => {
      checkObject(
        "prime(sequences, others)",
        "sequences must be an object of values by the names of inputs",
        sequences,
      );
      const steps = elementsOfSequences(inputs, sequences);
      let results: ResultValues<O> | undefined;
      for (const elements of steps) results = run({ ...others, ...elements } as FedValues<I>);
      return results!;
    },
    reset,
  };
}

/** The rows of a state `[k, B, …S]` in another order. */
function rowsOf(state: FloatNode, rows: IntNode): FloatNode {
  if (state.shape[1] !== undefined && rows.shape.length === 1 && state.shape[1] === rows.shape[0])
    return gather(state, rows, 1);
  throw new ShapeError({
    code: "CARRIED_ROWS",
    where: "stepByStep(runtime, { rows })",
    rule: "the states must be [k, B, …] for rows = i32[B]",
    got: `${describe(state)} and rows = ${describe(rows)}`,
  });
}

function carriedTwice(name: string): GraphError {
  return new GraphError({
    code: "CARRIED_TWICE",
    where: "carry(folded, sequences, name)",
    rule: "every recurrence must have its own name",
    got: `"${name}" twice`,
    fix: "Name one of them in the third argument",
  });
}
