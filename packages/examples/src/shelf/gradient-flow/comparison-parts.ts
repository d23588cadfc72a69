/** The comparison as parts of a page. */
import { figure, table } from "@unfold/report";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import { flowChart, gatesChart, jacobianChart, saturationChart } from "./comparison-charts.js";
import { percent } from "./percent.js";
import type { TrainingOptions } from "./train-network.js";
import { BATCH, LARGEST_NORM, LEARNING_RATE } from "./train-network.js";

/** The parts. */
export function comparisonParts(
  comparison: Comparison,
  { seed, steps, units, updates }: TrainingOptions & { readonly units: number },
): string[] {
  const { elman, lstm } = comparison;
  return [
    table([
      ["Task", `the adding problem over ${steps} steps: two numbers are marked, the answer is their sum`],
      ["Networks", `${units} hidden units each, seed ${seed}`],
      [
        "Training",
        `${updates} updates on ${BATCH} sequences, Adam, learning rate ${LEARNING_RATE}, norm clipped to ${LARGEST_NORM}`,
      ],
      ...[elman, lstm].map(({ title, initial, trained }) => [
        title,
        `mean squared error ${initial.error.toFixed(4)} before, ${trained.error.toFixed(4)} after; ${forgetting(trained.forgottenAfter)}, ${percent(trained.leftAtFirstStep)} at the first step`,
      ]),
    ]),
    "<h2>How much of the gradient reaches the past</h2>",
    figure(
      flowChart(comparison),
      "Norm of the derivative of the loss by the state, relative to the last step. Straight lines fall exponentially: each step multiplies by the same factor.",
    ),
    ...[elman, lstm].flatMap(partsOf),
  ];
}

function forgetting(after: number | null): string {
  return after === null ? "never less than 1 % of the gradient" : `less than 1 % of the gradient after ${after} steps`;
}

function partsOf(network: NetworkFigures): string[] {
  return [
    `<h2>${network.title}, trained: what one step multiplies with</h2>`,
    figure(
      jacobianChart(network),
      "Of the Jacobian of the carried state by the state before: the largest singular value bounds what one step can grow, the spectral radius says what many steps do, Hochreiter's factor is that of a unit back to itself.",
    ),
    `<h2>${network.title}, trained: gradients of states and gates</h2>`,
    figure(gatesChart(network), "Norms relative to the state that remembers, at the last step."),
    `<h2>${network.title}, trained: saturation</h2>`,
    figure(
      saturationChart(network.trained.saturation),
      "Values at the ends of the range pass no gradient through the activation; a gate at its ends is shut or open.",
    ),
    `<h2>${network.title}, trained: the last steps, unfolded</h2>`,
    figure(
      network.picture,
      "Numbers on edges: norms of what flows back along them, relative to the largest inside the network. Red edges lead to the next step.",
    ),
  ];
}
