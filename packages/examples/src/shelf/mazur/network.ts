/** Mazur's network, number by number, under the names of his page. */
import { add, constant, input, label, mul, param, sigmoid, square, sub, type FloatNode } from "@unfold/rnn";

/** What he feeds: inputs and targets. */
export const FED = { i1: 0.05, i2: 0.1, target_o1: 0.01, target_o2: 0.99 };

/** A unit: its net input, a weighted sum, and what it puts out. */
interface Unit {
  readonly net: FloatNode;
  readonly out: FloatNode;
}

/** The network. */
export interface MazurNetwork {
  /** The inputs and targets, by name. */
  readonly inputs: Readonly<Record<keyof typeof FED, FloatNode>>;
  /** w1 to w8. */
  readonly weights: readonly FloatNode[];
  readonly hidden: readonly Unit[];
  readonly output: readonly Unit[];
  /** E = Σ ½ (target - out)² */
  readonly error: FloatNode;
}

/** b1 and b2 as numbers that stay as they are, as parameters shared by the units of a layer, or as one for each unit. */
export type Biases = "fixed" | "shared" | "own";

/** The network. */
export function mazurNetwork(biases: Biases): MazurNetwork {
  const inputs = {
    i1: input("i1", []),
    i2: input("i2", []),
    target_o1: input("target_o1", []),
    target_o2: input("target_o2", []),
  };
  const weights = [0.15, 0.2, 0.25, 0.3, 0.4, 0.45, 0.5, 0.55].map((value, i) => param(`w${i + 1}`, value));
  const [b1, b2] = [biasOfLayer("b1", 0.35, biases), biasOfLayer("b2", 0.6, biases)];
  const fed = [inputs.i1, inputs.i2];
  const hidden = [unit("h1", fed, weights.slice(0, 2), b1), unit("h2", fed, weights.slice(2, 4), b1)];
  const outs = hidden.map(({ out }) => out);
  const output = [unit("o1", outs, weights.slice(4, 6), b2), unit("o2", outs, weights.slice(6, 8), b2)];
  const errors = [inputs.target_o1, inputs.target_o2].map((target, i) =>
    label(`E_o${i + 1}`, mul(0.5, square(sub(target, output[i]!.out)))),
  );
  return { inputs, weights, hidden, output, error: label("E", add(errors[0]!, errors[1]!)) };
}

function unit(
  name: string,
  operands: readonly FloatNode[],
  weights: readonly FloatNode[],
  bias: (unit: string) => FloatNode,
): Unit {
  const net = label(`net_${name}`, add(weightedSum(operands, weights), bias(name)));
  return { net, out: label(`out_${name}`, sigmoid(net)) };
}

function biasOfLayer(name: string, value: number, biases: Biases): (unit: string) => FloatNode {
  if (biases === "own") return (unit) => param(`${name}_${unit}`, value);
  const bias = biases === "shared" ? param(name, value) : label(name, constant(value));
  return () => bias;
}

/** Σ weight · operand. */
export function weightedSum(operands: readonly FloatNode[], weights: readonly FloatNode[]): FloatNode {
  return operands.map((operand, i) => mul(weights[i]!, operand)).reduce((sum, product) => add(sum, product));
}
