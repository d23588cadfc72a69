/** Gradient checkpointing: a scan of segments, of which a derivative keeps what enters them and runs their steps once more. */
import { GraphError } from "../../errors.js";
import { placeholder } from "../../graph/leaves.js";
import type { FloatNode, Node } from "../../graph/node.js";
import type { ScanResult } from "../../graph/scan-body.js";
import { concat } from "../concat.js";
import { reshape } from "../reshape.js";
import { slice } from "../slice-pad.js";
import { buildScan, type ApplyScan, type Binding, type DrawnScan } from "./drawn-scan.js";

/**
 * How long the segments of a checkpointed scan are: k steps, or ⌈√T⌉ for "sqrt", which needs the least memory. A
 * derivative then takes memory for T / k values of every delay and for k steps, and runs every step twice. Values stay the
 * same to the last bit; so do gradients through delays, where programs are not optimized.
 *
 * @example
 * const { final } = scan({
 *   steps: 9,
 *   checkpoint: "sqrt",
 *   delays: { n: { initial: constant([1]) } },
 *   step: ({ delays }) => ({ next: { n: mul(delays.n, 2) }, outputs: {} }),
 * });
 * evaluate(final.n).data; // → [512]
 * @source Chen, Xu, Zhang, Guestrin 2016, "Training deep nets with sublinear memory cost"
 */
export type Checkpoint = "sqrt" | { readonly every: number };

/** k, the steps of a segment: all T without checkpoints. Throws GraphError CHECKPOINT_EVERY. */
export function segmentLength(checkpoint: Checkpoint | undefined, steps: number): number {
  if (checkpoint === undefined) return steps;
  if (checkpoint === "sqrt") return Math.ceil(Math.sqrt(steps));
  const { every } = checkpoint as Partial<Exclude<Checkpoint, string>>;
  if (every !== undefined && Number.isInteger(every) && every >= 1) return every;
  throw new GraphError({
    code: "CHECKPOINT_EVERY",
    where: "scan({ steps, sequences, delays, step, checkpoint })",
    rule: 'checkpoint must be "sqrt" or { every: k } with a whole number k ≥ 1',
    got: typeof checkpoint === "string" ? `"${String(checkpoint)}"` : `every: ${String(every)}`,
    fix: `With "sqrt" it would be ${Math.ceil(Math.sqrt(steps))} of T = ${steps} steps`,
  });
}

/**
 * The results of a drawn scan as a scan of segments of k steps each, the steps that are left over after them; a plain scan
 * if there is but one segment. Values are the same to the last bit. The last values of all delays must be results.
 */
export function buildCheckpointed(drawn: DrawnScan, every: number, apply: ApplyScan): Node[] {
  const { steps, reverse, delays, results } = drawn;
  if (every >= steps) return buildScan(drawn, apply);
  const count = Math.floor(steps / every);
  const left = steps - count * every;
  const whole = reverse ? { start: left, stop: steps } : { start: 0, stop: steps - left };
  const segments = buildSegments(part(drawn, whole.start, whole.stop), every, apply);
  if (left === 0) return segments.results;
  const after = part(drawn, reverse ? 0 : whole.stop, reverse ? left : steps);
  const initial = delays.map((delay, i) => ({ ...delay, initial: segments.final[i]! }));
  const rest = buildScan({ ...after, delays: initial }, apply);
  return results.map((result, i) => {
    if (result.kind === "final") return rest[i]!;
    return concat(reverse ? [rest[i]!, segments.results[i]!] : [segments.results[i]!, rest[i]!], 0);
  });
}

/** The same recurrence over some of the steps. */
function part(drawn: DrawnScan, start: number, stop: number): DrawnScan {
  if (stop - start === drawn.steps) return drawn;
  const cut = ({ placeholder: read, value }: Binding): Binding => ({
    placeholder: read,
    value: slice(value, { axis: 0, start, stop }),
  });
  return { ...drawn, steps: stop - start, sequences: drawn.sequences.map(cut) };
}

/** What T / k segments yield, and of that, the last values of all delays. */
function buildSegments(
  drawn: DrawnScan,
  every: number,
  apply: ApplyScan,
): { readonly results: Node[]; readonly final: FloatNode[] } {
  const { steps, delays, results } = drawn;
  const count = steps / every;
  const sequences = drawn.sequences.map(({ placeholder: read, value }) => ({
    inside: read,
    placeholder: placeholder(labelOf(read), [every, ...read.shape], read.dtype),
    value: reshape(value, [count, every, ...read.shape]),
  }));
  const carried = delays.map(({ placeholder: read, steps: reach, initial }) => ({
    placeholder: placeholder(labelOf(read), [reach, ...read.shape]),
    initial: reshape(initial, [1, reach, ...read.shape]),
  }));
  const finalAt = (delay: number): number => results.findIndex((one) => one.kind === "final" && one.delay === delay);
  const inside = buildScan(
    {
      ...drawn,
      steps: every,
      sequences: sequences.map(({ inside: read, placeholder: value }) => ({ placeholder: read, value })),
      delays: delays.map((delay, i) => ({ ...delay, initial: carried[i]!.placeholder })),
    },
    apply,
  );
  const values = buildScan(
    {
      ...drawn,
      steps: count,
      recompute: true,
      invariants: [],
      sequences,
      delays: carried.map((delay, i) => ({
        ...delay,
        steps: 1,
        next: inside[finalAt(i)] as FloatNode,
      })),
      results: results.map((one, i): ScanResult => (one.kind === "final" ? one : { kind: "stack", node: inside[i]! })),
    },
    apply,
  );
  // Without the axis of segments: steps behind each other, and the one value that a delay of one segment carries.
  const flat = values.map((value) => reshape(value, [value.shape[0]! * value.shape[1]!, ...value.shape.slice(2)]));
  return { results: flat, final: delays.map((_, delay) => flat[finalAt(delay)] as FloatNode) };
}

function labelOf(node: Node): string {
  return node.label ?? node.op.name;
}
