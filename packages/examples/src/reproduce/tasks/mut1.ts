/** The gated unit that a search through ten thousand architectures found best at arithmetic. */
import {
  add,
  constant,
  foldedGraph,
  glorotUniform,
  initializedParam,
  matmul,
  mul,
  ndArray,
  orthogonal,
  recurrentCell,
  sigmoid,
  sub,
  tanh,
  uniformStream,
  zeros,
  type FloatNode,
  type RecurrentCell,
} from "@unfold/rnn";

/** How it is made. */
export interface Mut1Options {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
  readonly seed: number;
}

/**
 * MUT1, which Keras called JZS1.
 *
 * z = σ(x_t W_z + b_z); r = σ(x_t W_r + h_{t-1} U_r + b_r)
 *
 * h_t = z tanh((r h_{t-1}) U_h + tanh(x_t P) + b_h) + (1 - z) h_{t-1}
 *
 * P is the identity; where there are not as many inputs as units it is random, ±1/√F, and not learned. Each U starts
 * orthogonal, 1.1 long.
 *
 * @source Jozefowicz et al. 2015, "An empirical exploration of recurrent network architectures", section 3.3; P and the initial weights: Keras 0.1.2
 */
export function mut1({ name, inputs, units, seed }: Mut1Options): RecurrentCell<{ readonly h: FloatNode }> {
  const W = (gate: string) => initializedParam(`${name}/${gate}/W`, [inputs, units], glorotUniform, seed);
  const U = (gate: string) => initializedParam(`${name}/${gate}/U`, [units, units], orthogonal(1.1), seed);
  const b = (gate: string) => initializedParam(`${name}/${gate}/b`, [units], zeros, seed);
  const update = { W: W("update"), b: b("update") };
  const reset = { W: W("reset"), U: U("reset"), b: b("reset") };
  const candidate = { U: U("candidate"), b: b("candidate") };
  const project = inputs === units ? (x: FloatNode) => x : projection(inputs, units, seed, name);
  return recurrentCell({ name, inputs, units, parameters: { update, reset, candidate } }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const last = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const z = sigmoid(add(matmul(x, update.W), update.b));
      const r = sigmoid(add(add(matmul(x, reset.W), reset.b), matmul(last, reset.U)));
      const fromLast = add(matmul(mul(r, last), candidate.U), candidate.b);
      const proposed = tanh(add(fromLast, tanh(project(x))));
      const h = add(mul(z, proposed), mul(sub(1, z), last));
      return { next: { h }, outputs: { h } };
    }),
  );
}

/** x P with random signs. */
function projection(inputs: number, units: number, seed: number, name: string): (x: FloatNode) => FloatNode {
  const uniform = uniformStream(seed, `${name}/projection`);
  const signs = Float32Array.from({ length: inputs * units }, (_, i) => (uniform(i) < 0.5 ? -1 : 1));
  const P = constant(
    ndArray(
      signs.map((sign) => sign / Math.sqrt(inputs)),
      { shape: [inputs, units] },
    ),
  );
  return (x) => matmul(x, P);
}
