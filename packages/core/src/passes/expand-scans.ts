/** Scans written out as T copies of their step: slow to compile and obvious, so an oracle for everything else. */
import type { Node } from "../graph/node.js";
import { computedBy, scanBodyOf, type ScanBody } from "../graph/scan-body.js";
import { copyGraph } from "../graph/substitute.js";
import { topologicalOrder } from "../graph/walk.js";
import { stack, unstack } from "../ops/composite/stack-split.js";
import { rebuild } from "./pass.js";

/**
 * The outputs without scans: every scan, also one that is a derivative or stands inside another, becomes T copies of its
 * step, one split per sequence and one stack per result.
 *
 * @example
 * const { outputs } = scan({
 *   steps: 2,
 *   delays: { n: { initial: constant([1]) } },
 *   step: ({ delays }) => ({ next: { n: add(delays.n, delays.n) }, outputs: { n: delays.n } }),
 * });
 * const [n] = expandScans([outputs.n]);
 * printGraph(n).includes("scan"); // → false
 */
export function expandScans<const O extends readonly Node[]>(outputs: O): { readonly [K in keyof O]: O[K] };
export function expandScans(outputs: readonly Node[]): readonly Node[] {
  const expanded = new Map<Node, Node>();
  const results = new Map<Node, readonly Node[]>();
  const lookUp = (node: Node): Node => expanded.get(node) ?? node;
  for (const node of topologicalOrder(outputs)) {
    const body = scanBodyOf(node);
    if (body !== undefined) results.set(node, expand(body, node.inputs.map(lookUp)));
    else if (node.op.kind === "result")
      expanded.set(node, results.get(node.inputs[0]!)![node.attrs["index"] as number]!);
    else expanded.set(node, rebuild(node, lookUp));
  }
  return outputs.map(lookUp);
}

/** The results of a body applied to inputs; scans inside it are expanded once, before they are copied. */
function expand(body: ScanBody, inputs: readonly Node[]): Node[] {
  const { steps, reverse, sequences, delays, invariants } = body.step;
  const flat = new Map(zip(computedBy(body), expandScans(computedBy(body))));
  const order = topologicalOrder([...flat.values()]);
  const elements = sequences.map((_, i) => unstack(inputs[i]!, 0));
  const histories = delays.map((_, i) => unstack(inputs[sequences.length + i]!, 0));
  const fixed = zip(invariants, inputs.slice(sequences.length + delays.length));

  const copies = new Array<(node: Node) => Node>(steps);
  for (let i = 0; i < steps; i++) {
    const t = reverse ? steps - 1 - i : i;
    const copy = copyGraph(
      order,
      new Map<Node, Node>([
        ...fixed,
        ...sequences.map((node, s) => [node, elements[s]![t]!] as const),
        ...delays.map(({ placeholder }, d) => [placeholder, histories[d]![i]!] as const),
      ]),
    );
    copies[t] = (node) => copy.get(flat.get(node)!) ?? flat.get(node)!;
    delays.forEach(({ next }, d) => histories[d]!.push(copies[t]!(next)));
  }
  return body.results.map((result) =>
    result.kind === "stack"
      ? stack(copies.map((at) => at(result.node)))
      : stack(histories[result.delay]!.slice(-delays[result.delay]!.steps)),
  );
}

function zip(keys: readonly Node[], values: readonly Node[]): (readonly [Node, Node])[] {
  return keys.map((key, i) => [key, values[i]!] as const);
}
