/** The command line of the character model: what can be asked for, checked, with defaults filled in. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CommandLineError, readNumber, refusal, type NumberRule } from "../command-line.js";

/** What decides the weights a run ends with: the same settings give the same bits. */
export interface Settings {
  /** Of the initial weights and of the order of the minibatches. */
  readonly seed: number;
  /** H, hidden units. */
  readonly units: number;
  /** T, characters per sequence. */
  readonly length: number;
  /** B, sequences per minibatch. */
  readonly batch: number;
  /** Of Adam, per update, at first; it falls as training goes on. */
  readonly learningRate: number;
}

/** Everything the command line says. */
export interface Options {
  readonly settings: Settings;
  /** The settings that were typed; the others are defaults. */
  readonly given: Partial<Settings>;
  /** Updates in all, those before a resume included. */
  readonly steps: number;
  /** Divides the logits before sampling; below 1 the likely characters get likelier. */
  readonly temperature: number;
  /** Folder of the model and the report. */
  readonly out: string;
  readonly resume: boolean;
  /** Text to continue with a saved model, instead of training. */
  readonly sample: string | undefined;
  /** Characters to write. */
  readonly characters: number;
  readonly json: boolean;
  readonly help: boolean;
}

/** What a run uses unless told otherwise. */
export const DEFAULT_SETTINGS: Settings = {
  seed: 1,
  units: 512,
  length: 32,
  batch: 32,
  learningRate: 0.003,
};
const DEFAULT_STEPS = 1300;
const DEFAULT_TEMPERATURE = 0.7;
const DEFAULT_CHARACTERS = 500;

const RULES = {
  steps: { option: "--steps", isWhole: true, min: 1, max: 1e9 },
  seed: { option: "--seed", isWhole: true, min: 0, max: Number.MAX_SAFE_INTEGER },
  units: { option: "--units", isWhole: true, min: 1, max: 2048 },
  length: { option: "--length", isWhole: true, min: 1, max: 10_000 },
  batch: { option: "--batch", isWhole: true, min: 1, max: 10_000 },
  "learning-rate": { option: "--learning-rate", isWhole: false, min: 1e-9, max: 10 },
  temperature: { option: "--temperature", isWhole: false, min: 0.01, max: 100 },
  characters: { option: "--characters", isWhole: true, min: 1, max: 1_000_000 },
} as const satisfies Readonly<Record<string, NumberRule>>;

/** Length times batch: keeps an update within a few gigabytes of memory. */
const MAX_UPDATE_CHARACTERS = 100_000;
/** What is of no use where nothing is trained. */
const OF_TRAINING = ["resume", "steps", "units", "length", "batch", "learning-rate"] as const;

/** What `--help` prints. */
export const HELP = `Trains a recurrent network to write like a novel, one character at a time.

Usage: npm start -- [options]

  --steps N          updates of the weights in all (${DEFAULT_STEPS})
  --seed N           of the weights, the order of the text and the writing (${DEFAULT_SETTINGS.seed})
  --units N          hidden units of the network (${DEFAULT_SETTINGS.units})
  --length N         characters per sequence: steps of the recurrence (${DEFAULT_SETTINGS.length})
  --batch N          sequences per update (${DEFAULT_SETTINGS.batch})
  --learning-rate X  of Adam at first; it is half after 500 updates (${DEFAULT_SETTINGS.learningRate})
  --temperature X    of sampling: low is careful, high is wild (${DEFAULT_TEMPERATURE})
  --out DIR          folder of the model and the report (runs/character-model)
  --resume           go on from the model saved in --out
  --sample TEXT      continue TEXT with the model saved in --out; trains nothing
  --characters N     characters to write (${DEFAULT_CHARACTERS})
  --json             end with one line of JSON on standard output
  --help             print this

Ctrl-C stops after the current update and saves.`;

/** The folder that a run writes to unless told otherwise. */
const DEFAULT_OUT = fileURLToPath(new URL("../../../../runs/character-model", import.meta.url));

/**
 * The options of a command line.
 *
 * @param args - the words after the program's name
 * @throws CommandLineError OPTIONS, OPTION_VALUE or OPTIONS_TOGETHER, one line each.
 */
export function parseOptions(args: readonly string[]): Options {
  const values = read(args);
  const number = (name: keyof typeof RULES): number | undefined => {
    const text = values[name];
    return text === undefined ? undefined : readNumber(text, RULES[name]);
  };
  checkTexts(values);
  const given = withoutUndefined({
    seed: number("seed"),
    units: number("units"),
    length: number("length"),
    batch: number("batch"),
    learningRate: number("learning-rate"),
  });
  const settings = { ...DEFAULT_SETTINGS, ...given };
  checkTogether(values, settings);
  return {
    settings,
    given,
    steps: number("steps") ?? DEFAULT_STEPS,
    temperature: number("temperature") ?? DEFAULT_TEMPERATURE,
    out: path.resolve(values.out ?? DEFAULT_OUT),
    resume: values.resume,
    sample: values.sample,
    characters: number("characters") ?? DEFAULT_CHARACTERS,
    json: values.json,
    help: values.help,
  };
}

const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean", default: false } as const;
const KNOWN = {
  steps: TEXT,
  seed: TEXT,
  units: TEXT,
  length: TEXT,
  batch: TEXT,
  "learning-rate": TEXT,
  temperature: TEXT,
  characters: TEXT,
  out: TEXT,
  sample: TEXT,
  resume: FLAG,
  json: FLAG,
  help: FLAG,
} as const;

type Typed = {
  readonly [K in keyof typeof KNOWN]: (typeof KNOWN)[K]["type"] extends "string" ? string | undefined : boolean;
};

function read(args: readonly string[]): Typed {
  try {
    return parseArgs({ args: [...args], allowPositionals: false, options: KNOWN }).values as Typed;
  } catch (error) {
    throw refusal("npm start", error);
  }
}

function checkTexts({ sample, out }: Typed): void {
  if (sample === "") {
    throw new CommandLineError({
      code: "OPTION_VALUE",
      where: "--sample",
      rule: "the text must have at least one character",
      got: "none",
    });
  }
  if (out === "") {
    throw new CommandLineError({ code: "OPTION_VALUE", where: "--out", rule: "it must name a folder", got: "nothing" });
  }
}

function checkTogether(values: Typed, { length, batch }: Settings): void {
  const where = "npm start";
  const idle = OF_TRAINING.find((name) => values[name] !== undefined && values[name] !== false);
  if (values.sample !== undefined && idle !== undefined) {
    throw new CommandLineError({
      code: "OPTIONS_TOGETHER",
      where,
      rule: `--sample and --${idle} must not be used together`,
      got: "both",
      fix: "--sample trains nothing",
    });
  }
  if (length * batch > MAX_UPDATE_CHARACTERS) {
    throw new CommandLineError({
      code: "OPTIONS_TOGETHER",
      where,
      rule: `--length times --batch must be at most ${MAX_UPDATE_CHARACTERS}`,
      got: `${length} × ${batch}`,
    });
  }
}

function withoutUndefined(values: { readonly [K in keyof Settings]: number | undefined }): Partial<Settings> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
