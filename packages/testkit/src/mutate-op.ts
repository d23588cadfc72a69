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
export type Contribution = FloatNode | number | null;
type Change = <C extends Contribution>(contributions: readonly C[]) => C[];

/**
 * The wrong copies of an operation; none if it has no derivative.
 *
 * @param contributions - what the rule says about each input of some node: a single one is flipped only where there are
 *   several, and two are swapped only where they differ
 */
export function mutantsOf(op: AnyOp, contributions: readonly Contribution[]): Mutant[] {
  const { name } = op;
  // A result has no rule: what it is given is its scan's.
  if (op.kind === "result" || op.derivative.kind === "none") return [];
  const reverse = (title: string, change: Change): Mutant => ({ title, op: changeRule(op, change), mode: "reverse" });
  const present = presentIn(contributions);
  return [
    reverse(`flipping the sign of ${name}`, scaled(-1)),
    reverse(`doubling the derivative of ${name}`, scaled(2)),
    ...(present.length < 2 ? [] : present).map((i) =>
      reverse(`flipping the sign of ${name} for input ${i} alone`, scaled(-1, i)),
    ),
    ...(firstTwoDiffer(contributions) ? [reverse(`swapping the contributions of ${name}`, swapped)] : []),
    ...forwardMutants(op),
  ];
}

/** Whether swapping the first two contributions changes anything; in a sum it does not. */
export function firstTwoDiffer(contributions: readonly Contribution[]): boolean {
  const [first, second] = presentIn(contributions);
  return first !== undefined && second !== undefined && !Object.is(contributions[first], contributions[second]);
}

/** What the rule of a node's operation says about each input, for a cotangent of any value. */
export function contributionsOf(node: FloatNode): readonly Contribution[] {
  const { derivative } = node.op;
  const context = { inputs: node.inputs as readonly FloatNode[], attrs: node.attrs, output: node };
  if (derivative.kind === "none" || derivative.kind === "result") return [];
  // What a scan says about an input shows only when it is asked for, and the checks ask for one at a time.
  if (derivative.kind === "scan") return node.inputs.map(({ dtype }) => (dtype === "f32" ? 1 : null));
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

/** Operations with one value. */
type SingleOp = Exclude<AnyOp, { readonly kind: "scan" | "result" }>;
type RepeatedOp = Extract<AnyOp, { readonly kind: "scan" }>;

function changeRule(op: SingleOp | RepeatedOp, change: Change): AnyOp {
  if (op.kind === "scan") {
    const { derivative } = op;
    return {
      ...op,
      derivative: {
        ...derivative,
        vjp: (context: Parameters<typeof derivative.vjp>[0]) => change(derivative.vjp(context)),
      },
    };
  }
  const { derivative } = op;
  switch (derivative.kind) {
    case "none":
      return op;
    case "partials":
      return { ...op, derivative: { ...derivative, partials: (context) => change(derivative.partials(context)) } };
    case "linear":
    case "multilinear":
    case "rules":
      return {
        ...op,
        derivative: {
          ...derivative,
          vjp: (context: Parameters<typeof derivative.vjp>[0]) => change(derivative.vjp(context)),
        },
      };
  }
}

/** Forward mode has a rule of its own only where both are written out. */
function forwardMutants(op: SingleOp | RepeatedOp): Mutant[] {
  const { name } = op;
  if (op.kind === "scan") {
    const { derivative } = op;
    const jvp: typeof derivative.jvp = (context) =>
      derivative.jvp(context).map((tangent) => tangent && times(tangent, -1));
    const title = `flipping the sign of ${name} in forward mode`;
    return [{ title, op: { ...op, derivative: { ...derivative, jvp } }, mode: "forward" }];
  }
  const { derivative } = op;
  if (derivative.kind !== "rules") return [];
  const forward = (title: string, factor: number): Mutant => {
    const jvp: typeof derivative.jvp = (context) => {
      const tangent = derivative.jvp(context);
      return tangent && times(tangent, factor);
    };
    return {
      title: `${title} ${name} in forward mode`,
      op: { ...op, derivative: { ...derivative, jvp } },
      mode: "forward",
    };
  };
  return [forward("flipping the sign of", -1), forward("doubling the derivative of", 2)];
}

/** All contributions times a factor, or only that of one input. */
function scaled(factor: number, only?: number): Change {
  return (contributions) =>
    contributions.map((contribution, i) => (i === (only ?? i) ? times(contribution, factor) : contribution));
}

function swapped<C extends Contribution>(contributions: readonly C[]): C[] {
  const [first, second] = presentIn(contributions);
  if (first === undefined || second === undefined) return [...contributions];
  return contributions.with(first, contributions[second]!).with(second, contributions[first]!);
}

/** The inputs to which a derivative flows. */
function presentIn(contributions: readonly Contribution[]): number[] {
  return contributions.flatMap((contribution, i) => (contribution === null ? [] : [i]));
}

function times<C extends Contribution>(contribution: C, factor: number): C {
  if (contribution === null) return contribution;
  return (typeof contribution === "number" ? contribution * factor : mul(contribution, factor)) as C;
}
