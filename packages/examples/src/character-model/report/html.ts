/** The parts of the report, in HTML. */
import { escapeHtml, figure, table } from "@unfold/report";

/** What the report shows. */
export interface Report {
  readonly figures: Readonly<Record<string, string>>;
  readonly chart: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly sample: string;
}

/** Figures first, what the network writes last. */
export function htmlParts({ figures, chart, folded, unfolded, sample }: Report): string[] {
  return [
    table(Object.entries(figures)),
    "<h2>Loss</h2>",
    figure(
      chart,
      "Mean of every 10 minibatches. The weights change once per minibatch. Lines: the baselines and the trained network on text it never saw.",
    ),
    "<h2>The network, folded</h2>",
    figure(folded, "One time step, drawn once. The dashed edge z⁻¹ carries the hidden state to the next step."),
    "<h2>The same network, unfolded</h2>",
    figure(
      unfolded,
      "Three of the copies that backpropagation through time differentiates. They share their parameters; the red edges are those that z⁻¹ stood for.",
    ),
    "<h2>What it writes</h2>",
    `<pre>${escapeHtml(sample)}</pre>`,
  ];
}
