/**
 * Three classes of points, each on an arm of a spiral: no line parts them.
 *
 * @source Stanford cs231n, "Minimal neural network case study": 100 points a class, radius 0 to 1, noise 0.2 in the angle
 */
import {
  argmax,
  cast,
  constant,
  createRuntime,
  crossEntropy,
  dense,
  equal,
  evaluate,
  heNormal,
  input,
  mean,
  randomKey,
  randomNormal,
  relu,
  type FloatNode,
  type IntNode,
  type Update,
} from "@unfold/rnn";

/** Classes. */
const CLASSES = 3;
/** Points of a class, unless others are wanted. */
const POINTS = 100;

/** Points in the order of their classes. */
export interface Spirals {
  /** `[N, 2]` */
  readonly x: Float32Array<ArrayBuffer>;
  /** `[N]` */
  readonly y: Int32Array<ArrayBuffer>;
}

/** The points. */
export function spirals(seed: number, perClass: number): Spirals {
  const count = CLASSES * perClass;
  const noise = evaluate(randomNormal(randomKey(seed, "spirals"), [count])).data;
  const [x, y] = [new Float32Array(2 * count), new Int32Array(count)];
  for (let i = 0; i < count; i++) {
    const arm = Math.floor(i / perClass);
    const along = (i % perClass) / (perClass - 1);
    const angle = 4 * (arm + along) + 0.2 * noise[i]!;
    x.set([along * Math.sin(angle), along * Math.cos(angle)], 2 * i);
    y[i] = arm;
  }
  return { x, y };
}

/** A network with a hidden layer of rectified linear units that says a score for each class. */
export function spiralNetwork(seed: number, units: number): (x: FloatNode) => FloatNode {
  const hidden = dense({ name: "hidden", inputs: 2, units, seed, weight: heNormal });
  const scores = dense({ name: "scores", inputs: units, units: CLASSES, seed, weight: heNormal });
  return (x) => scores.apply(relu(hidden.apply(x)));
}

/** What is trained, and how. */
export interface SpiralTraining {
  readonly seed: number;
  /** Hidden units. */
  readonly units: number;
  readonly updates: number;
  readonly minimize: (loss: FloatNode) => Update[];
  /** Of scores and labels. Default: cross-entropy. */
  readonly lossOf?: (scores: FloatNode, labels: IntNode) => FloatNode;
  /** A number looked at before each update. */
  readonly watch?: FloatNode;
}

/** How training went. */
export interface SpiralResult {
  /** The loss before each update, over all points. */
  readonly losses: readonly number[];
  readonly watched: readonly number[];
  /** Share of the points that are told right at the end. */
  readonly accuracy: number;
}

/** Trains a network on all points at once. */
export async function trainOnSpirals(options: SpiralTraining): Promise<SpiralResult> {
  const { seed, units, updates, minimize, lossOf = crossEntropy, watch = constant(0) } = options;
  const points = spirals(seed, POINTS);
  const [x, y] = [input("x", [CLASSES * POINTS, 2]), input("y", [CLASSES * POINTS], "i32")];
  const scores = spiralNetwork(seed, units)(x);
  const loss = lossOf(scores, y);
  const runtime = await createRuntime();
  const step = await runtime.compile({ inputs: { x, y }, outputs: { loss, watch }, updates: minimize(loss) });
  const isRight = mean(cast(equal(argmax(scores, -1), y), "f32"));
  const look = await runtime.compile({ inputs: { x, y }, outputs: { isRight } });
  const [losses, watched]: [number[], number[]] = [[], []];
  for (let update = 0; update < updates; update++) {
    const found = step.run({ ...points });
    losses.push(found.loss.item());
    watched.push(found.watch.item());
  }
  return { losses, watched, accuracy: look.run({ ...points }).isRight.item() };
}

/** Some of the points. */
export function rowsOf({ x, y }: Spirals, rows: ArrayLike<number>): Spirals {
  const list = Array.from(rows);
  return {
    x: Float32Array.from(list.flatMap((row) => [x[2 * row]!, x[2 * row + 1]!])),
    y: Int32Array.from(list.map((row) => y[row]!)),
  };
}
