/** A small pattern matcher, so that rules are data: a name, why it is exact, a pattern and what replaces it. */
import { InternalError } from "../errors.js";
import type { Node } from "../graph/node.js";
import type { AnyOp, Attrs } from "../graph/op.js";
import type { LocalRule } from "./pass.js";
import { uniformValue } from "./uniform.js";

/** Nodes found by a pattern, by name. */
export type Bindings = Readonly<Record<string, Node>>;

/** Something a node may look like. `B` is what it finds. */
export interface Pattern<B extends Bindings = Bindings> {
  /** The op the node must have; undefined if any will do. */
  readonly op: AnyOp | undefined;
  /** Whether the node looks like this; the nodes found are written down under their names. */
  readonly match: (node: Node, found: Record<string, Node>) => boolean;
  /** There for the compiler only: which names `match` writes down. */
  readonly finds?: B;
}

type BindingsOf<P extends readonly Pattern[]> = P extends readonly [
  Pattern<infer B>,
  ...infer Rest extends readonly Pattern[],
]
  ? B & BindingsOf<Rest>
  : Bindings;

/** Any node, under this name; a name that comes twice is one node. */
export function any<N extends string>(name: N): Pattern<Readonly<Record<N, Node>>> {
  return {
    op: undefined,
    match: (node, found) => {
      const other = found[name];
      found[name] = node;
      return other === undefined || other === node;
    },
  };
}

/** A node of this op whose first inputs look like the patterns given. */
export function op<P extends readonly Pattern[]>(expected: AnyOp, ...inputs: P): Pattern<BindingsOf<P>> {
  return {
    op: expected,
    match: (node, found) =>
      node.op === expected &&
      node.inputs.length >= inputs.length &&
      inputs.every((pattern, i) => pattern.match(node.inputs[i]!, found)),
  };
}

/** A constant all of whose elements are this number, broadcast or not; 0 and -0 are two numbers. */
export function uniform(value: number): Pattern {
  return { op: undefined, match: (node) => Object.is(uniformValue(node), value) };
}

/** What a pattern looks like, and the node itself under a name. */
export function named<N extends string, B extends Bindings>(
  name: N,
  pattern: Pattern<B>,
): Pattern<B & Readonly<Record<N, Node>>> {
  const itself = any(name);
  return { op: pattern.op, match: (node, found) => pattern.match(node, found) && itself.match(node, found) };
}

/** A rule as it is written. */
export interface RuleFields<B extends Bindings> {
  /** `x · 1 → x` */
  readonly name: string;
  /** Why every bit stays, -0, NaN and ∞ included; for an inexact rule, what changes. */
  readonly why: string;
  readonly pattern: Pattern<B>;
  /** What stands for the node; undefined where the pattern alone does not say enough. */
  readonly replace: (found: B, node: Node) => Node | undefined;
  /** Rounds otherwise than the node it replaces: not for programs that must keep every bit. */
  readonly inexact?: true;
}

/** A rule whose bindings nobody needs to know any more. */
export interface Rule {
  readonly name: string;
  readonly why: string;
  readonly inexact: boolean;
  /** Nodes of which op it may match; undefined for all. */
  readonly op: AnyOp | undefined;
  readonly apply: (node: Node) => Node | undefined;
}

/** A rule from its fields. */
export function rule<B extends Bindings>({ name, why, pattern, replace, inexact }: RuleFields<B>): Rule {
  return {
    name,
    why,
    inexact: inexact === true,
    op: pattern.op,
    apply: (node) => {
      const found: Record<string, Node> = {};
      return pattern.match(node, found) ? replace(found as B, node) : undefined;
    },
  };
}

/** The local rule that tries rules in turn: those of the node's op first, then those for all ops. */
export function firstOf(rules: readonly Rule[]): LocalRule {
  const byOp = new Map<AnyOp | undefined, Rule[]>();
  for (const one of rules) byOp.set(one.op, [...(byOp.get(one.op) ?? []), one]);
  const general = byOp.get(undefined) ?? [];
  const attempt = (list: readonly Rule[], node: Node): Node | undefined => {
    for (const one of list) {
      const next = one.apply(node);
      if (next !== undefined) return next;
    }
    return undefined;
  };
  return (node) => attempt(byOp.get(node.op) ?? [], node) ?? attempt(general, node);
}

type AttrsOf<O> = O extends { inferType(context: infer C): unknown }
  ? C extends { readonly attrs: infer A }
    ? A
    : never
  : never;

/** The settings of a node of this op, typed as the op has them. */
export function attrsOf<O extends AnyOp | { inferType(context: never): unknown }>(expected: O, node: Node): AttrsOf<O> {
  if (node.op !== expected) throw new InternalError("attrsOf", `a node of ${node.op.name}`);
  const attrs: Attrs = node.attrs;
  return attrs as AttrsOf<O>;
}
