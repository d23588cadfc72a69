/** Partial derivatives and the chain rule, on three expressions: what comes back along every edge of a graph, and why. */
import {
  add,
  drawNodes,
  evaluate,
  explain,
  explanationHtml,
  explanationText,
  label,
  mul,
  param,
  sigmoid,
  textTable,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import { escapeHtml, figure, svgPicture, table } from "@unfold/report";
import { defineExample } from "../example.js";

/** Step of the differences that derivatives are compared with. */
const H = 1e-5;

/** A scalar expression, made from the values of its variables. */
interface Expression {
  readonly title: string;
  readonly variables: Readonly<Record<string, number>>;
  readonly draw: (variables: Readonly<Record<string, FloatNode>>) => FloatNode;
}

/** Each operation has a name, and so a line of its own. */
const EXPRESSIONS = {
  circuit: {
    title: "f = (x + y) z",
    variables: { x: -2, y: 5, z: -4 },
    draw: ({ x, y, z }) => label("f", mul(label("q", add(x!, y!)), z!)),
  },
  shared: {
    title: "f = x (x + y)",
    variables: { x: 3, y: -1 },
    draw: ({ x, y }) => label("f", mul(x!, label("q", add(x!, y!)))),
  },
  neuron: {
    title: "f = σ(w₀ x₀ + w₁ x₁ + w₂)",
    variables: { w0: 2, x0: -1, w1: -3, x1: -2, w2: -3 },
    draw: ({ w0, x0, w1, x1, w2 }) => {
      const products = [label("p0", mul(w0!, x0!)), label("p1", mul(w1!, x1!))] as const;
      return label("f", sigmoid(label("net", add(label("sum", add(...products)), w2!))));
    },
  },
} satisfies Readonly<Record<string, Expression>>;

export const example = defineExample({
  title: "Partial derivatives and the chain rule",
  settings: {},
  run: async () => {
    const found = Object.entries<Expression>(EXPRESSIONS).map(([name, expression]) => ({
      name,
      ...differentiate(expression),
    }));
    return {
      figures: {
        ...Object.fromEntries(found.map(({ name, value, derivatives }) => [name, { value, ...derivatives }])),
        largestDifference: Math.max(...found.flatMap(({ differences }) => differences)),
      },
      text: found
        .map(({ explanation, rows }) => `${explanationText(explanation)}\n${textTable(rows, (column) => column > 0)}`)
        .join("\n"),
      parts: await Promise.all(found.map(pageOf)),
    };
  },
});

/** Everything that is shown of an expression. */
function differentiate(expression: Expression) {
  const { title, variables, draw } = expression;
  const leaves = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, param(name, value)]));
  const f = draw(leaves);
  const explanation = explain(f, { wrt: Object.values(leaves) });
  const computed = explanation.computed.map(({ symbol }) => symbol);
  const values = new Map(
    [...explanation.given.map(({ symbol }) => symbol), ...computed].map(({ name, value }) => [name.label, value]),
  );
  const back = new Map(explanation.derivatives.map(({ symbol }) => [symbol.by.label, symbol.value]));
  const rows = Object.keys(variables).map((name) => [
    `∂f/∂${name}`,
    digits(back.get(name)!),
    digits(centralDifference(expression, name)),
  ]);
  return {
    ...{ title, explanation, values, f },
    value: explanation.loss.value,
    derivatives: Object.fromEntries(Object.keys(variables).map((name) => [name, back.get(name)!])),
    differences: Object.keys(variables).map((name) => Math.abs(centralDifference(expression, name) - back.get(name)!)),
    rows: [["", "by the chain rule", "by differences"], ...rows],
  };
}

async function pageOf({ title, explanation, values, f, rows }: ReturnType<typeof differentiate>) {
  // f is 1 · f: what comes back begins with 1.
  const passedBack = ({ label: name }: Node, reader: Node): number =>
    explanation.derivatives
      .find(({ symbol }) => symbol.by.label === name)
      ?.contributions.find(({ local }) => local.of.label === reader.label)?.value ?? 1;
  const picture = drawNodes([f], {
    edgeText: (from, to) => `↑${digits(values.get(from.label!)!)} ↓${digits(passedBack(from, to))}`,
  });
  const caption = `${title}. On each edge: the value that goes forward (↑), and what comes back (↓). Its sum over the edges that leave a node is the derivative of f by it.`;
  return [
    `<h2>${escapeHtml(title)}</h2>`,
    figure(await svgPicture({ title, ...picture }), caption),
    explanationHtml(explanation),
    table(rows),
  ].join("\n");
}

/** (f(x + h) - f(x - h)) / 2h */
function centralDifference({ variables, draw }: Expression, name: string): number {
  const valueAt = (shift: number): number => {
    const moved = Object.entries({ ...variables, [name]: variables[name]! + shift });
    return evaluate(draw(Object.fromEntries(moved.map(([key, value]) => [key, param(key, value)])))).item();
  };
  return (valueAt(H) - valueAt(-H)) / (2 * H);
}

function digits(value: number): string {
  return String(Number(value.toFixed(4)));
}
