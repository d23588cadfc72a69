/** Beam search: the likeliest sequences, as far as the few best of every length lead to them. */
import {
  checkKeys,
  describe,
  input,
  logSoftmax,
  ndArray,
  ShapeError,
  ValueError,
  type FedValues,
  type FloatNode,
  type IntNode,
  type NodeRecord,
  type Runtime,
  type TensorValue,
} from "@unfold/core";
import { advanceBeam, ranked, startingBeam, type Hypothesis } from "./beam.js";
import { stepByStep, type Carry, type Stepper } from "./step-by-step.js";

/** What a beam search is made of. */
export interface BeamSearchRequest<I extends NodeRecord> {
  /** Draws one step for B · W rows: the logits `[B · W, V]` of what follows tokens `i32[B · W]`. */
  readonly draw: (tokens: IntNode, carry: Carry) => FloatNode;
  /** W, hypotheses per sequence, ≥ 1; 1 is greedy search. */
  readonly beams: number;
  /** B, sequences searched side by side, ≥ 1. Default 1. */
  readonly batch?: number;
  /** The token that ends a sequence; none unless given. */
  readonly end?: number | undefined;
  /** Tokens after which a sequence is cut off, ≥ 1. */
  readonly maxLength: number;
  /** α of the length penalty ((5 + n) / 6)^α, ≥ 0. Default 0: ranked by probability. */
  readonly alpha?: number;
  /**
   * Inputs that are the same at every step, such as what an encoder reads. What depends on them alone is computed once for
   * each search.
   */
  readonly inputs?: I;
  /** First part of the paths of the states. Default "beam". */
  readonly path?: string;
}

/** Searches for sequences. */
export interface BeamSearch<I extends NodeRecord = NodeRecord> {
  /**
   * The sequences found after each prompt: at most W, the one with the best score first.
   *
   * @param prompt - tokens read before, `[T, B]`, time-major, T ≥ 1: a start token, or text to go on with
   * @param inputs - values of the inputs, those that initial values depend on included
   * @throws ShapeError PROMPT_SHAPE if the prompt is not of B sequences, or empty. ValueError BEAM_LOGITS if a logit is NaN or ∞, or all of a row are -∞.
   */
  readonly run: (prompt: TensorValue, inputs?: FedValues<I>) => Hypothesis[][];
}

/** What every step is fed. */
type Rows = Readonly<{ "beam tokens": IntNode; "beam rows": IntNode }>;

/**
 * A beam search over a model that is drawn one step at a time.
 *
 * Of everything the hypotheses may go on with, the W likeliest stay. A hypothesis that ends leaves the beam and takes its
 * place with it, so the search is over when W have ended. They are ranked by ln P(y) / ((5 + |y|) / 6)^α. All B · W rows
 * take each step in one run; states follow their hypotheses.
 *
 * @throws ValueError BEAM_OPTION if beams, batch or maxLength is not a whole number ≥ 1, alpha not ≥ 0, or end no token. ShapeError BEAM_SHAPE if the logits are not `[B · W, V]`; else as `stepByStep` does.
 * @example
 * const table = embedding({ tokens: 5, units: 3, seed: 1 });
 * const cell = elman({ inputs: 3, units: 4, seed: 1 });
 * const head = dense({ inputs: 4, units: 5, seed: 1 });
 * const search = await beamSearch(await createRuntime(), {
 *   beams: 3,
 *   end: 0,
 *   maxLength: 10,
 *   draw: (tokens, carry) => head.apply(carry(cell.fold(3), { x: table.apply(tokens) }).h),
 * });
 * search.run([[1]])[0]!.length; // → 3
 * @source Sutskever, Vinyals & Le 2014, "Sequence to sequence learning with neural networks", section 3.2; length penalty: Wu et al. 2016, "Google's neural machine translation system", equation 14
 */
