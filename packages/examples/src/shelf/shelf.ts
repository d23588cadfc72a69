/** All examples, in the order in which to learn from them. Each is loaded only when it is run. */
import type { Example } from "./example.js";

/** A place on the shelf. */
export interface Place {
  /** Also the name of its folder. */
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  readonly load: () => Promise<{ readonly example: Example }>;
}

/** The shelf. */
export const shelf: readonly Place[] = [
  {
    name: "elman-xor",
    summary: "Elman's network of 1990 learns exclusive or in time",
    load: () => import("./elman-xor/main.js"),
  },
  {
    name: "gradient-flow",
    summary: "why Elman's network forgets and long short-term memory does not",
    load: () => import("./gradient-flow/main.js"),
  },
  {
    name: "forecast",
    summary: "carbon dioxide and the weather of tomorrow, against what last year says",
    load: () => import("./forecast/main.js"),
  },
];
