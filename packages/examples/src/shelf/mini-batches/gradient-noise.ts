/** How far gradients of minibatches are from the gradient of all data. */
import {
  concat,
  createRuntime,
  crossEntropy,
  gradient,
  input,
  leavesOf,
  reshape,
  sizeOf,
  uniformStream,
  type FloatNode,
} from "@unfold/rnn";
import { mean } from "../../statistics.js";
import { rowsOf, type Spirals } from "../spirals.js";

/**
 * The root of the mean squared distance between the gradient of a minibatch and that of all data, relative to the latter's
 * norm. Examples are drawn with replacement, so that it is exactly proportional to 1 / √N in the long run.
 */
export async function gradientNoise(
  network: (x: FloatNode) => FloatNode,
  data: Spirals,
  { size, draws, seed }: { readonly size: number; readonly draws: number; readonly seed: number },
): Promise<number> {
  const count = data.y.length;
  const ofAll = (await gradientOf(network, count))(data);
  const ofSome = await gradientOf(network, size);
  const uniform = uniformStream(seed, `minibatch noise/${size}`);
  const distances = Array.from({ length: draws }, (_, draw) => {
    const rows = Int32Array.from({ length: size }, (__, i) => Math.floor(uniform(draw * size + i) * count));
    return squaredNorm(ofSome(rowsOf(data, rows)).map((value, i) => value - ofAll[i]!));
  });
  return Math.sqrt(mean(distances) / squaredNorm(ofAll));
}

/** A function that gives the gradient on so many examples as one vector. */
async function gradientOf(
  network: (x: FloatNode) => FloatNode,
  count: number,
): Promise<(examples: Spirals) => Float64Array> {
  const [x, y] = [input("x", [count, 2]), input("y", [count], "i32")];
  const loss = crossEntropy(network(x), y);
  const parts = gradient(loss, leavesOf([loss], "param") as FloatNode[]);
  const whole = concat(
    parts.map((part) => reshape(part, [sizeOf(part.shape)])),
    0,
  );
  const runtime = await createRuntime();
  const look = await runtime.compile({ inputs: { x, y }, outputs: { whole } });
  return (examples) => Float64Array.from(look.run({ ...examples }).whole.data);
}

function squaredNorm(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}
