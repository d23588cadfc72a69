/** A reservoir: fixed random connections, of which only what is read of them is trained. */
import {
  add,
  checkKeys,
  constant,
  label,
  matmul,
  mul,
  ndArray,
  tanh,
  ValueError,
  type FloatNode,
  type NdArray,
} from "@unfold/core";
import { checkInitialSize, checkSizes, uniformStream } from "@unfold/nn";
import { spectralRadius } from "../diagnostics/spectral-radius.js";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a reservoir is made. */
export interface EchoStateOptions extends CellOptions {
  /** Of the recurrent connections, > 0: below 1 echoes fade whatever the input is. Default 0.9. */
  readonly radius?: number;
  /** a, how much of the last state leaks away at each step, in (0, 1]. Default 1. */
  readonly leak?: number;
  /** Inputs are multiplied by numbers in [-s, s], s > 0. Default 1. */
  readonly inputScale?: number;
  /** The part of the recurrent connections that are not zero, in (0, 1]. Default 0.1, and so many that a unit has 10. */
  readonly density?: number;
}

/**
 * An echo state network's reservoir. Its connections are constants: it has no parameters, and no gradient flows into them.
 * What is trained is a layer that reads its state.
 *
 * h_t = (1 - a) h_{t-1} + a tanh(x_t W + h_{t-1} U)
 *
 * W and U are uniform, U sparse and scaled to the spectral radius.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H]; W: [F, H], U: [H, H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; RESERVOIR if a setting is outside its range, or no connection of U is in a cycle. ShapeError PARAMETER_SIZE if W or U would have more than 2^29 elements.
 * @example
 * const cell = echoState({ inputs: 1, units: 20, seed: 1 });
 * cell.over(input("x", [5, 2, 1])).outputs.h.shape; // → [5, 2, 20]
 * Object.keys(cell.parameters); // → []
 * @source Jaeger 2001, "The echo state approach to analysing and training recurrent neural networks"; leak: Jaeger et al. 2007
 */
export function echoState(options: EchoStateOptions): RecurrentCell<{ readonly h: FloatNode }> {
  checkKeys("echoState(options)", "options", options, {
    radius: true,
    leak: true,
    inputScale: true,
    density: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "echoState", inputs, units, seed, radius = 0.9, leak = 1, inputScale = 1 } = options;
  const { density = Math.min(1, Math.max(0.1, 10 / units)) } = options;
  const where = `echoState("${name}")`;
  checkSizes(where, { inputs, units });
  checkReservoir(where, { radius, leak, inputScale, density });
  checkInitialSize(`${name}/inputWeight`, [inputs, units]);
  checkInitialSize(`${name}/recurrentWeight`, [units, units]);
  const random = (path: string): ((i: number) => number) => uniformStream(seed, `${name}/${path}`);
  const W = constant(uniformMatrix(random("inputWeight"), inputs, units, inputScale, 1));
  const U = constant(scaledTo(where, uniformMatrix(random("recurrentWeight"), units, units, 1, density), radius));
  return recurrentCell({ name, inputs, units, parameters: {} }, (batch, initial = {}) =>
    foldedGraph(name, ({ sequence, delay }) => {
      const x = sequence("x", [batch, inputs]);
      const last = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
      const excited = tanh(add(matmul(x, W), matmul(last, U)));
      const h = label("h", leak === 1 ? excited : add(mul(1 - leak, last), mul(leak, excited)));
      return { next: { h }, outputs: { h } };
    }),
  );
}

/** Uniform in [-scale, scale], a part of the elements only; the others 0. */
function uniformMatrix(
  random: (i: number) => number,
  rows: number,
  columns: number,
  scale: number,
  density: number,
): NdArray<"f32"> {
  const size = rows * columns;
  const elements = Float64Array.from({ length: size }, (_, i) =>
    random(size + i) < density ? scale * (2 * random(i) - 1) : 0,
  );
  return ndArray(elements, { shape: [rows, columns] });
}

function scaledTo(where: string, matrix: NdArray<"f32">, radius: number): NdArray<"f32"> {
  const own = spectralRadius(matrix).item();
  if (own > 0)
    return ndArray(
      Float64Array.from(matrix.data, (element) => (element * radius) / own),
      { shape: matrix.shape },
    );
  throw new ValueError({
    code: "RESERVOIR",
    where,
    rule: "some connections must be in a cycle",
    got: "a spectral radius of 0",
    fix: "Use more units, a higher density or another seed",
  });
}

function checkReservoir(
  where: string,
  settings: Readonly<Record<"radius" | "leak" | "inputScale" | "density", number>>,
): void {
  for (const [name, value] of Object.entries(settings)) {
    const most = name === "leak" || name === "density" ? 1 : Number.MAX_VALUE;
    if (value > 0 && value <= most) continue;
    const rule = `${name} must be ${most === 1 ? "in (0, 1]" : "a finite number > 0"}`;
    throw new ValueError({ code: "RESERVOIR", where, rule, got: String(value) });
  }
}
