/** Recurrences of one unit, on which a gradient over time can be followed by hand. */
import {
  add,
  createRuntime,
  evaluate,
  evaluateAll,
  foldedGraph,
  globalNorm,
  gradient,
  hochreiterFactors,
  input,
  mul,
  param,
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

/** A tanh unit that reads only at first: what it still says after some steps, and how much of the gradient came back. */
export function latch(weight: number, first: number, steps: number): { readonly kept: number; readonly left: number } {
  const initial = input("h", []);
  const unit = foldedGraph("latch", ({ delay }) => {
    const next = tanh(mul(weight, delay("h", [], { initial })));
    return { next: { h: next }, outputs: { h: next } };
  });
  const { h } = scan(unit, steps).last;
  const found = evaluateAll({ h, slope: gradient(h, [initial])[0] }, { h: first });
  return { kept: found.h.item(), left: Math.abs(found.slope.item()) };
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
