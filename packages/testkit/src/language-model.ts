/** The network that passes over scans are made for: an embedding, a recurrence, a readout and a loss per step. */
import {
  add,
  crossEntropy,
  dense,
  elman,
  foldedGraph,
  gather,
  glorotUniform,
  gru,
  initializedParam,
  input,
  lstm,
  matmul,
  mul,
  ndArray,
  scan,
  sigmoid,
  sub,
  tanh,
  type FloatNode,
  type NdArray,
  type Node,
} from "@unfold/rnn";
import { drawValue } from "./draw.js";
import { integers } from "./op-case.js";

/** What a language model's recurrence may be. */
export type CellName =
  | "elman"
  | "lstm"
  | "lstm with two biases"
  | "gru"
  | "gru that resets before the product"
  | "an lstm of one's own"
  | "a gated cell of one's own";

/** Sizes of a language model. */
export interface ModelSizes {
  /** T */
  readonly steps: number;
  /** B */
  readonly batch: number;
  /** F, features per token. */
  readonly features: number;
  /** H */
  readonly units: number;
  /** V */
  readonly tokens: number;
}

/** A loss over a scan, and what it is trained on. */
export interface LanguageModel {
  readonly loss: FloatNode;
  readonly parameters: Readonly<Record<string, FloatNode>>;
  readonly inputs: Readonly<Record<string, Node>>;
  readonly values: Readonly<Record<string, NdArray>>;
}

/** A recurrence drawn by a cell, with the weights it has. */
interface Recurrence {
  readonly states: (x: FloatNode) => FloatNode;
  readonly parameters: Readonly<Record<string, FloatNode>>;
}

/** Weights of a user's own cell, by gate. */
function gateWeights(names: readonly string[], { features, units }: ModelSizes): Record<string, FloatNode> {
  const weight = (name: string, shape: readonly number[]): [string, FloatNode] => [
    name,
    initializedParam(`own/${name}`, shape, glorotUniform, 1),
  ];
  return Object.fromEntries(
    names.flatMap((name) => [
      weight(`W${name}`, [features, units]),
      weight(`U${name}`, [units, units]),
      weight(`b${name}`, [1, units]),
    ]),
  );
}

/** An LSTM as a user would write it: a product per gate and operand, eight in a step. */
function ownLstm(sizes: ModelSizes): Recurrence {
  const parameters = gateWeights(["i", "f", "g", "o"], sizes);
  const shape = [sizes.batch, sizes.units];
  const folded = foldedGraph("own", ({ sequence, delay }) => {
    const x = sequence("x", [sizes.batch, sizes.features]);
    const [h, c] = [delay("h", shape, { initial: 0 }), delay("c", shape, { initial: 0 })];
    const gate = (name: string): FloatNode =>
      add(add(matmul(x, parameters[`W${name}`]!), matmul(h, parameters[`U${name}`]!)), parameters[`b${name}`]!);
    const kept = add(mul(sigmoid(gate("f")), c), mul(sigmoid(gate("i")), tanh(gate("g"))));
    const next = mul(sigmoid(gate("o")), tanh(kept));
    return { next: { h: next, c: kept }, outputs: { h: next } };
  });
  return { states: (x) => scan(folded, sizes.steps, { x }).outputs.h, parameters };
}

/** A cell with peepholes and a state two steps old: what no library has. */
function ownGated(sizes: ModelSizes): Recurrence {
  const parameters = gateWeights(["z", "n"], sizes);
  const peephole = initializedParam("own/peephole", [1, sizes.units], glorotUniform, 2);
  const shape = [sizes.batch, sizes.units];
  const folded = foldedGraph("own", ({ sequence, delay }) => {
    const x = sequence("x", [sizes.batch, sizes.features]);
    const [h, older] = [delay("h", shape, { initial: 0 }), delay("older", shape, { initial: 0, steps: 2 })];
    const update = sigmoid(
      add(add(matmul(x, parameters["Wz"]!), add(matmul(h, parameters["Uz"]!), parameters["bz"]!)), mul(h, peephole)),
    );
    const read = mul(update, older);
    const proposed = tanh(add(parameters["bn"]!, add(matmul(x, parameters["Wn"]!), matmul(read, parameters["Un"]!))));
    const next = add(mul(update, h), mul(sub(1, update), proposed));
    return { next: { h: next, older: next }, outputs: { h: next } };
  });
  return { states: (x) => scan(folded, sizes.steps, { x }).outputs.h, parameters: { ...parameters, peephole } };
}

function builtIn(make: typeof elman | typeof gru | typeof lstm, extra: object = {}): (sizes: ModelSizes) => Recurrence {
  return ({ features, units }) => {
    const cell = make({ inputs: features, units, seed: 1, ...extra });
    return { states: (x) => cell.scan(x).outputs.h, parameters: cell.parameters };
  };
}

const recurrences: Readonly<Record<CellName, (sizes: ModelSizes) => Recurrence>> = {
  elman: builtIn(elman),
  lstm: builtIn(lstm),
  "lstm with two biases": builtIn(lstm, { biases: 2 }),
  gru: builtIn(gru),
  "gru that resets before the product": builtIn(gru, { resetAfter: false }),
  "an lstm of one's own": ownLstm,
  "a gated cell of one's own": ownGated,
};

export const cellNames = Object.keys(recurrences) as readonly CellName[];

/** A language model over one batch of token sequences. */
export function languageModel(name: CellName, sizes: ModelSizes): LanguageModel {
  const { steps, batch, features, units, tokens } = sizes;
  const inputs = {
    tokens: input("tokens", [steps, batch], "i32"),
    targets: input("targets", [steps, batch], "i32"),
  };
  const embedding = initializedParam("embedding", [tokens, features], glorotUniform, 1);
  const { states, parameters } = recurrences[name](sizes);
  const readout = dense({ name: "readout", inputs: units, units: tokens, seed: 2 });
  const loss = crossEntropy(readout.apply(states(gather(embedding, inputs.tokens))), inputs.targets);
  const draw = (seed: number): NdArray => ndArray(drawValue(integers([steps, batch], 0, tokens - 1), seed, name));
  return {
    loss,
    parameters: { embedding, ...parameters, readout: readout.parameters["weight"], bias: readout.parameters["bias"]! },
    inputs,
    values: { tokens: draw(1), targets: draw(2) },
  };
}
