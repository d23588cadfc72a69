/** The last steps of a network, unfolded, with what flows back on every edge. */
import {
  edgeFlow,
  input,
  scan,
  unfold,
  unfoldedPicture,
  type FloatNode,
  type NdArray,
  type Node,
  type Runtime,
} from "@unfold/rnn";
import { svgPicture } from "@unfold/report";
import { FEATURES, firstSequence, type Minibatch } from "./adding-problem.js";
import { errorOf } from "./memory-figures.js";
import type { Network } from "./networks.js";

/** Steps drawn: enough to see what is multiplied at each. */
const STEPS_DRAWN = 3;

/**
 * The picture as SVG. Numbers on edges are norms of what flows back along them, relative to the largest; they belong to
 * the first sequence of the minibatch.
 */
export async function flowPicture(
  runtime: Runtime,
  network: Network,
  minibatch: Minibatch,
  steps: number,
): Promise<string> {
  const { cell } = network;
  const drawn = Math.min(STEPS_DRAWN, steps - 1);
  const x = firstSequence(minibatch, steps);
  const before = (steps - drawn) * FEATURES;
  const carried = await stateAfter(runtime, network, x.subarray(0, before));
  const [read, answer] = [input("x", [drawn, 1, FEATURES]), input("y", [1, 1])];
  const initial = mapEntries(carried, (name) => input(name, [1, 1, cell.units]));
  const unfolded = unfold(cell.fold(1, initial), drawn, { x: read });
  const edges = edgeFlow(errorOf(network, unfolded, answer));
  const inputs: Readonly<Record<string, Node>> = { ...initial, x: read, y: answer };
  const look = await runtime.compile({
    inputs,
    outputs: Object.fromEntries(edges.map(({ norm }, i): [string, FloatNode] => [String(i), norm])),
  });
  const found = look.run({ ...carried, x: x.subarray(before), y: minibatch.y.subarray(0, 1) });
  const norms = edges.map((_, i) => found[String(i)]!.item());
  const inside = new Set<Node>(unfolded.columns.flat());
  const largest = norms.reduce((most, norm, i) => (inside.has(edges[i]!.to) ? Math.max(most, norm) : most), 0);
  const texts = new Map<Node, Map<Node, string>>();
  for (const [i, { from, to }] of edges.entries()) {
    const of = texts.get(from) ?? new Map<Node, string>();
    texts.set(from, of.set(to, shortly(norms[i]! / largest)));
  }
  return svgPicture(unfoldedPicture(unfolded, { edgeText: (from, to) => texts.get(from)?.get(to) }));
}

/** The state that a network carries after a sequence, by delay. */
async function stateAfter(
  runtime: Runtime,
  { cell }: Network,
  x: Float32Array<ArrayBuffer>,
): Promise<Readonly<Record<string, NdArray>>> {
  const steps = x.length / FEATURES;
  const read = input("x", [steps, 1, FEATURES]);
  const look = await runtime.compile({ inputs: { x: read }, outputs: scan(cell.fold(1), steps, { x: read }).final });
  return mapEntries(look.run({ x }), (_, value) => value.copy());
}

function mapEntries<V, W>(record: Readonly<Record<string, V>>, f: (name: string, value: V) => W): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(name, value)]));
}

/** Two digits; what is too small for that, as a power of ten. */
function shortly(share: number): string {
  if (share === 0) return "0";
  return share < 0.001 ? share.toExponential(0) : String(Number(share.toPrecision(2)));
}
