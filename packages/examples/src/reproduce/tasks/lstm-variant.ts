/** Long short-term memory with parts left out. */
import {
  add,
  filledWith,
  foldedGraph,
  glorotUniform,
  initializedParam,
  matmul,
  mul,
  ndArray,
  orthogonal,
  recurrentCell,
  sigmoid,
  stopGradient,
  sub,
  tanh,
  zeros,
  type FloatNode,
  type RecurrentCell,
} from "@unfold/rnn";

/** Which parts a cell has, and what its gates start from. */
export interface LstmVariant {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly seed: number;
  /** A gate that is missing is always open. Default: there are all. */
  readonly inputGate?: boolean;
  /** "coupled": what is not written is kept. */
  readonly forgetGate?: boolean | "coupled";
  readonly outputGate?: boolean;
  /** Whether tanh is applied to what is written and to what is read. Default true. */
  readonly inputActivation?: boolean;
  readonly outputActivation?: boolean;
  /** Whether gates see the cell state. Default false. */
  readonly peepholes?: boolean;
  /** Whether errors go back along the cell state only, not from gates and candidate to the h before, as in 1997. Default false. */
  readonly truncated?: boolean;
  /** What biases of gates start from: one number each, or one for every unit. Default 1 for the forget gate, 0 for the others. */
  readonly biases?: Readonly<Partial<Record<Gate, number | readonly number[]>>>;
}

type Gate = "input" | "forget" | "output";

/**
 * The cell with peepholes of which everything can be left out.
 *
 * gate = σ(x_t W + h_{t-1} U + p c + b), or 1; c_t = f c_{t-1} + i tanh(z); h_t = o tanh(c_t)
 *
 * @source Greff et al. 2017, "LSTM: a search space odyssey", section 3; without forget gate and peepholes: Hochreiter & Schmidhuber 1997
 */
export function lstmVariant(variant: LstmVariant): RecurrentCell {
  const { name, inputs, units, seed, inputGate = true, forgetGate = true, outputGate = true } = variant;
  const { inputActivation = true, outputActivation = true, peepholes = false, biases = {} } = variant;
  const parameters: Record<string, FloatNode> = {};
  const affine = (part: string, bias: number | readonly number[]) => {
    const start = typeof bias === "number" ? filledWith(bias) : () => ndArray(bias);
    const W = (parameters[`${part}/W`] = initializedParam(`${name}/${part}/W`, [inputs, units], glorotUniform, seed));
    const U = (parameters[`${part}/U`] = initializedParam(`${name}/${part}/U`, [units, units], orthogonal(), seed));
    const b = (parameters[`${part}/b`] = initializedParam(`${name}/${part}/b`, [units], start, seed));
    return (x: FloatNode, h: FloatNode): FloatNode => add(add(matmul(x, W), b), matmul(h, U));
  };
  const gate = (part: Gate) => {
    const net = affine(part, biases[part] ?? (part === "forget" ? 1 : 0));
    if (!peepholes) return (x: FloatNode, h: FloatNode): FloatNode => sigmoid(net(x, h));
    const p = (parameters[`${part}/p`] = initializedParam(`${name}/${part}/p`, [units], zeros, seed));
    return (x: FloatNode, h: FloatNode, c: FloatNode): FloatNode => sigmoid(add(net(x, h), mul(p, c)));
  };
  const candidate = affine("candidate", 0);
  const seen = variant.truncated === true ? stopGradient<"f32"> : unchanged;
  const i = inputGate ? gate("input") : undefined;
  const f = forgetGate === true ? gate("forget") : undefined;
  const o = outputGate ? gate("output") : undefined;
  return recurrentCell({ name, inputs, units, parameters }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const lastH = seen(delay("h", [batch, units], { initial: initial["h"] ?? 0 }));
      const lastC = delay("c", [batch, units], { initial: initial["c"] ?? 0 });
      const net = candidate(x, lastH);
      const z = inputActivation ? tanh(net) : net;
      const open = i?.(x, lastH, lastC);
      const written = open === undefined ? z : mul(open, z);
      const keep = forgetGate === "coupled" && open !== undefined ? sub(1, open) : f?.(x, lastH, lastC);
      const c = add(keep === undefined ? lastC : mul(keep, lastC), written);
      const read = outputActivation ? tanh(c) : c;
      const h = o === undefined ? read : mul(o(x, lastH, c), read);
      return { next: { h, c }, outputs: { h, c } };
    }),
  );
}

function unchanged(h: FloatNode): FloatNode {
  return h;
}
