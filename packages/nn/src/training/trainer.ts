/** Training step and evaluation of a network, compiled once for each shape of batch. */
import {
  checkKeys,
  describe,
  formatType,
  input,
  leavesOf,
  perShape,
  select,
  ShapeError,
  type Executable,
  type FloatNode,
  type Node,
  type NodeRecord,
  type Runtime,
  type Update,
} from "@unfold/core";
import type { Batch } from "../data/batches-of.js";
import { addSums, sumsOf, valuesOf, type Metric, type MetricValue } from "../metrics/metric.js";
import type { MinimizeOptions, Optimizer } from "../optimizers/optimizer.js";
import { checkBatch, checkBatches, checkGraphs, checkRequest } from "./check-trainer.js";
import { noBatches } from "../data/no-batches.js";
import { isStepFinite, whyNotFinite } from "./finite-step.js";

/** Metrics by name; those that are no numbers, such as confusion matrices, are known to `evaluate` only. */
export type Metrics = Readonly<Record<string, Metric<unknown>>>;

/** What is computed from a batch. */
export interface TrainingGraphs<M extends Metrics = Metrics> {
  /** What training makes smaller, `[]`. */
  readonly loss: FloatNode;
  /** What else a training step writes: `mode.updates()`, a state carried from window to window. */
  readonly updates?: readonly Update[];
  /** Further numbers of a training step that records hold, each `[]`: the norm of the gradient, a penalty. */
  readonly monitored?: Readonly<Record<string, FloatNode>>;
  /** What is measured in evaluation, without masks and noise. */
  readonly metrics?: M;
}

/** What a trainer is made of. */
export interface TrainerRequest<I extends NodeRecord, M extends Metrics> {
  /**
   * Draws the graphs for inputs of the types of a batch; called for each combination of types, of which the 64 that were used
   * last are kept. Parameters, states,
   * optimizers and training modes are made outside, so that all of them share these.
   */
  readonly build: (inputs: I) => TrainingGraphs<M>;
  readonly optimizer: Pick<Optimizer, "minimize" | "learningRate">;
  /** What is trained and how gradients are tamed. */
  readonly minimize?: MinimizeOptions;
}

/** What a training step computed before it updated the weights. */
export interface StepValues {
  readonly loss: number;
  /** What was to be monitored, and `learningRate` if the optimizer has one. */
  readonly monitored: Readonly<Record<string, number>>;
}

/** Trains and measures with batches of any shape. */
export interface Trainer<K extends string = string, M extends Metrics = Metrics> {
  /**
   * Updates the weights once.
   *
   * @throws ShapeError BATCH_EMPTY if a batch holds no example. RuntimeError LOSS_NOT_FINITE if the loss, a gradient, or what a small parameter would become, is NaN or ±∞, naming the node where it began; nothing has been updated then.
   */
  readonly step: (batch: Batch<K>) => Promise<StepValues>;
  /**
   * The metrics over all batches.
   *
   * @throws RuntimeError NO_BATCHES if there is none. ShapeError BATCH_EMPTY if one holds no example.
   */
  readonly evaluate: (
    batches: AsyncIterable<Batch<K>> | Iterable<Batch<K>>,
  ) => Promise<{ readonly [N in keyof M]: MetricValue<M[N]> }>;
  /** Draws and compiles the step for batches of these types, without taking it. */
  readonly prepare: (batch: Batch<K>) => Promise<void>;
  /** Parameters and states of all steps so far: what a checkpoint holds. */
  readonly leaves: () => readonly Node[];
  readonly runtime: Runtime;
}

/**
 * A trainer of a network: programs for each shape of batch, which share the runtime's weights.
 *
 * A step whose loss is not finite updates nothing. It is run once more, slowly, to name the first node whose value is not
 * finite.
 *
 * @throws ShapeError MONITORED_SHAPE, when a step is drawn, if what is monitored is no single number.
 * @example
 * const layer = dense({ inputs: 1, units: 1, seed: 1 });
 * const trainer = createTrainer(await createRuntime(), {
 *   build: ({ x, y }: { x: FloatNode; y: FloatNode }) => {
 *     const error = square(sub(layer.apply(x), y));
 *     return { loss: mean(error), metrics: { error: averageOf(error) } };
 *   },
 *   optimizer: sgd({ learningRate: 0.1 }),
 * });
 * const batch = { x: ndArray([[1], [2]]), y: ndArray([[3], [5]]) };
 * for (let i = 0; i < 200; i++) await trainer.step(batch);
 * (await trainer.evaluate([batch])).error < 0.001; // → true
 */
