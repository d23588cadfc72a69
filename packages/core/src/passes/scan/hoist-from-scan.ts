/** Out of the loop, before it: what a step computes from weights and sequences alone. */
import { placeholder } from "../../graph/leaves.js";
import type { Node } from "../../graph/node.js";
import type { ScanBody, ScanResult } from "../../graph/scan-body.js";
import { copyGraph } from "../../graph/substitute.js";
import { applyScan } from "../../ops/scan.js";
import { buildScan, type Binding } from "../../ops/scan/drawn-scan.js";
import type { Pass } from "../pass.js";
import { hoistedNodes } from "./hoisted-nodes.js";
import { stacked } from "./outside-value.js";
import { mapBody, rewritingScans } from "./rewriting-scans.js";
import { splitSums } from "./split-sums.js";
import { independentValues, stepParts } from "./step-parts.js";

/**
 * Computes before a scan what its step computes from invariants alone, once; and of what depends on sequences too, the
 * products with invariant matrices, as one product over all steps, with what they need and the bias that is added. A
 * stack that depends on no earlier step is read from outside.
 */
export const hoistFromScan: Pass = rewritingScans("hoist-from-scan", (written, inputs) => {
  const body = splitSums(written, inputs);
  const parts = stepParts(body);
  const outside = independentValues(parts, inputs);
  const moved = hoistedNodes(parts, outside);
  const { step, results } = body;
  const isOutside = (result: ScanResult): boolean => result.kind === "stack" && outside.has(result.node);
  if (moved.length === 0 && !results.some(isOutside)) return undefined;

  const standIns = moved.map((node): Binding & { readonly isStacked: boolean; readonly node: Node } => {
    const { node: value, isStacked } = outside.get(node)!;
    return { node, isStacked, value, placeholder: placeholder(node.label ?? node.op.name, node.shape, node.dtype) };
  });
  const replaced = copyGraph(parts.order, new Map(standIns.map(({ node, placeholder: read }) => [node, read])));
  const inside: ScanBody = mapBody({ step, results }, (node) => replaced.get(node) ?? node);
  const bind = (nodes: readonly Node[], first: number): Binding[] =>
    nodes.map((node, i) => ({ placeholder: node, value: inputs[first + i]! }));
  const firstInvariant = step.sequences.length + step.delays.length;
  const left = buildScan(
    {
      steps: step.steps,
      reverse: step.reverse,
      recompute: step.recompute,
      sequences: [...bind(step.sequences, 0), ...standIns.filter(({ isStacked }) => isStacked)],
      delays: inside.step.delays.map((delay, i) => ({
        ...delay,
        initial: inputs[step.sequences.length + i] as Node<"f32">,
      })),
      invariants: [...bind(step.invariants, firstInvariant), ...standIns.filter(({ isStacked }) => !isStacked)],
      results: inside.results.filter((_, i) => !isOutside(results[i]!)),
    },
    applyScan,
  ).values();
  return results.map((result) =>
    result.kind === "stack" && isOutside(result) ? stacked(outside.get(result.node)!, step.steps) : left.next().value!,
  );
});
