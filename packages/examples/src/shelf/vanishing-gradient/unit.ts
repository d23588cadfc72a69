/** Recurrences of one unit, on which a gradient over time can be followed by hand. */
import {
  add,
  broadcastTo,
  cast,
  constant,
  createRuntime,
  evaluate,
  evaluateAll,
  foldedGraph,
  globalNorm,
  gradient,
  greater,
  hochreiterFactors,
  input,
  mean,
  mul,
  param,
  randomKey,
  randomNormal,
  recurrentJacobian,
  scan,
  sgd,
  sigmoid,
  square,
  sub,
  tanh,
  type FloatNode,
} from "@unfold/rnn";

/**
 * The factor by which a logistic unit with a weight to itself hands an error back one step, at each of some nets: the unit
 * is held there by what it reads.
 */
export function logisticFactors(weight: number, nets: readonly number[]): number[] {
  const unit = foldedGraph("logistic unit", ({ sequence, delay }) => {
    const h = delay("h", [1], { initial: 0.5 });
    const next = sigmoid(add(mul(weight, h), sequence("x", [1])));
    return { next: { h: next }, outputs: { h: next } };
  });
  const before = [0.5, ...nets.slice(0, -1).map((net) => evaluate(sigmoid(input("net", [])), { net }).item())];
  const x = nets.map((net, t) => [net - weight * before[t]!]);
  return [...hochreiterFactors(evaluate(recurrentJacobian(unit, nets.length), { x })).self.data];
}

/** Runs that a latch must hold its bit in, and the variance of the noise that its unit reads at every step: Bengio's. */
const [RUNS, NOISE] = [1000, 0.2];

/** What became of what a unit was set to. */
export interface Latch {
  /** What the unit says without noise. */
  readonly kept: number;
  /** The share of noisy runs after which its sign is still right. */
  readonly held: number;
  /** How much of the gradient came back, without noise. */
  readonly left: number;
}

/** A tanh unit with a weight to itself that is set once, and has to say so after some steps. */
export function latch(weight: number, first: number, steps: number): Latch {
  const initial = input("h", []);
  const last = (noise: FloatNode): FloatNode => {
    const shape = noise.shape.slice(1);
    const unit = foldedGraph("latch", ({ sequence, delay }) => {
      const h = delay("h", shape, { initial: broadcastTo(initial, shape) });
      const next = tanh(add(mul(weight, h), sequence("noise", shape)));
      return { next: { h: next }, outputs: { h: next } };
    });
    return scan(unit, steps, { noise }).last.h;
  };
  const noise = mul(Math.sqrt(NOISE), randomNormal(randomKey(1, "latch"), [steps, RUNS]));
  const h = last(broadcastTo(constant(0), [steps]));
  const found = evaluateAll(
    { h, slope: gradient(h, [initial])[0], held: mean(cast(greater(last(noise), 0), "f32")) },
    { h: first },
  );
  return { kept: found.h.item(), held: found.held.item(), left: Math.abs(found.slope.item()) };
}

/** Pascanu's unit: h_t = w σ(h_{t-1}) + b, to be 0.7 after 50 steps. */
function wall(w: FloatNode, b: FloatNode): FloatNode {
  const unit = foldedGraph("wall", ({ delay }) => {
    const next = add(mul(w, sigmoid(delay("h", [], { initial: 0.5 }))), b);
    return { next: { h: next }, outputs: { h: next } };
  });
  return square(sub(sigmoid(scan(unit, 50).last.h), 0.7));
}

/** The loss and the norm of its gradient along a line of weights. */
export async function along(b: number, weights: readonly number[]) {
  const [w, bias] = [input("w", []), input("b", [])];
  const loss = wall(w, bias);
  const runtime = await createRuntime();
  const norm = globalNorm(gradient(loss, [w, bias]));
  const look = await runtime.compile({ inputs: { w, b: bias }, outputs: { loss, norm } });
  return weights.map((at) => {
    const found = look.run({ w: at, b });
    return { w: at, loss: found.loss.item(), norm: found.norm.item() };
  });
}

/** Gradient descent from (w, b). */
export async function descend(
  start: { readonly w: number; readonly b: number },
  { updates, clipGlobalNorm }: { readonly updates: number; readonly clipGlobalNorm?: number },
) {
  const [w, b] = [param("w", start.w), param("b", start.b)];
  const loss = wall(w, b);
  const runtime = await createRuntime();
  const step = await runtime.compile({
    outputs: { loss, norm: globalNorm(gradient(loss, [w, b])) },
    updates: sgd({ learningRate: 0.1 }).minimize(loss, clipGlobalNorm === undefined ? {} : { clipGlobalNorm }),
  });
  return Array.from({ length: updates }, () => {
    const found = step.run({});
    return { loss: found.loss.item(), norm: found.norm.item() };
  });
}
