/** The form of an example: numbers that can be set, a run, and what it shows. */

/** A number that can be set on the command line. */
export interface Setting {
  /** What it is, for `--help`. */
  readonly about: string;
  /** Unless set. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** Default true. */
  readonly isWhole?: boolean;
}

/** Settings by name; `learningRate` is `--learning-rate` on the command line. */
export type Settings = Readonly<Record<string, Setting>>;

/** The values of settings. */
export type Chosen<S extends Settings> = { readonly [K in keyof S]: number };

/** What a run obtained. */
export interface Outcome {
  /** Numbers by name, as JSON can hold them; `--json` prints them. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** The result as it is printed. */
  readonly text: string;
  /** Parts of the page, in HTML, with at least one picture. */
  readonly parts: readonly string[];
}

/** Tells whoever waits how far a run is. */
export interface Progress {
  /** A line of text. */
  readonly say: (line: string) => void;
  /** How much is done. @param note - a figure of now, such as a loss */
  readonly update: (done: number, total: number, note?: string) => void;
}

/** An example: an idea, running. */
export interface Example<S extends Settings = Settings> {
  /** Heading of its page. */
  readonly title: string;
  readonly settings: S;
  run(chosen: Chosen<S>, progress: Progress): Outcome | Promise<Outcome>;
}

/** The example as it is, with the types of its settings. */
export function defineExample<const S extends Settings>(example: Example<S>): Example<S> {
  return example;
}

/** The setting that most examples have. */
export const SEED: Setting = {
  about: "of everything that is drawn at random",
  value: 1,
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
};
