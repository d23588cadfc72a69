/** Training step and evaluation of a network, compiled once for each shape of batch. */
import {
  abs,
  createRuntime,
  input,
  less,
  leavesOf,
  RuntimeError,
  select,
  formatType,
  type Executable,
  type FloatNode,
  type NdArray,
  type Node,
  type NodeRecord,
  type Runtime,
  type Update,
} from "@unfold/core";
import { readLeaves, writeLeaves } from "../checkpoints/leaf-values.js";
import type { Batch } from "../data/batches-of.js";
import { addSums, sumsOf, valuesOf, type Metric } from "../metrics/metric.js";
import type { MinimizeOptions, Optimizer } from "../optimizers/optimizer.js";

/** What is computed from a batch. */
export interface TrainingGraphs<M extends Readonly<Record<string, Metric>> = Readonly<Record<string, Metric>>> {
  /** What training makes smaller, `[]`. */
  readonly loss: FloatNode;
  /** What else a training step writes: `mode.updates()`, a state carried from window to window. */
  readonly updates?: readonly Update[];
  /** What is measured in evaluation, without masks and noise. */
  readonly metrics?: M;
}

/** What a trainer is made of. */
export interface TrainerRequest<I extends NodeRecord, M extends Readonly<Record<string, Metric>>> {
  /**
   * Draws the graphs for inputs of the types of a batch; called once for each combination of types. Parameters, states,
   * optimizers and training modes are made outside, so that all of them share these.
   */
  readonly build: (inputs: I) => TrainingGraphs<M>;
  readonly optimizer: Pick<Optimizer, "minimize">;
  /** What is trained and how gradients are tamed. */
  readonly minimize?: MinimizeOptions;
}

/** Trains and measures with batches of any shape. */
export interface Trainer<
  K extends string = string,
  M extends Readonly<Record<string, Metric>> = Readonly<Record<string, Metric>>,
> {
  /**
   * Updates the weights once.
   *
   * @returns the loss before the update
   * @throws RuntimeError LOSS_NOT_FINITE if the loss is NaN or ±∞, naming the node where it began; nothing has been updated then.
   */
  readonly step: (batch: Batch<K>) => Promise<number>;
  /** The metrics over all batches. */
  readonly evaluate: (
    batches: AsyncIterable<Batch<K>> | Iterable<Batch<K>>,
  ) => Promise<{ readonly [N in keyof M]: number }>;
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
export function createTrainer<
  I extends Readonly<Record<string, Node>>,
  M extends Readonly<Record<string, Metric>> = Record<string, never>,
>(runtime: Runtime, { build, optimizer, minimize = {} }: TrainerRequest<I, M>): Trainer<Extract<keyof I, string>, M> {
  type K = Extract<keyof I, string>;
  const leaves = new Set<Node>();
  const drawn = perShape((batch: Batch<K>) => {
    const inputs = inputsOf(batch) as I;
    return { inputs, graphs: build(inputs) };
  });
  const steps = perShape(async (batch: Batch<K>) => {
    const { inputs, graphs } = drawn(batch);
    const { loss, updates = [] } = graphs;
    const isFinite = less(abs(loss), Infinity);
    const all = [...optimizer.minimize(loss, minimize), ...updates].map(([leaf, next]): Update => [
      leaf,
      select(isFinite, next, leaf),
    ]);
    const executable = await runtime.compile({ inputs, outputs: { loss }, updates: all });
    for (const leaf of [...leavesOf([loss], "param"), ...leavesOf([loss, ...all.flat()], "state")]) leaves.add(leaf);
    return executable as Executable<NodeRecord, { loss: FloatNode }>;
  });
  const measurements = perShape(async (batch: Batch<K>) => {
    const { inputs, graphs } = drawn(batch);
    const metrics = (graphs.metrics ?? {}) as M;
    return { metrics, executable: (await runtime.compile({ inputs, outputs: sumsOf(metrics) })) as Executable };
  });
  return {
    step: async (batch) => {
      const loss = (await steps(batch)).run(batch).loss.item();
      if (Number.isFinite(loss)) return loss;
      const { inputs, graphs } = drawn(batch);
      throw await whyNotFinite(loss, { runtime, inputs, loss: graphs.loss, batch });
    },
    evaluate: async (batches) => {
      const totals = new Map<string, Float64Array>();
      let metrics: M | undefined;
      for await (const batch of batches) {
        const measurement = await measurements(batch);
        ({ metrics } = measurement);
        addSums(totals, measurement.executable.run(batch));
      }
      if (metrics === undefined) throw noBatches();
      return valuesOf(metrics, totals);
    },
    prepare: async (batch) => {
      await steps(batch);
    },
    leaves: () => [...leaves],
    runtime,
  };
}

function inputsOf(batch: Batch): NodeRecord {
  return Object.fromEntries(Object.entries(batch).map(([name, { shape, dtype }]) => [name, input(name, shape, dtype)]));
}

/** What is made of the first batch of each combination of types. */
function perShape<K extends string, R>(make: (batch: Batch<K>) => R): (batch: Batch<K>) => R {
  const made = new Map<string, R>();
  return (batch) => {
    const types = Object.entries<NdArray>(batch).map(([name, { type }]) => `${name}: ${formatType(type)}`);
    const key = types.sort().join("; ");
    const found = made.get(key);
    if (found !== undefined) return found;
    const result = make(batch);
    made.set(key, result);
    return result;
  };
}

/** Runs the loss once more in check mode, with the weights as they are, to learn where it began. */
async function whyNotFinite(
  got: number,
  { runtime, inputs, loss, batch }: { runtime: Runtime; inputs: NodeRecord; loss: FloatNode; batch: Batch },
): Promise<RuntimeError> {
  const checked = await createRuntime({ check: true });
  const executable = await checked.compile({ inputs, outputs: { loss } });
  const leaves = [...leavesOf([loss], "param"), ...leavesOf([loss], "state")];
  writeLeaves(checked, leaves, readLeaves(runtime, leaves));
  let origin = "";
  try {
    executable.run(batch);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    origin = `: ${error.message.replace(/\.$/, "")}`;
  }
  return new RuntimeError({
    code: "LOSS_NOT_FINITE",
    where: "trainer.step(batch)",
    rule: "the loss must be a finite number",
    got: `${got}${origin}`,
    fix: "Nothing has been updated. Use a smaller learning rate, or clip gradients",
  });
}

function noBatches(): RuntimeError {
  return new RuntimeError({
    code: "NO_BATCHES",
    where: "trainer.evaluate(batches)",
    rule: "there must be at least one batch",
    got: "none",
  });
}
