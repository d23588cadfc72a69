/** The example with numbers of anotsorandomwalk.com. */
import { example } from "../../shelf/anotsorandomwalk/main.js";
import { runQuietly } from "../../shelf/run-quietly.js";
import type { Row } from "../row.js";

const PUBLISHED = "outputs 0.8896, 0.8004";

/** Its outputs. */
export const anotsorandomwalk: Row = {
  name: "anotsorandomwalk",
  published: PUBLISHED,
  source: "anotsorandomwalk.com, Backpropagation Example With Numbers Step by Step",
  run: async () => {
    const { figures } = await runQuietly(example, { updates: 1 });
    const outputs = (figures["o"] as readonly number[]).map((output) => output.toFixed(4));
    const obtained = `outputs ${outputs.join(", ")}`;
    return { obtained, holds: obtained === PUBLISHED };
  },
};
