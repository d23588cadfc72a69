/** Runs rows one after the other. */
import { inspect } from "node:util";
import type { Found, Row } from "./row.js";

/** A row that has been run. */
export interface Result extends Found, Pick<Row, "name" | "published" | "source"> {
  readonly seed: number;
  readonly seconds: number;
}

/** The results of rows as they come. A run that throws is a result too: it does not hold. */
export async function* reproduce(rows: readonly Row[], seeds?: readonly number[]): AsyncGenerator<Result> {
  for (const row of rows)
    for (const seed of seeds ?? row.seeds ?? [1]) {
      const { name, published, source } = row;
      const started = performance.now();
      const found = await find(row, seed);
      yield { name, published, source, seed, seconds: (performance.now() - started) / 1000, ...found };
    }
}

async function find(row: Row, seed: number): Promise<Found> {
  try {
    return await row.run(seed);
  } catch (error) {
    return {
      obtained: "stopped by an error",
      holds: false,
      remark: error instanceof Error ? error.message : inspect(error),
    };
  }
}
