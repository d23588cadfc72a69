/** Explains a loss and its derivatives number by number, as a textbook does. */
import { gradient } from "../autodiff/gradient.js";
import { checkKeys, RuntimeError, ValueError } from "../errors.js";
import { constant } from "../graph/leaves.js";
import { isFloat, requireNode, type FloatNode, type Node } from "../graph/node.js";
import { copyGraph } from "../graph/substitute.js";
import { dependentsOf, topologicalOrder } from "../graph/walk.js";
import { evaluateAll } from "../inspect/evaluate.js";
import { expandScans } from "../passes/expand-scans.js";
import { ndArray, type NdArray, type TensorValue } from "../tensor/nd-array.js";
import { chainRule } from "./chain-rule.js";
import { checkGraphSize } from "./check-graph-size.js";
import type { ComputedValue, Explanation, GivenValue } from "./explanation.js";
import { nameNodes, type NamedNode } from "./name-nodes.js";

const WHERE = "explain(loss, { wrt, inputs })";
const DEFAULT_LIMIT = 2000;
const STEPS = ["quantities", "operations"] as const;

/** What to explain, and how finely. */
export interface ExplainOptions {
  /** The variables: any f32 nodes of the graph, usually parameters. */
  readonly wrt: readonly FloatNode[];
  /** By name, a value for every input; and for parameters and states that shall not have their initial value. */
  readonly inputs?: Readonly<Record<string, TensorValue>>;
  /**
   * What gets a name of its own: "quantities" (default) are leaves, labeled nodes and what is read more than once, and
   * everything between them is written as one formula; "operations" are the results of all operations.
   */
  readonly steps?: (typeof STEPS)[number];
  /** The most numbers a graph may hold, scans unfolded. Default 2000. */
  readonly limit?: number;
}

/**
 * How a loss and its derivatives come about, as data: the value and formula of every number, every local derivative in
 * symbols and as a number, every product of the chain rule, and the sum where several paths meet. Computed at double
 * precision. `explanationText`, `explanationMarkdown` and `explanationHtml` write it down.
 *
 * ∂loss/∂x = Σ_c ∂loss/∂c · ∂c/∂x over all numbers c computed from x
 *
 * Scans are unfolded, so that a weight of a recurrence has a contribution from every step.
 *
 * @shapes loss: f32[]
 * @param loss - a scalar; take sum or mean of anything larger
 * @param options - the variables, values for the inputs, how finely, and how large a graph may be
 * @throws GraphError EXPLAIN_SIZE if the graph holds more numbers than the limit. GradientError LOSS_NOT_SCALAR or NO_PATH as `gradient`; EXPLAIN_RULE where a rule does not follow the chain rule, as that of clipGradient. ValueError EXPLAIN_OPTIONS if an option has no such value. RuntimeError INPUT_MISSING if an input has no value, INPUT_UNKNOWN if a name is not of the graph.
 * @example
 * const x = input("x", []);
 * const y = label("y", mul(x, x));
 * const { derivatives } = explain(label("E", add(y, mul(3, x))), { wrt: [x], inputs: { x: 2 } });
 * derivatives.at(-1).contributions.map(({ value }) => value); // → [4, 3]
 */
export function explain(loss: FloatNode, options: ExplainOptions): Explanation {
  requireNode(WHERE, "the loss", loss);
  checkKeys(WHERE, "options", options, { wrt: true, inputs: true, steps: true, limit: true });
  const { wrt, inputs = {}, steps = "quantities", limit = DEFAULT_LIMIT } = options;
  checkOptions(options);
  checkGraphSize(WHERE, loss, limit);
  // For its errors: a loss that is no scalar, a variable without a path to it.
  gradient(loss, wrt);
  const [plainLoss, ...variables] = expandScans([loss, ...wrt]) as [FloatNode, ...FloatNode[]];
  const order = topologicalOrder([plainLoss]);
  const values = valuesOf(order, inputs);
  const valueOf = (node: Node): NdArray => values.get(node)!;
  const named = nameNodes(order, { loss: plainLoss, wrt: variables, steps, valueOf });
  const active = dependentsOf(order, variables);
  return {
    loss: named.get(plainLoss)!.symbols[0]!,
    given: [...named.values()].flatMap(givenValues).sort(byLabel),
    computed: [...named.values()].flatMap(computedValues),
    derivatives: chainRule(plainLoss, variables, {
      places: new Map(order.map((node, place) => [node, place])),
      named,
      isActive: (node) => isFloat(node) && active.has(node),
    }),
  };
}

/** The value of every node; given ones replace those that parameters and states start with. */
function valuesOf(order: readonly Node[], inputs: Readonly<Record<string, TensorValue>>): ReadonlyMap<Node, NdArray> {
  const replaced = new Map<Node, Node>();
  const names = new Set<string>();
  for (const leaf of order) {
    const { op, label, dtype, shape } = leaf;
    if (op.kind !== "leaf" || label === undefined || op.role === "constant") continue;
    names.add(label);
    const given = Object.hasOwn(inputs, label) ? inputs[label] : undefined;
    if (given === undefined || op.role === "input") continue;
    replaced.set(leaf, constant(ndArray(given, { dtype, shape, where: `${WHERE}: "${label}"` })));
  }
  const unknown = Object.keys(inputs).find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new RuntimeError({
      code: "INPUT_UNKNOWN",
      where: WHERE,
      rule: "every value must belong to an input, parameter or state of the graph",
      got: `"${unknown}"`,
      fix: names.size === 0 ? "The graph has none" : `There are ${[...names].map((name) => `"${name}"`).join(", ")}`,
    });
  }
  const copies = copyGraph(order, replaced);
  const computed = evaluateAll(Object.fromEntries(order.map((node, i) => [i, copies.get(node) ?? node])), inputs);
  return new Map(order.map((node, i) => [node, computed[i]!]));
}

function givenValues({ node: { op }, symbols }: NamedNode): GivenValue[] {
  if (op.kind !== "leaf" || op.role === "placeholder") return [];
  const { role } = op;
  return symbols.map((symbol) => ({ symbol, role }));
}

/** In the order of their names, w2 before w10; elements of one node stay as they are. */
function byLabel(a: GivenValue, b: GivenValue): number {
  return new Intl.Collator("en", { numeric: true }).compare(a.symbol.name.label, b.symbol.name.label);
}

function computedValues({ symbols, definition }: NamedNode): ComputedValue[] {
  return (definition ?? []).map((formula, element) => ({ symbol: symbols[element]!, definition: formula }));
}

function checkOptions({ wrt, steps, limit, inputs }: ExplainOptions): void {
  const isRecord = (value: unknown): boolean => typeof value === "object" && value !== null;
  const rules: readonly (readonly [holds: boolean, rule: string, got: unknown])[] = [
    [Array.isArray(wrt) && wrt.length > 0, "wrt must be a list of at least one node", wrt],
    [steps === undefined || STEPS.includes(steps), `steps must be one of ${STEPS.join(", ")}`, steps],
    [limit === undefined || (Number.isInteger(limit) && limit >= 1), "limit must be a whole number ≥ 1", limit],
    [inputs === undefined || isRecord(inputs), "inputs must be values by name", inputs],
  ];
  for (const [holds, rule, got] of rules) {
    if (!holds) throw new ValueError({ code: "EXPLAIN_OPTIONS", where: WHERE, rule, got: describeOption(got) });
  }
  for (const [i, variable] of wrt.entries()) requireNode(WHERE, `variable ${i}`, variable);
}

function describeOption(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
