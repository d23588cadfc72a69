/** The report: one HTML file that opens without a network. */

/** What the report shows. */
export interface Report {
  readonly figures: Readonly<Record<string, string>>;
  readonly chart: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly sample: string;
}

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #18181b; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
  table { border-collapse: collapse; } td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; } td:first-child { white-space: nowrap; } td + td { font-variant-numeric: tabular-nums; }
  pre { white-space: pre-wrap; background: #f4f4f5; padding: 1rem; border-radius: .5rem; }
  figure { margin: 1rem 0; overflow-x: auto; } figcaption { color: #52525b; font-size: .9rem; } svg { max-width: 100%; height: auto; }
`;

/** The report as HTML. */
export function reportHtml({ figures, chart, folded, unfolded, sample }: Report): string {
  const rows = Object.entries(figures).map(
    ([name, value]) => `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Unfold: an Elman network reads Moby-Dick</title>
<style>${STYLE}</style>
<h1>An Elman network reads Moby-Dick</h1>
<table>${rows.join("\n")}</table>
<h2>Loss</h2>
<figure>${chart}<figcaption>Mean of every 10 minibatches. The weights change once per minibatch. Lines: the baselines and the trained network on text it never saw.</figcaption></figure>
<h2>The network, folded</h2>
<figure>${folded}<figcaption>One time step, drawn once. The dashed edge z⁻¹ carries the hidden state to the next step.</figcaption></figure>
<h2>The same network, unfolded</h2>
<figure>${unfolded}<figcaption>Three of the copies that backpropagation through time differentiates. They share their parameters; the red edges are those that z⁻¹ stood for.</figcaption></figure>
<h2>What it writes</h2>
<pre>${escapeHtml(sample)}</pre>
</html>
`;
}

/** Text as it must stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
