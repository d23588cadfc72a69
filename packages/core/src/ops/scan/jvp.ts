/** Forward mode through a scan: a scan in the same direction that carries tangents along with the values. */
import { placeholder } from "../../graph/leaves.js";
import { isFloat, type FloatNode, type Node } from "../../graph/node.js";
import type { ScanJvpContext } from "../../graph/op.js";
import { placeholdersOf, type ScanResult } from "../../graph/scan-body.js";
import { zeros } from "../composite/zeros.js";
import { buildScan, type ApplyScan, type Binding } from "./drawn-scan.js";

/** One tangent per result of a scan; undefined where it is zero. */
export function pushScanForward(context: ScanJvpContext, apply: ApplyScan): (FloatNode | undefined)[] {
  const { step, inputs, results, tangents } = context;
  const { sequences, delays, invariants } = step;
  const insides = movingPlaceholders(context);
  const firstInvariant = sequences.length + delays.length;
  const bind = (nodes: readonly Node[], first: number): Binding[] =>
    nodes.flatMap((node, i) => {
      const [inside, tangent] = [isFloat(node) ? insides.get(node) : undefined, tangents[first + i]];
      const value = { placeholder: node, value: inputs[first + i]! };
      return inside === undefined ? [value] : [value, { placeholder: inside, value: tangent! }];
    });

  const stacked = results.flatMap((result) => (result.kind === "stack" ? [result.node] : []));
  const found = context.jvp([...stacked, ...delays.map(({ next }) => next)], [...insides]);
  const moving = delays.flatMap(({ placeholder: read, steps }, i) => {
    const inside = insides.get(read);
    if (inside === undefined) return [];
    const tangent = found[stacked.length + i] ?? zeros(read.shape);
    const initial = tangents[sequences.length + i] ?? zeros([steps, ...read.shape]);
    return [{ placeholder: inside, steps, next: tangent, initial, delay: i }];
  });

  let nextStacked = 0;
  const wanted = results.map((result): ScanResult | undefined => {
    if (result.kind === "stack") {
      const tangent = found[nextStacked++];
      return tangent && { kind: "stack", node: tangent };
    }
    const index = moving.findIndex(({ delay }) => delay === result.delay);
    return index < 0 ? undefined : { kind: "final", delay: delays.length + index };
  });
  const values = buildScan(
    {
      steps: step.steps,
      reverse: step.reverse,
      recompute: step.recompute,
      sequences: bind(sequences, 0),
      delays: [
        ...delays.map((delay, i) => ({ ...delay, initial: inputs[sequences.length + i] as FloatNode })),
        ...moving,
      ],
      invariants: bind(invariants, firstInvariant),
      results: wanted.filter((result) => result !== undefined),
    },
    apply,
  );
  let nextValue = 0;
  return wanted.map((result) => (result === undefined ? undefined : (values[nextValue++] as FloatNode)));
}

/** What stands for the tangent of each placeholder that has one: through a delay, also where its next value has one. */
function movingPlaceholders({ step, tangents, jvp }: ScanJvpContext): Map<FloatNode, FloatNode> {
  const insides = new Map<FloatNode, FloatNode>();
  const move = (node: Node): void => {
    if (isFloat(node)) insides.set(node, placeholder(`tangent ${node.label ?? node.op.name}`, node.shape));
  };
  placeholdersOf(step).forEach((node, i) => {
    if (tangents[i] !== undefined) move(node);
  });
  for (let count = -1; count < insides.size;) {
    count = insides.size;
    const open = step.delays.filter(({ placeholder: read }) => !insides.has(read));
    const found = jvp(
      open.map(({ next }) => next),
      [...insides],
    );
    open.forEach(({ placeholder: read }, i) => {
      if (found[i] !== undefined) move(read);
    });
  }
  return insides;
}
