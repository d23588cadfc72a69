/** One definition, drawn and run in two ways: folded, as one step with delays, and unfolded, as a column of copies. */
import {
  add,
  evaluateAll,
  foldedGraph,
  foldedPicture,
  fromData,
  gradient,
  initializedParam,
  matmul,
  mean,
  scan,
  square,
  tanh,
  textTable,
  topologicalOrder,
  unfold,
  unfoldedPicture,
  type FloatNode,
  type RecurrenceValues,
} from "@unfold/rnn";
import { figure, svgPicture } from "@unfold/report";
import { defineExample } from "../example.js";

const W = initializedParam("W", [1, 2], fromData([[0.5, -1]]), 0);
const U = initializedParam(
  "U",
  [2, 2],
  fromData([
    [0.9, 0.2],
    [-0.3, 0.8],
  ]),
  0,
);

/** The one definition: everything below is made from it. */
const network = foldedGraph("Elman", ({ sequence, delay }) => {
  const x = sequence("x", [1, 1]);
  const h = delay("h", [1, 2], { initial: 0 });
  const next = tanh(add(matmul(x, W), matmul(h, U)));
  return { next: { h: next }, outputs: { h: next } };
});

const LENGTHS = [1, 2, 4, 8, 16, 32, 64];

export const example = defineExample({
  title: "The same network, folded and unfolded",
  settings: { steps: { about: "T, steps that are drawn", value: 3, min: 1, max: 12 } },
  run: async ({ steps }) => {
    const sizes = LENGTHS.map((length) => ({
      length,
      unfolded: sizeOf(unfold(network, length)),
      folded: sizeOf(scan(network, length)),
    }));
    const differences = LENGTHS.map((length) => largestDifference(length));
    return {
      figures: {
        unfolded: sizes.map(({ unfolded }) => unfolded),
        folded: sizes.map(({ folded }) => folded),
        largestDifference: Math.max(...differences),
      },
      text: [
        textTable(
          [
            ["T", "nodes unfolded", "nodes folded", "values and gradients differ by"],
            ...sizes.map(({ length, unfolded, folded }, i) => [
              String(length),
              String(unfolded),
              String(folded),
              differences[i]!.toExponential(0),
            ]),
          ],
          () => true,
        ),
        "Counted with the loss mean of h² and its gradient by W and U.",
      ].join("\n"),
      parts: [
        figure(
          await svgPicture(foldedPicture(network)),
          "Folded: one step, drawn once. The dashed edge z⁻¹ leads from a value to the step after.",
        ),
        figure(
          await svgPicture(unfoldedPicture(unfold(network, steps))),
          "Unfolded: a column per step, made from the same definition. The delay has become an edge to the next column; the parameters stand outside, once, and every column reads them.",
        ),
      ],
    };
  },
});

/** A loss over all steps, and its gradients. */
function training({ outputs: { h } }: RecurrenceValues<{ readonly h: FloatNode }>) {
  const loss = mean(square(h));
  const [byW, byU] = gradient(loss, [W, U]);
  return { h, loss, byW, byU };
}

/** Nodes of the whole: forward and backward, but not those inside the step of a scan, which do not depend on T. */
function sizeOf(values: RecurrenceValues<{ readonly h: FloatNode }>): number {
  return topologicalOrder(Object.values(training(values))).length;
}

function largestDifference(length: number): number {
  const x = Array.from({ length }, (_, t) => [[Math.sin(t + 1)]]);
  const [one, other] = [
    evaluateAll(training(unfold(network, length)), { x }),
    evaluateAll(training(scan(network, length)), { x }),
  ];
  return Math.max(
    ...(["h", "loss", "byW", "byU"] as const).flatMap((name) =>
      [...one[name].data].map((value, i) => Math.abs(value - other[name].data[i]!)),
    ),
  );
}
