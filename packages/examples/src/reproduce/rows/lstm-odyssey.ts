/** Long short-term memory and what becomes of it without one of its parts. */
import { dense } from "@unfold/rnn";
import { FEATURES } from "../../shelf/gradient-flow/adding-problem.js";
import { mean, median } from "../../statistics.js";
import { FRESH_SEEDS, type Row } from "../row.js";
import { lstmVariant, type LstmVariant } from "../tasks/lstm-variant.js";
import { trainOnAdding } from "../tasks/train-on-adding.js";

const [STEPS, BATCH, UNITS, UPDATES, TESTED] = [50, 16, 16, 2000, 1000];
/** Networks of each kind. */
const REPEATS = 5;

/** The paper's names: no input gate, no forget gate, and so on; coupled input and forget gate; no peepholes. */
const VARIANTS: Readonly<Record<string, Partial<LstmVariant>>> = {
  V: {},
  NIG: { inputGate: false },
  NFG: { forgetGate: false },
  NOG: { outputGate: false },
  NIAF: { inputActivation: false },
  NOAF: { outputActivation: false },
  CIFG: { forgetGate: "coupled" },
  NP: { peepholes: false },
};

/** All variants on the adding problem. */
export const lstmOdyssey: Row = {
  name: "lstm-odyssey",
  published: "with coupled gates (CIFG) or without peepholes (NP) about as good as with all parts (V)",
  source: "Greff et al. 2017, LSTM: a search space odyssey, section 5",
  seeds: FRESH_SEEDS,
  isLong: true,
  run: async (seed) => {
    const medians = new Map<string, number>();
    for (const [name, parts] of Object.entries(VARIANTS)) {
      const errors: number[] = [];
      for (let repeat = 0; repeat < REPEATS; repeat++) errors.push(await errorOf(parts, seed * REPEATS + repeat));
      medians.set(name, median(errors));
    }
    const all = medians.get("V")!;
    const asGood = ["CIFG", "NP"].every((name) => medians.get(name)! < 2 * all);
    return {
      obtained: Array.from(medians, ([name, error]) => `${name} ${error.toExponential(1)}`).join(", "),
      holds: asGood,
      remark: `medians of the mean squared errors of ${REPEATS} networks of ${UNITS} units on the adding problem, T = ${STEPS}, where the paper has speech, handwriting and music; ${UPDATES} updates of ${BATCH} sequences with Adam, its rate falling from 0.01 to 0. About as good: at most twice the error`,
    };
  },
};

async function errorOf(parts: Partial<LstmVariant>, seed: number): Promise<number> {
  const cell = lstmVariant({ name: "lstm", inputs: FEATURES, units: UNITS, seed, peepholes: true, ...parts });
  const readout = dense({ name: "readout", inputs: UNITS, units: 1, seed });
  const errors = await trainOnAdding((x) => readout.apply(cell.scan(x).last["h"]!), {
    ...{ seed, steps: STEPS, batch: BATCH, updates: UPDATES, tested: TESTED },
    learningRate: 0.01,
  });
  return mean(errors.map((error) => error ** 2));
}
