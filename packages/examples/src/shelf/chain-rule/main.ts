/** Partial derivatives and the chain rule, on the two expressions of a lecture: what comes back along every edge of a graph. */
import {
  add,
  drawNodes,
  evaluate,
  evaluateAll,
  gradient,
  label,
  mul,
  param,
  sigmoid,
  textTable,
  topologicalOrder,
  type FloatNode,
  type Node,
} from "@unfold/rnn";
import { figure, svgPicture } from "@unfold/report";
import { defineExample } from "../example.js";

/** Step of the differences that derivatives are compared with. */
const H = 1e-5;

/** A scalar expression, made from the values of its variables. */
interface Expression {
  readonly title: string;
  readonly variables: Readonly<Record<string, number>>;
  readonly draw: (variables: Readonly<Record<string, FloatNode>>) => FloatNode;
}

const CIRCUIT: Expression = {
  title: "f = (x + y) z",
  variables: { x: -2, y: 5, z: -4 },
  draw: ({ x, y, z }) => label("f", mul(label("q", add(x!, y!)), z!)),
};
const NEURON: Expression = {
  title: "f = σ(w₀ x₀ + w₁ x₁ + w₂)",
  variables: { w0: 2, x0: -1, w1: -3, x1: -2, w2: -3 },
  draw: ({ w0, x0, w1, x1, w2 }) => label("f", sigmoid(label("net", add(add(mul(w0!, x0!), mul(w1!, x1!)), w2!)))),
};

export const example = defineExample({
  title: "Partial derivatives and the chain rule",
  settings: {},
  run: async () => {
    const found = [CIRCUIT, NEURON].map((expression) => ({ expression, ...differentiate(expression) }));
    const [circuit, neuron] = found;
    return {
      figures: {
        circuit: circuit!.derivatives,
        circuitValue: circuit!.value,
        neuron: neuron!.derivatives,
        neuronValue: neuron!.value,
        largestDifference: Math.max(...found.flatMap(({ differences }) => differences)),
      },
      text: found.map(({ text }) => text).join("\n\n"),
      parts: await Promise.all(
        found.map(async ({ expression, picture }) =>
          figure(
            await svgPicture(picture),
            `${expression.title}. On each edge: the value that goes forward (↑), and the derivative of f by it that comes back (↓).`,
          ),
        ),
      ),
    };
  },
});

/** Everything that is shown of an expression. */
function differentiate({ title, variables, draw }: Expression) {
  const leaves = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, param(name, value)]));
  const f = draw(leaves);
  const nodes = topologicalOrder([f]) as FloatNode[];
  // f is 1 · f: its own derivative is where the chain begins.
  const slopes = gradient(f, nodes);
  const values = evaluateAll(numbered(nodes));
  const derivatives = evaluateAll(numbered(slopes));
  const at = new Map<Node, readonly [value: number, derivative: number]>(
    nodes.map((node, i) => [node, [values[i]!.item(), derivatives[i]!.item()]]),
  );
  const rows = nodes.map((node, i) => {
    const isVariable = node.op.kind === "leaf";
    const [value, derivative] = at.get(node)!;
    const difference = isVariable ? centralDifference({ title, variables, draw }, node.label!) : undefined;
    return { name: node.label ?? node.op.name, i, isVariable, value, derivative, difference };
  });
  const cells = rows.map(({ name, value, derivative, difference }) => [
    name,
    digits(value),
    digits(derivative),
    difference === undefined ? "" : digits(difference),
  ]);
  return {
    value: at.get(f)![0],
    derivatives: Object.fromEntries(
      rows.filter(({ isVariable }) => isVariable).map((row) => [row.name, row.derivative]),
    ),
    differences: rows.flatMap((row) =>
      row.difference === undefined ? [] : [Math.abs(row.difference - row.derivative)],
    ),
    text: `${title}\n${textTable([["node", "value", "∂f/∂node", "by differences"], ...cells], (column) => column > 0)}`,
    picture: {
      title,
      ...drawNodes([f], {
        edgeText: (from) => {
          const [value, derivative] = at.get(from)!;
          return `↑${digits(value)} ↓${digits(derivative)}`;
        },
      }),
    },
  };
}

/** (f(x + h) - f(x - h)) / 2h */
function centralDifference({ variables, draw }: Expression, name: string): number {
  const valueAt = (shift: number): number => {
    const moved = Object.entries({ ...variables, [name]: variables[name]! + shift });
    return evaluate(draw(Object.fromEntries(moved.map(([key, value]) => [key, param(key, value)])))).item();
  };
  return (valueAt(H) - valueAt(-H)) / (2 * H);
}

function numbered(nodes: readonly FloatNode[]): Record<number, FloatNode> {
  return Object.fromEntries(nodes.map((node, i) => [i, node]));
}

function digits(value: number): string {
  return String(Number(value.toFixed(4)));
}
