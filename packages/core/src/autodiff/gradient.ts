/**
 * Reverse-mode differentiation: a graph that computes derivatives, made of the same operations, so that it can be
 * differentiated again. Backpropagation through time is this, applied to an unfolded graph.
 */
import { GradientError, InternalError, checkList } from "../errors.js";
import { withSite } from "../graph/build-site.js";
import { constant } from "../graph/leaves.js";
import { describe, type FloatNode, isFloat, requireNode, type Node } from "../graph/node.js";
import type { NodePairs } from "../graph/op.js";
import { groupIndex, scanGroups, type ScanGroup } from "../graph/scan-groups.js";
import { dependentsOf, topologicalOrder } from "../graph/walk.js";
import { mul } from "../ops/mul.js";
import { neg } from "../ops/neg.js";
import { sameShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor-type.js";
import { accumulate } from "./accumulate.js";
import { Contributions } from "./contributions.js";
import { pathEnds } from "./path-ends.js";
import { zeros } from "../ops/composite/zeros.js";

/** What to do about a variable the loss does not reach. */
export interface GradientOptions {
  /** "error" (default) throws and names the variable; "zero" returns zeros. */
  readonly missing?: "error" | "zero";
}

/** One gradient per variable. */
export type Gradients<W extends readonly FloatNode[]> = { readonly [K in keyof W]: FloatNode };

/**
 * ∂loss/∂w for every w, as graphs that can be evaluated, compiled and differentiated again.
 *
 * @shapes loss: f32[], w: f32[...S] -> f32[...S]
 * @param loss - a scalar; take sum or mean of anything larger
 * @param wrt - the variables: any f32 nodes of the graph, usually parameters
 * @throws GradientError LOSS_NOT_SCALAR if the loss has axes; NO_PATH if the loss does not depend on a variable.
 * @example
 * const x = input("x", []);
 * const [dx] = gradient(mul(x, mul(x, x)), [x]);
 * evaluate(dx, { x: 2 }).item(); // → 12
 */
export function gradient<const W extends readonly FloatNode[]>(
  loss: FloatNode,
  wrt: W,
  options: GradientOptions = {},
): Gradients<W> {
  requireNode("gradient(loss, wrt)", "the loss", loss);
  if (!isFloat(loss) || loss.shape.length > 0) {
    throw new GradientError({
      code: "LOSS_NOT_SCALAR",
      where: "gradient(loss, wrt)",
      rule: "the loss must be f32[]",
      got: describe(loss),
      fix: "Take the gradient of sum(loss) or mean(loss)",
    });
  }
  return vjp(loss, constant(1), wrt, options);
}

/**
 * The vector–Jacobian product: Σ cotangent · ∂output/∂w for every w.
 *
 * @shapes output: f32[...R], cotangent: f32[...R], w: f32[...S] -> f32[...S]
 * @throws GradientError COTANGENT_TYPE if the cotangent's type is not the output's; NO_PATH if the output does not depend on a variable.
 * @example
 * const x = input("x", [2]);
 * const [dx] = vjp(mul(x, x), constant([1, 10]), [x]);
 * evaluate(dx, { x: [3, 4] }).data; // → [6, 80]
 */
export function vjp<const W extends readonly FloatNode[]>(
  output: FloatNode,
  cotangent: FloatNode,
  wrt: W,
  options: GradientOptions = {},
): Gradients<W> {
  checkList("gradient(loss, wrt)", "wrt must be a list of nodes", wrt, "Put it in a list: [w]");
  for (const [i, variable] of wrt.entries()) requireNode("gradient(loss, wrt)", `variable ${i}`, variable);
  if (!isFloat(cotangent) || !sameShape(cotangent.shape, output.shape)) {
    throw new GradientError({
      code: "COTANGENT_TYPE",
      where: "vjp(output, cotangent, wrt)",
      rule: `the cotangent must be ${formatType(output.type)}`,
      got: describe(cotangent),
    });
  }
  const order = topologicalOrder([output]);
  const { cotangents, passed } = propagate(order, wrt, [[output, cotangent]], new Map());
  return wrt.map((variable) => {
    const found = cotangents.get(variable);
    if (found === undefined && options.missing !== "zero") throw noPath(order, passed, variable);
    return found ?? zeros(variable.shape);
  }) as Gradients<W>;
}

/** What reverse mode found out about a graph. */
interface Propagation {
  /** The cotangent of every node that lies between a variable and an output. */
  readonly cotangents: ReadonlyMap<Node, FloatNode>;
  /** The nodes that had a cotangent to pass on. */
  readonly passed: ReadonlySet<Node>;
}

/** Carries the cotangents of outputs to all nodes of the order; those of nodes with a seed include it. */
function propagate(
  order: readonly Node[],
  wrt: readonly FloatNode[],
  outputs: NodePairs,
  seeds: ReadonlyMap<Node, FloatNode>,
): Propagation {
  const active = dependentsOf(order, wrt);
  const groups = scanGroups(order);
  const contributions = new Contributions(seeds);
  const cotangents = new Map<Node, FloatNode>();
  const passed = new Set<Node>();
  const passOn = (node: Node, perInput: readonly (FloatNode | null)[]): void => {
    perInput.forEach((contribution, i) => {
      const input = node.inputs[i]!;
      if (contribution !== null && active.has(input) && input.dtype === "f32") contributions.add(input, contribution);
    });
  };
  // Cotangents of results wait for their scan, which takes all of them at once.
  const waiting = new Map<Node, { readonly node: Node; readonly cotangent: FloatNode }[]>();

  for (const [node, cotangent] of outputs) contributions.add(node, cotangent);
  for (const node of order.toReversed()) {
    const results = waiting.get(node);
    if (results !== undefined) {
      passed.add(node);
      withSite(node.site, () => {
        pullBackScan(groups, node, results, active, contributions);
      });
    }
    if (!contributions.has(node)) continue;
    withSite(node.site, () => {
      const total = contributions.take(node);
      cotangents.set(node, total);
      passed.add(node);
      if (!active.has(node)) return;
      if (node.op.kind === "result") {
        const { leader } = groups.get(node.inputs[0]!)!;
        const list = waiting.get(leader) ?? [];
        waiting.set(leader, [...list, { node, cotangent: total }]);
      } else passOn(node, pullBack(node as FloatNode, total));
    });
  }
  return { cotangents, passed };
}

/** Seed + Σ over outputs of cotangent · ∂output/∂w for every w; undefined where no derivative flows. */
function vjpOfSeveral(
  outputs: NodePairs,
  wrt: readonly FloatNode[],
  seeds: ReadonlyMap<Node, FloatNode>,
): (FloatNode | undefined)[] {
  const order = topologicalOrder(outputs.map(([node]) => node));
  const { cotangents } = propagate(order, wrt, outputs, seeds);
  return wrt.map((variable) => cotangents.get(variable));
}

/** Adds what a scan passes on to each of its inputs, once for all results that have a cotangent. */
function pullBackScan(
  groups: ReadonlyMap<Node, ScanGroup>,
  scan: Node,
  received: readonly { readonly node: Node; readonly cotangent: FloatNode }[],
  active: ReadonlySet<Node>,
  contributions: Contributions,
): void {
  const group = groups.get(scan)!;
  const { derivative } = scan.op;
  const { inputs } = scan;
  const isActive = inputs.map((input) => input.dtype === "f32" && active.has(input));
  if (derivative.kind !== "scan" || !isActive.includes(true)) return;
  const firstInvariant = group.step.sequences.length + group.step.delays.length;
  const isSum = (i: number): boolean => i >= firstInvariant && inputs.indexOf(inputs[i]!, firstInvariant) === i;
  const perResult = new Map<number, FloatNode[]>();
  for (const { node, cotangent } of received) {
    const index = groupIndex(groups, node);
    perResult.set(index, [...(perResult.get(index) ?? []), cotangent]);
  }
  const indices = [...perResult.keys()].sort((a, b) => a - b);
  const perInput = derivative.vjp({
    step: group.step,
    inputs,
    results: indices.map((index) => group.results[index]!),
    cotangents: indices.map((index) => accumulate(perResult.get(index)!)),
    isActive,
    seeds: inputs.map((input, i) => (isSum(i) ? contributions.seedOf(input, group) : undefined)),
    vjp: vjpOfSeveral,
  });
  perInput.forEach((contribution, i) => {
    const input = inputs[i]!;
    if (contribution === null || !isActive[i]!) return;
    if (isSum(i)) contributions.addSum(input, contribution, group);
    else contributions.add(input, contribution);
  });
}

/** What one node passes on to each of its inputs. */
function pullBack(output: FloatNode, cotangent: FloatNode): readonly (FloatNode | null)[] {
  const { attrs, op } = output;
  const inputs = output.inputs as readonly FloatNode[];
  const { derivative } = op;
  switch (derivative.kind) {
    case "none":
      return [];
    case "scan":
    case "result":
      throw new InternalError("gradient", `a cotangent at ${op.name} ${describe(output)}`);
    case "partials":
      return derivative
        .partials({ inputs, attrs, output })
        .map((partial: FloatNode | number | null) => (partial === null ? null : scale(cotangent, partial)));
    case "linear":
    case "multilinear":
    case "rules":
      return derivative.vjp({ inputs, attrs, output, cotangent });
  }
}

/** x · factor, without a node for factors of ±1. */
export function scale(x: FloatNode, factor: FloatNode | number): FloatNode {
  if (factor === 1) return x;
  return factor === -1 ? neg(x) : mul(x, factor);
}

function noPath(order: readonly Node[], passed: ReadonlySet<Node>, variable: FloatNode): GradientError {
  const ends = pathEnds(order, passed, variable);
  return new GradientError({
    code: "NO_PATH",
    where: "gradient(loss, wrt)",
    rule: "the loss must depend on every variable",
    got: `no path from ${describe(variable)} to the loss. ${ends.length === 0 ? "The loss does not use it" : `The path ends at ${ends.join(" and at ")}`}`,
    fix: 'Remove the variable from the list, or pass { missing: "zero" }',
    details: { variable: variable.label, ends },
  });
}
