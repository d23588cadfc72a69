/** Operations with a wrong derivative, made on purpose: checks that do not see them check nothing. */
import { input, mul, Node, topologicalOrder, type AnyOp, type FloatNode } from "@unfold/core";

/** A copy of an operation whose values are right and whose derivative is wrong. */
export interface Mutant {
  /** What was done to which operation: `flipping the sign of tanh`. */
  readonly title: string;
  readonly op: AnyOp;
  /** The mode whose rule is wrong; rules shared by both modes count as reverse. */
  readonly mode: "reverse" | "forward";
}

/** What a rule says about one input; null where no derivative flows. */
type Contribution = FloatNode | number | null;
type Change = <C extends Contribution>(contributions: readonly C[]) => C[];

/** The wrong copies of an operation; none if it has no derivative. Swapping needs two contributions that differ. */
export function mutantsOf(op: AnyOp, options: { readonly swap: boolean }): Mutant[] {
  const { derivative, name } = op;
  if (derivative.kind === "none") return [];
  const reverse = (title: string, change: Change): Mutant => ({ title, op: changeRule(op, change), mode: "reverse" });
  const mutants = [
    reverse(`flipping the sign of ${name}`, scaled(-1)),
    reverse(`doubling the derivative of ${name}`, scaled(2)),
  ];
  if (options.swap) mutants.push(reverse(`swapping the contributions of ${name}`, swapped));
  if (derivative.kind !== "rules") return mutants;
  const forward = (title: string, factor: number): Mutant => ({
    title,
    op: {
      ...op,
      derivative: {
        ...derivative,
        jvp: (context) => {
          const tangent = derivative.jvp(context);
          return tangent && times(tangent, factor);
        },
      },
    },
    mode: "forward",
  });
  return [
    ...mutants,
    forward(`flipping the sign of ${name} in forward mode`, -1),
    forward(`doubling the derivative of ${name} in forward mode`, 2),
  ];
}

/** What the rule of a node's operation says about each input, for a cotangent of any value. */
export function contributionsOf(node: FloatNode): readonly Contribution[] {
  const { derivative } = node.op;
  const context = { inputs: node.inputs as readonly FloatNode[], attrs: node.attrs, output: node };
  if (derivative.kind === "none") return [];
  if (derivative.kind === "partials") return derivative.partials(context);
  return derivative.vjp({ ...context, cotangent: input("cotangent", node.shape) });
}

/** The graph with one operation in the place of another, wherever it is used; leaves stay the same nodes. */
export function replaceOp(output: Node, original: AnyOp, replacement: AnyOp): Node {
  const copies = new Map<Node, Node>();
  for (const node of topologicalOrder([output])) {
    const { attrs, type, label, site } = node;
    const op = node.op === original ? replacement : node.op;
    const inputs = node.inputs.map((operand) => copies.get(operand)!);
    copies.set(node, node.op.kind === "leaf" ? node : new Node({ op, inputs, attrs, type, label, site }));
  }
  return copies.get(output)!;
}

function changeRule(op: AnyOp, change: Change): AnyOp {
  const { derivative } = op;
  switch (derivative.kind) {
    case "none":
      return op;
    case "partials":
      return { ...op, derivative: { ...derivative, partials: (context) => change(derivative.partials(context)) } };
    case "linear":
    case "multilinear":
    case "rules":
      return { ...op, derivative: { ...derivative, vjp: (context) => change(derivative.vjp(context)) } };
  }
}

function scaled(factor: number): Change {
  return (contributions) => contributions.map((contribution) => times(contribution, factor));
}

function swapped<C extends Contribution>(contributions: readonly C[]): C[] {
  const [first, second] = contributions.flatMap((contribution, i) => (contribution === null ? [] : [i]));
  if (first === undefined || second === undefined) return [...contributions];
  return contributions.with(first, contributions[second]!).with(second, contributions[first]!);
}

function times<C extends Contribution>(contribution: C, factor: number): C {
  if (contribution === null) return contribution;
  return (typeof contribution === "number" ? contribution * factor : mul(contribution, factor)) as C;
}
