/** Mazur's numbers: those that follow from each other, and those that do not. */
import { example } from "../../shelf/mazur/main.js";
import { runQuietly } from "../../shelf/run-quietly.js";
import type { Row } from "../row.js";

const SOURCE = "Mazur 2015, A Step by Step Backpropagation Example";
const ERROR = "0.298371109";
const WEIGHTS = "0.149780716, 0.19956143, 0.24975114, 0.29950229, 0.35891648, 0.408666186, 0.51130127, 0.561370121";

/** One update by hand. */
export const mazur: Row = {
  name: "mazur",
  published: `E ${ERROR}; w1 to w8 after one update ${WEIGHTS}`,
  source: SOURCE,
  run: async () => {
    const { error, weightsAfterOne } = (await runQuietly(example, { updates: 1 })).figures as {
      readonly error: number;
      readonly weightsAfterOne: readonly number[];
    };
    const printed = WEIGHTS.split(", ");
    const weights = weightsAfterOne.map((weight, i) => like(printed[i]!, weight)).join(", ");
    const obtained = like(ERROR, error);
    return {
      obtained: `E ${obtained}; w1 to w8 after one update ${weights}`,
      holds: obtained === ERROR && weights === WEIGHTS,
    };
  },
};

/** What the page says came after it. */
export const mazurErrors: Row = {
  name: "mazur-errors",
  published: "E after one update 0.291027924, after 10,000 0.0000351085; outputs 0.015912196, 0.984065734",
  source: SOURCE,
  run: async () => {
    const { errorAfterOne, errorAfterAll, outputs } = (await runQuietly(example)).figures as {
      readonly errorAfterOne: { readonly together: number };
      readonly errorAfterAll: { readonly together: number };
      readonly outputs: { readonly together: readonly number[] };
    };
    const [one, all] = [errorAfterOne.together.toFixed(9), errorAfterAll.together.toFixed(10)];
    const ends = outputs.together.map((output) => output.toFixed(9)).join(", ");
    return {
      obtained: `E after one update ${one}, after 10,000 ${all}; outputs ${ends}`,
      holds: one === "0.291027924" && all === "0.0000351085" && ends === "0.015912196, 0.984065734",
      remark:
        "the error after one update and the outputs come from a program that had written the new w5 to w8 before it computed the hidden layer's gradient; updated like that, the example obtains them. 0.0000351085 is the error of true gradient descent before the last update",
    };
  },
};

/** A number with as many decimals as a printed one. */
function like(printed: string, value: number): string {
  return value.toFixed(printed.length - printed.indexOf(".") - 1);
}
