/** The figures of a run as one line of JSON. */
import type { Saturation } from "@unfold/rnn";
import { median } from "../statistics.js";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import type { MemoryFigures } from "./memory-figures.js";
import type { TrainingOptions } from "./train-network.js";

/** The figures of a network with some weights; those of several steps as their median. */
export interface MemorySummary {
  readonly error: number;
  /** Steps after which less than 1 % of the gradient is left, to the end; null: never. */
  readonly forgottenAfter: number | null;
  readonly leftAfter10: number | null;
  readonly leftAtFirstStep: number;
  readonly spectralRadius: number;
  readonly largestSingularValue: number;
  readonly ownFactor: number;
  readonly saturated: Readonly<Record<string, Readonly<Record<"low" | "high", number>>>>;
}

/** What `--json` prints. */
export interface GradientFlowResult {
  readonly name: "gradient-flow";
  readonly seed: number;
  readonly steps: number;
  readonly units: number;
  readonly updates: number;
  readonly elman: Readonly<Record<"initial" | "trained", MemorySummary>>;
  readonly lstm: Readonly<Record<"initial" | "trained", MemorySummary>>;
  readonly seconds: number;
  /** Path of the page. */
  readonly report: string;
}

/** The result of a run. */
export function resultOf(
  { elman, lstm }: Comparison,
  options: TrainingOptions & { readonly units: number },
  run: { readonly seconds: number; readonly report: string },
): GradientFlowResult {
  const { seed, steps, units, updates } = options;
  return { name: "gradient-flow", seed, steps, units, updates, elman: both(elman), lstm: both(lstm), ...run };
}

function both(figures: NetworkFigures): Readonly<Record<"initial" | "trained", MemorySummary>> {
  return { initial: summaryOf(figures, "initial"), trained: summaryOf(figures, "trained") };
}

/** The summary of a network with its first or its trained weights. */
export function summaryOf(network: NetworkFigures, weights: "initial" | "trained"): MemorySummary {
  const figures: MemoryFigures = network[weights];
  const shares = ({ low, high }: Saturation): Readonly<Record<"low" | "high", number>> => ({ low, high });
  return {
    error: figures.error,
    forgottenAfter: figures.forgottenAfter,
    leftAfter10: figures.flow[network.memory]![10] ?? null,
    leftAtFirstStep: figures.leftAtFirstStep,
    spectralRadius: median(figures.spectralRadius),
    largestSingularValue: median(figures.largestSingularValue),
    ownFactor: median(figures.ownFactor),
    saturated: Object.fromEntries(
      Object.entries(figures.saturation).map(([label, histogram]) => [label, shares(histogram)]),
    ),
  };
}
