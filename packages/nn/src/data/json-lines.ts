/** JSON Lines: a value per line. */
import { FormatError } from "@unfold/core";
import type { Source } from "./dataset.js";

/**
 * The values of JSON Lines, one by one; lines with nothing but white space are passed over.
 *
 * @param lines - such as `createInterface({ input: createReadStream(path) })` of Node's `readline`; or the whole text
 * @throws FormatError JSON_LINE, when run, if a line is not JSON; it names the line, counted from 1.
 * @example
 * const rows = Dataset.from(() => jsonLines(['{ "x": 1, "y": 2 }', '{ "x": 3, "y": 4 }']));
 * await rows.map(readColumns({ x: ["x"], y: "y" })).toArray(); // → [{ x: [1], y: 2 }, { x: [3], y: 4 }]
 * @source JSON Lines, https://jsonlines.org
 */
export async function* jsonLines(lines: Source<string>): AsyncIterable<unknown> {
  let number = 0;
  for await (const line of typeof lines === "string" ? lines.split("\n") : lines) {
    number++;
    if (line.trim() !== "") yield valueOf(line, number);
  }
}

function valueOf(line: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new FormatError({
      code: "JSON_LINE",
      where: `jsonLines(lines): line ${number}`,
      rule: "every line must be one JSON value",
      got: JSON.stringify(line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line),
    });
  }
}

/** Characters of a line that an error shows. */
const SHOWN = 60;