export async function beamSearch<I extends NodeRecord = Record<string, never>>(
  runtime: Runtime,
  request: BeamSearchRequest<I>,
): Promise<BeamSearch<I>> {
  checkKeys("beamSearch(runtime, request)", "request", request, {
    draw: true,
    beams: true,
    batch: true,
    end: true,
    maxLength: true,
    alpha: true,
    inputs: true,
    path: true,
  });
  const { beams, batch = 1, end, maxLength, alpha = 0, path = "beam" } = request;
  for (const [name, size] of Object.entries({ beams, batch, maxLength }))
    checkOption(name, size, "a whole number ≥ 1", Number.isInteger(size) && size >= 1);
  checkOption("alpha", alpha, "a finite number ≥ 0", alpha >= 0 && alpha < Infinity);
  const count = batch * beams;
  const rows: Rows = {
    "beam tokens": input("beam tokens", [count], "i32"),
    "beam rows": input("beam rows", [count], "i32"),
  };
  let classes = 0;
  const stepper = await stepByStep(runtime, {
    inputs: rows,
    draw: (carry) => {
      const logits = request.draw(rows["beam tokens"], carry);
      classes = classesOf(logits, count);
      const isToken = end === undefined || (Number.isInteger(end) && end >= 0 && end < classes);
      checkOption("end", end ?? 0, `a token in [0, ${classes})`, isToken);
      return { logarithms: logSoftmax(logits) };
    },
    rows: rows["beam rows"],
    path,
  });
  const rules = { beams, end, maxLength, alpha };
  return {
    run: (prompt, fixed = {} as FedValues<I>) => {
      const model = rowsOf(stepper, { count, classes });
      // Every row reads the prompt, though only the first one of each beam counts.
      const lines = promptLines(prompt, batch);
      stepper.reset(fixed);
      for (const line of lines) model.read(own(count).map((row) => [line[Math.floor(row / beams)]!, row]));
      let found = Array.from({ length: batch }, () => startingBeam);
      for (;;) {
        found = found.map((beam, b) => advanceBeam(beam, (row) => model.following(b * beams + row), rules));
        if (found.every(({ live }) => live.length === 0)) return found.map(ranked);
        const next = own(count).map((row): readonly [token: number, from: number] => {
          const hypothesis = found[Math.floor(row / beams)]!.live[row % beams];
          const first = row - (row % beams);
          // Rows that nobody needs any more compute something all the same.
          return hypothesis === undefined ? [0, row] : [hypothesis.tokens.at(-1)!, first + hypothesis.row];
        });
        model.read(next);
        found = found.map(({ live, done }) => ({
          live: live.map((hypothesis, row) => ({ ...hypothesis, row })),
          done,
        }));
      }
    },
  };
}

/** The model's rows: each reads a token on from some row's state, and says what follows. */
interface ModelRows {
  readonly read: (rows: readonly (readonly [token: number, from: number])[]) => void;
  /** ln P of each token after what a row has read. */
  readonly following: (row: number) => ArrayLike<number>;
}

function rowsOf(
  stepper: Stepper<Rows, { readonly logarithms: FloatNode }>,
  { count, classes }: { readonly count: number; readonly classes: number },
): ModelRows {
  const [tokens, from] = [new Int32Array(count), new Int32Array(count)];
  const fed = { "beam tokens": tokens, "beam rows": from };
  let logarithms: ArrayLike<number> & { subarray(start: number, end: number): ArrayLike<number> } = new Float32Array(0);
  return {
    read: (rows) => {
      rows.forEach(([token, row], i) => {
        tokens[i] = token;
        from[i] = row;
      });
      logarithms = stepper.run(fed).logarithms.data;
    },
    following: (row) => logarithms.subarray(row * classes, (row + 1) * classes),
  };
}

function own(count: number): number[] {
  return Array.from({ length: count }, (_, row) => row);
}

/** The tokens of every sequence, one line per step. */
function promptLines(prompt: TensorValue, batch: number): Int32Array[] {
  const where = "beam search: run(prompt)";
  const { data, shape } = ndArray(prompt, { where, dtype: "i32" });
  const steps = data.length / batch;
  if (!(Number.isInteger(steps) && steps >= 1) || (shape.length > 1 && shape[1] !== batch)) {
    const rule = `the prompt must be [T, ${batch}], time-major, with T ≥ 1`;
    throw new ShapeError({ code: "PROMPT_SHAPE", where, rule, got: `[${shape.join(", ")}]` });
  }
  return Array.from({ length: steps }, (_, t) => data.subarray(t * batch, (t + 1) * batch));
}

function classesOf(logits: FloatNode, count: number): number {
  const [rows, classes] = logits.shape;
  if (logits.shape.length === 2 && rows === count && classes !== undefined && classes > 0) return classes;
  const rule = `the logits must be [${count}, V], one row per hypothesis`;
  throw new ShapeError({ code: "BEAM_SHAPE", where: "beamSearch: draw(tokens, carry)", rule, got: describe(logits) });
}

function checkOption(name: string, value: number, range: string, isIn: boolean): void {
  if (isIn) return;
  throw new ValueError({
    code: "BEAM_OPTION",
    where: "beamSearch(runtime, request)",
    rule: `${name} must be ${range}`,
    got: String(value),
    ...(name === "beams" && { fix: "A beam of 1 takes the likeliest token each time" }),
  });
}
