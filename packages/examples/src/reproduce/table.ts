/** Results on a terminal. */
import Table from "cli-table3";
import type { Result } from "./reproduce.js";

/** The table, and under it what was done otherwise than published, and why what does not hold does not. */
export function resultsTable(results: readonly Result[]): string {
  const table = new Table({
    head: ["what", "published", "obtained", "holds", "seed", "seconds"],
    colAligns: ["left", "left", "left", "left", "right", "right"],
    colWidths: [null, 40, 40, null, null, null],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { name, published, obtained, holds, seed, seconds } of results)
    table.push([name, published, obtained, holds ? "yes" : "NO", String(seed), seconds.toFixed(1)]);
  const remarks = results.flatMap(({ name, remark }) => (remark === undefined ? [] : [`${name}: ${remark}.`]));
  const held = results.filter(({ holds }) => holds).length;
  const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
  return [table.toString(), ...new Set(remarks), `${held} of ${results.length} hold. ${total.toFixed(1)} s.`].join(
    "\n",
  );
}
