/** A page that opens without a network: one HTML file with pictures in it. */

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #18181b; }
  h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
  table { border-collapse: collapse; } td { padding: .15rem 1.5rem .15rem 0; vertical-align: top; } td:first-child { white-space: nowrap; } td + td { font-variant-numeric: tabular-nums; }
  pre { white-space: pre-wrap; background: #f4f4f5; padding: 1rem; border-radius: .5rem; }
  figure { margin: 1rem 0; overflow-x: auto; } figcaption { color: #52525b; font-size: .9rem; } svg { max-width: 100%; height: auto; }
`;

/**
 * An HTML page that opens without a network.
 *
 * @param title - of the window
 * @param parts - HTML under the heading
 * @example
 * page("Run 7", "The seventh run", [table([["steps", "100"]])]).startsWith("<!doctype html>"); // → true
 */
export function page(title: string, heading: string, parts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
<h1>${escapeHtml(heading)}</h1>
${parts.join("\n")}
</html>
`;
}

/**
 * A picture as part of a page, with what there is to see in it.
 *
 * @example
 * figure("<svg></svg>", "a < b").includes("a &lt; b"); // → true
 */
export function figure(svg: string, caption: string): string {
  return `<figure>${svg}${caption === "" ? "" : `<figcaption>${escapeHtml(caption)}</figcaption>`}</figure>`;
}

/**
 * Rows of cells as part of a page.
 *
 * @example
 * table([["steps", "100"]]).includes("<td>100</td>"); // → true
 */
export function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`);
  return `<table>${lines.join("\n")}</table>`;
}

/**
 * Text as it must stand in HTML.
 *
 * @example
 * escapeHtml("a < b"); // → "a &lt; b"
 */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
