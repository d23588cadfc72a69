/** The chain rule over named nodes, from the loss backwards. */
import { isFloat, type Node } from "../graph/node.js";
import type { ChainContribution, ExplainedDerivative } from "./explanation.js";
import type { DerivativeSymbol, ElementSymbol } from "./formula.js";
import { localDerivatives, type LocalContext } from "./local-derivatives.js";
import type { NamedNode } from "./name-nodes.js";

/** More factors than a product of the chain rule is written with. */
const LONGEST_CHAIN = 6;

/** The derivatives of the loss by the named nodes on the way to the variables, and by the variables. */
export function chainRule(loss: Node, variables: readonly Node[], context: LocalContext): ExplainedDerivative[] {
  const { named, isActive } = context;
  const onTheWay = [...named.values()].filter(({ node }) => isActive(node));
  const lossSymbol = named.get(loss)!.symbols[0]!;
  const found = new Map<Node, ExplainedDerivative[]>();
  const received = new Map<Node, ChainContribution[][]>(
    onTheWay.map(({ node, symbols }) => [node, symbols.map(() => [])]),
  );

  for (const quantity of onTheWay.toReversed()) {
    const { node, symbols } = quantity;
    const isAsked = variables.includes(node);
    const derivatives = symbols.map((symbol, element): ExplainedDerivative => {
      const contributions = received.get(node)![element]!;
      const value = node === loss ? 1 : contributions.reduce((sum, contribution) => sum + contribution.value, 0);
      return { symbol: derivativeOf(lossSymbol, symbol, value), isAsked, contributions };
    });
    found.set(node, derivatives);
    if (node.op.kind === "leaf" || !isFloat(node)) continue;
    const cotangent = derivatives.map(({ symbol }) => symbol.value);
    const sent = new Map<NamedNode, Map<number, ChainContribution[]>>();
    for (const { element, by, byElement, formula, value } of localDerivatives(quantity, cotangent, context)) {
      const from = derivatives[element]!;
      if (node !== loss && from.contributions.length === 0) continue;
      const local = derivativeOf(symbols[element]!, by.symbols[byElement]!, value);
      const perElement = sent.get(by) ?? new Map<number, ChainContribution[]>();
      sent.set(by, perElement);
      perElement.set(byElement, [...(perElement.get(byElement) ?? []), contribution(from, local, formula)]);
    }
    // What is computed first stands first, though it is found last.
    for (const [by, perElement] of sent) {
      for (const [element, contributions] of perElement) received.get(by.node)![element]!.unshift(...contributions);
    }
  }
  const computed = onTheWay.filter(
    ({ node }) => node.op.kind !== "leaf" && (node !== loss || variables.includes(loss)),
  );
  const leaves = [...new Set(variables)].filter(({ op }) => op.kind === "leaf");
  const all = [...computed.toReversed().map(({ node }) => node), ...leaves].flatMap((node) => found.get(node)!);
  return all.filter(({ isAsked, contributions }) => isAsked || contributions.length > 0);
}

function contribution(
  from: ExplainedDerivative,
  local: DerivativeSymbol,
  formula: ChainContribution["formula"],
): ChainContribution {
  const { symbol: outer } = from;
  return { outer, local, formula, chain: [...chainTo(from), local], value: outer.value * local.value };
}

/** The factors of ∂loss/∂c: all of them if there is one way from the loss to c, that is not too long. */
function chainTo({ symbol, contributions }: ExplainedDerivative): readonly DerivativeSymbol[] {
  const [only] = contributions;
  if (only === undefined) return [];
  const { chain } = only;
  // A loss that adds errors up passes 1 on to each: nothing to see.
  const isPassedOn = chain.length === 2 && chain[0]!.value === 1;
  return contributions.length > 1 || chain.length >= LONGEST_CHAIN || isPassedOn ? [symbol] : chain;
}

function derivativeOf(of: ElementSymbol, by: ElementSymbol, value: number): DerivativeSymbol {
  return { kind: "derivative", of: of.name, by: by.name, value };
}
