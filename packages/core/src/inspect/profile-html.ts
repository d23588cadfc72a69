/** A profile as a page: bars as wide as the time they took, nested as loops and labels are. */
import type { ProfileRow } from "../runtime/profile.js";
import { escapeXml } from "./escape-xml.js";

/** Something that took time, and what it consists of. */
interface Frame {
  readonly name: string;
  readonly parts: Map<string, Frame>;
  readonly rows: ProfileRow[];
  milliseconds: number;
}

const STYLE = `
body { font: 12px/1.5 system-ui, sans-serif; margin: 1em; }
.parts { display: flex; align-items: flex-start; overflow: hidden; }
.frame { flex-basis: 0; min-width: 0; box-sizing: border-box; padding: 1px 0 0 1px; }
.name { display: block; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; padding: 0 3px; background: #dce6f2; color: #123; }
.name.loop { background: #f6d9a8; }
.name.kernel { background: #f2b8a0; }
`;

/**
 * The rows of `executable.profile()` as an HTML page that needs nothing else: bars from the whole program down over
 * loops and the levels of labels (`encoder/gru/W`) to kernels, as wide as the time they took. What a bar hides of its name
 * shows when it is pointed at.
 *
 * @example
 * profileHtml([]).startsWith("<!doctype html>"); // → true
 */
export function profileHtml(rows: readonly ProfileRow[], title = "Profile"): string {
  const root = frame("program");
  for (const row of rows) {
    const levels = row.node === row.op ? [] : row.node.split("/");
    let at = root;
    at.milliseconds += row.milliseconds;
    for (const name of [...row.path, ...levels, row.kernel]) {
      const next: Frame = at.parts.get(name) ?? frame(name);
      at.parts.set(name, next);
      next.milliseconds += row.milliseconds;
      at = next;
    }
    at.rows.push(row);
  }
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><title>${escapeXml(title)}</title><style>${STYLE}</style></head>`,
    `<body><h1>${escapeXml(title)}</h1>`,
    drawFrame(root, root.milliseconds, new Set(rows.flatMap(({ path }) => path))),
    "</body></html>",
    "",
  ].join("\n");
}

function frame(name: string): Frame {
  return { name, parts: new Map(), rows: [], milliseconds: 0 };
}

/** Frames are few levels deep: loops, levels of a label, one kernel. */
function drawFrame({ name, parts, rows, milliseconds }: Frame, total: number, loops: ReadonlySet<string>): string {
  const share = total > 0 ? (100 * milliseconds) / total : 0;
  const kind = rows.length > 0 ? " kernel" : loops.has(name) ? " loop" : "";
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const flops = rows.reduce((sum, row) => sum + row.flops, 0);
  const rate = flops > 0 && milliseconds > 0 ? `, ${(flops / milliseconds / 1e6).toFixed(1)} GFLOP/s` : "";
  const facts = `${milliseconds.toFixed(3)} ms, ${share.toFixed(1)} %${calls > 0 ? `, ${calls} calls` : ""}${rate}`;
  const text = escapeXml(`${name}: ${facts}`);
  const inside = [...parts.values()].map((part) => drawFrame(part, total, loops)).join("");
  return [
    `<div class="frame" style="flex-grow: ${(milliseconds * 1e6).toFixed(0)}">`,
    `<span class="name${kind}" title="${text}">${text}</span>`,
    inside === "" ? "" : `<div class="parts">${inside}</div>`,
    "</div>",
  ].join("");
}
