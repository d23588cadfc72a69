/** Stanford's case study: three spirals, a linear classifier and a network with a hidden layer. */
import { add, leavesOf, mul, sgd, square, sum, type FloatNode } from "@unfold/rnn";
import { trainOnSpirals } from "../../shelf/spirals.js";
import type { Row } from "../row.js";

/** The network. */
export const spiralsRow: Row = {
  name: "spirals",
  published: "98 % of the training points right after 10,000 updates at rate 1",
  source: "Stanford cs231n, Minimal neural network case study",
  seeds: [1, 2, 3],
  run: async (seed) => {
    const { accuracy } = await trainOnSpirals({
      seed,
      units: 100,
      updates: 10_000,
      minimize: (loss) => sgd({ learningRate: 1 }).minimize(add(loss, weightDecay(loss))),
    });
    return {
      obtained: `${(100 * accuracy).toFixed(1)} %`,
      holds: accuracy >= 0.98,
      remark: "weights start as He's initializer draws them instead of as 0.01 times normal numbers",
    };
  },
};

/** ½ 10⁻³ Σ w² over the weights, not the biases. */
function weightDecay(loss: FloatNode): FloatNode {
  const weights = (leavesOf([loss], "param") as FloatNode[]).filter(({ shape }) => shape.length === 2);
  return weights.map((weight) => mul(0.0005, sum(square(weight)))).reduce((total, part) => add(total, part));
}
