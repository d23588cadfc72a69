/** A network whose modules run at different clock rates. */
import {
  add,
  checkKeys,
  constant,
  equal,
  floor,
  label,
  matmul,
  mul,
  div,
  ndArray,
  select,
  tanh,
  ValueError,
  type FloatNode,
} from "@unfold/core";
import { checkSizes, glorotUniform, initializedParam, zeros } from "@unfold/nn";
import { foldedGraph } from "../folded/folded-graph.js";
import type { CellOptions } from "./cell-options.js";
import { recurrentCell, type RecurrentCell } from "./recurrent-cell.js";

/** How a clockwork cell is made. */
export interface ClockworkOptions extends CellOptions {
  /** Of each module, in steps: growing whole numbers ≥ 1. All modules have the same number of units. Default [1, 2, 4, 8]. */
  readonly periods?: readonly number[];
}

/**
 * The clockwork cell: hidden units in modules, of which the i-th takes part in every period_i-th step only, and is read by
 * modules that are as fast or faster.
 *
 * h_t[i] = tanh(x_t W_i + Σ over j ≥ i of h_{t-1}[j] U_ji + b_i) if t mod period_i = 0, else h_{t-1}[i]
 *
 * W and U start Glorot uniform, b zero. Steps are counted from 0 where the recurrence begins; a series that is continued
 * gives the count as the initial value `t`, `[B, 1]`.
 *
 * @shapes x: f32[T, B, F] -> h: f32[T, B, H]; inputWeight W: [F, H], recurrentWeight U: [H, H], of which the parts from fast to slow modules are not used, bias b: [H]
 * @throws ValueError LAYER_SIZE if inputs or units is not a whole number ≥ 1; CLOCKWORK_PERIODS if they are not growing whole numbers ≥ 1, or their number does not divide units.
 * @example
 * const cell = clockwork({ inputs: 3, units: 4, periods: [1, 3], seed: 1 });
 * cell.over(input("x", [5, 2, 3])).outputs.h.shape; // → [5, 2, 4]
 * @source Koutník, Greff, Gomez & Schmidhuber 2014, "A clockwork RNN", section 3
 */
export function clockwork(options: ClockworkOptions): RecurrentCell<{ readonly h: FloatNode }> {
  checkKeys("clockwork(options)", "options", options, {
    periods: true,
    name: true,
    inputs: true,
    units: true,
    seed: true,
  });
  const { name = "clockwork", inputs, units, seed, periods = [1, 2, 4, 8] } = options;
  const where = `clockwork("${name}")`;
  checkSizes(where, { inputs, units });
  checkPeriods(where, periods, units);
  const W = initializedParam(`${name}/inputWeight`, [inputs, units], glorotUniform, seed);
  const U = initializedParam(`${name}/recurrentWeight`, [units, units], glorotUniform, seed);
  const b = initializedParam(`${name}/bias`, [units], zeros, seed);
  const moduleOf = Array.from({ length: units }, (_, unit) => Math.floor((unit * periods.length) / units));
  // Row j, column i: what unit i reads of unit j.
  const isRead = moduleOf.flatMap((from) => moduleOf.map((to) => Number(from >= to)));
  const connections = constant(ndArray(isRead, { shape: [units, units] }));
  const period = constant(moduleOf.map((module) => periods[module]!));
  return recurrentCell(
    { name, inputs, units, parameters: { inputWeight: W, recurrentWeight: U, bias: b } },
    (batch, initial = {}) =>
      foldedGraph(name, ({ sequence, delay }) => {
        const x = sequence("x", [batch, inputs]);
        const last = delay("h", [batch, units], { initial: initial["h"] ?? 0 });
        // Each sequence of the batch has its own clock: it stands still in padding, and begins anew where another one begins.
        const t = delay("t", [batch, 1], { initial: initial["t"] ?? 0, memory: false });
        const turns = div(t, period);
        const isActive = label("active", equal(floor(turns), turns));
        const proposed = label("candidate", tanh(add(add(matmul(x, W), matmul(last, mul(U, connections))), b)));
        const h = label("h", select(isActive, proposed, last));
        return { next: { h, t: add(t, 1) }, outputs: { h } };
      }),
  );
}

function checkPeriods(where: string, periods: readonly number[], units: number): void {
  const isGrowing = periods.every((period, i) => Number.isInteger(period) && period > (periods[i - 1] ?? 0));
  if (isGrowing && periods.length > 0 && units % periods.length === 0) return;
  throw new ValueError({
    code: "CLOCKWORK_PERIODS",
    where,
    rule: "periods must be growing whole numbers ≥ 1, and their number must divide units",
    got: `[${periods.join(", ")}] for ${units} units`,
  });
}