export function createTrainer<I extends Readonly<Record<string, Node>>, M extends Metrics = Record<string, never>>(
  runtime: Runtime,
  request: TrainerRequest<I, M>,
): Trainer<Extract<keyof I, string>, M> {
  checkKeys("createTrainer(runtime, request)", "request", request, { build: true, optimizer: true, minimize: true });
  checkRequest(runtime, request);
  const { build, optimizer, minimize = {} } = request;
  type K = Extract<keyof I, string>;
  const leaves = new Set<Node>();
  const drawn = perShape((batch: Batch<K>) => {
    const inputs = inputsOf(batch) as I;
    const graphs = build(inputs);
    checkGraphs(graphs);
    const keys = { loss: true, updates: true, monitored: true, metrics: true } as const;
    checkKeys<TrainingGraphs<M>>("createTrainer(runtime, { build })", "what build returns", graphs, keys);
    return { inputs, graphs };
  }, KEPT);
  const steps = perShape(async (batch: Batch<K>) => {
    checkNotEmpty("trainer.step(batch)", batch);
    const { inputs, graphs } = drawn(batch);
    const { loss, updates: written = [], monitored: own = {} } = graphs;
    const gradients: FloatNode[] = [];
    const onGradients = (found: readonly FloatNode[]): void => {
      gradients.push(...found);
      minimize.onGradients?.(found);
    };
    const updates = [...optimizer.minimize(loss, { ...minimize, onGradients }), ...written];
    const { learningRate } = optimizer;
    const monitored = { ...(learningRate !== undefined && { learningRate }), ...own };
    const isFinite = isStepFinite(loss, gradients, updates);
    const executable = await runtime.compile({
      inputs,
      outputs: { loss, isFinite, ...prefixed(monitored) },
      updates: updates.map(([leaf, next]): Update => [leaf, select(isFinite, next, leaf)]),
    });
    const read = [loss, ...updates.flat(), ...Object.values(monitored)];
    for (const leaf of [...leavesOf([loss], "param"), ...leavesOf(read, "state")]) leaves.add(leaf);
    return { request: { inputs, loss, updates }, executable: executable as Executable, names: Object.keys(monitored) };
  }, KEPT);
  const measurements = perShape(async (batch: Batch<K>) => {
    checkNotEmpty("trainer.evaluate(batches)", batch);
    const { inputs, graphs } = drawn(batch);
    const metrics = (graphs.metrics ?? {}) as M;
    return { metrics, executable: (await runtime.compile({ inputs, outputs: sumsOf(metrics) })) as Executable };
  }, KEPT);
  return {
    step: async (batch) => {
      checkBatch("trainer.step(batch)", batch);
      const { request, executable, names } = await steps(batch);
      const values = executable.run(batch);
      const loss = values["loss"]!.item();
      if (values["isFinite"]!.item() === 0) throw await whyNotFinite(loss, { runtime, batch, ...request });
      return {
        loss,
        monitored: Object.fromEntries(names.map((name) => [name, values[`${MONITORED}${name}`]!.item()])),
      };
    },
    evaluate: async (batches) => {
      const totals = new Map<string, Float64Array>();
      let metrics: M | undefined;
      checkBatches(batches);
      for await (const batch of batches) {
        checkBatch("trainer.evaluate(batches)", batch);
        const measurement = await measurements(batch);
        ({ metrics } = measurement);
        addSums(totals, measurement.executable.run(batch));
      }
      if (metrics === undefined) throw noBatches("trainer.evaluate(batches)", "none");
      return valuesOf(metrics, totals);
    },
    prepare: async (batch) => {
      checkBatch("trainer.prepare(batch)", batch);
      await steps(batch);
    },
    leaves: () => [...leaves],
    runtime,
  };
}

/** Combinations of types of batches whose programs are kept: each takes about 1 MB. */
const KEPT = 64;

/** So that what is monitored may have any name. */
const MONITORED = "monitored/";

function prefixed(monitored: Readonly<Record<string, FloatNode>>): NodeRecord {
  return Object.fromEntries(
    Object.entries(monitored).map(([name, node]) => {
      if (node.shape.length > 0) throw notANumber(name, node);
      return [`${MONITORED}${name}`, node];
    }),
  );
}

function notANumber(name: string, node: FloatNode): ShapeError {
  return new ShapeError({
    code: "MONITORED_SHAPE",
    where: "createTrainer(runtime, { build })",
    rule: `"${name}" among what is monitored must be a single number`,
    got: describe(node),
    fix: "Reduce it, with mean(node) or globalNorm([node])",
  });
}

function inputsOf(batch: Batch): NodeRecord {
  return Object.fromEntries(Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]));
}

/** A mean over nothing is no number. @throws ShapeError BATCH_EMPTY */
function checkNotEmpty(where: string, batch: Batch): void {
  const empty = Object.entries(batch).filter(([, { shape }]) => shape.includes(0));
  if (empty.length === 0) return;
  throw new ShapeError({
    code: "BATCH_EMPTY",
    where,
    rule: "a batch must hold at least one example, and an example at least one element",
    got: empty.map(([name, { type }]) => `${name} = ${formatType(type)}`).join(", "),
    fix: "Leave empty batches out: dataset.batch(size) makes none",
  });
}
