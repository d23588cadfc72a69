/** Networks with one hidden unit, whose outputs see the inputs too: what is known from the last symbol goes past the unit. */
import {
  abs,
  add,
  foldedGraph,
  initializedParam,
  matmul,
  max,
  mul,
  sigmoid,
  square,
  sub,
  sum,
  uniform,
  type FloatNode,
  type FoldedGraph,
} from "@unfold/rnn";

/** All weights start in (-0.2, 0.2). */
const START = uniform(-0.2, 0.2);

/** A recurrent unit. */
export interface HiddenUnit {
  readonly parameters: readonly FloatNode[];
  /** Its value, from what it reads and its value before. @shapes x: [1, V], last: [1, 1] -> [1, 1] */
  readonly next: (x: FloatNode, last: FloatNode) => FloatNode;
}

/** What the gate of the memory cell sees of any input at first: it is nearly closed, and the cell does not drift. */
const CLOSED = -2;

/** A memory cell with an input gate and nothing else: h_t = h_{t-1} + σ(x_t w) σ(x_t u) */
export function memoryCell(symbols: number, seed: number): HiddenUnit {
  const gate = initializedParam("memory/gate", [symbols, 1], uniform(CLOSED - 0.2, CLOSED + 0.2), seed);
  const written = initializedParam("memory/written", [symbols, 1], START, seed);
  return {
    parameters: [gate, written],
    next: (x, last) => add(last, mul(sigmoid(matmul(x, gate)), sigmoid(matmul(x, written)))),
  };
}

/** A logistic unit that sees itself: h_t = σ(x_t w + u h_{t-1}) */
export function selfRecurrentUnit(symbols: number, seed: number): HiddenUnit {
  const fromInput = initializedParam("unit/fromInput", [symbols, 1], START, seed);
  const fromItself = initializedParam("unit/fromItself", [1, 1], START, seed);
  return {
    parameters: [fromInput, fromItself],
    next: (x, last) => sigmoid(add(matmul(x, fromInput), matmul(last, fromItself))),
  };
}

/** Half the squared error of a step, and the largest distance of an output from its target. */
interface StepErrors extends Readonly<Record<string, FloatNode>> {
  readonly loss: FloatNode;
  readonly worst: FloatNode;
}

/**
 * The network: logistic outputs, as many as inputs, y_t = σ(x_t W + h_t v). Reads `x` and `target`, `[1, V]`.
 *
 * @source Hochreiter & Schmidhuber 1997, "Long short-term memory", section 5.2
 */
export function oneUnitNetwork(unit: HiddenUnit, symbols: number, seed: number) {
  const W = initializedParam("outputs/fromInput", [symbols, symbols], START, seed);
  const v = initializedParam("outputs/fromUnit", [1, symbols], START, seed);
  const draw = (name: string, isWhole: boolean): FoldedGraph<StepErrors> =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [1, symbols]);
      const h = unit.next(x, delay("h", [1, 1], { initial: 0 }));
      const net = isWhole ? add(matmul(x, W), matmul(h, v)) : matmul(x, W);
      const difference = sub(sigmoid(net), sequence("target", [1, symbols]));
      return { next: { h }, outputs: { loss: mul(0.5, sum(square(difference))), worst: max(abs(difference)) } };
    });
  return {
    /** The weights to the outputs. */
    outputWeights: [W, v] as const,
    whole: draw("network", true),
    /** What the outputs say while they do not see the unit. */
    withoutUnit: draw("outputs", false),
  };
}
