/** The figures of a run in a few numbers. */
import type { Saturation } from "@unfold/rnn";
import { median } from "../../statistics.js";
import type { Comparison, NetworkFigures } from "./compare-memories.js";
import type { MemoryFigures } from "./memory-figures.js";

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

/** The figures of both networks, before and after training. */
export function figuresOf({ elman, lstm }: Comparison): Readonly<Record<"elman" | "lstm", Both>> {
  return { elman: both(elman), lstm: both(lstm) };
}

type Both = Readonly<Record<"initial" | "trained", MemorySummary>>;

function both(figures: NetworkFigures): Both {
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
