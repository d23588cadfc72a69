/** The command line. */
import fc from "fast-check";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, HELP, parseOptions, type Options } from "../../src/character-model/options.js";
import { CommandLineError } from "../../src/command-line.js";

/** Every option that takes a number, with its bounds and where its value goes. */
const NUMBERS: readonly (readonly [string, number, number, (options: Options) => number])[] = [
  ["--steps", 1, 1e9, ({ steps }) => steps],
  ["--seed", 0, Number.MAX_SAFE_INTEGER, ({ settings }) => settings.seed],
  ["--units", 1, 2048, ({ settings }) => settings.units],
  ["--length", 1, 10_000, ({ settings }) => settings.length],
  ["--batch", 1, 10_000, ({ settings }) => settings.batch],
  ["--learning-rate", 1e-9, 10, ({ settings }) => settings.learningRate],
  ["--temperature", 0.01, 100, ({ temperature }) => temperature],
  ["--characters", 1, 1_000_000, ({ characters }) => characters],
];
const isWhole = (option: string): boolean => option !== "--learning-rate" && option !== "--temperature";

function problemOf(...args: readonly string[]): CommandLineError {
  try {
    parseOptions(args);
  } catch (error) {
    expect(error).toBeInstanceOf(CommandLineError);
    return error as CommandLineError;
  }
  throw new Error(`${args.join(" ")} was taken`);
}

/** Short sequences beside long minibatches and the other way round: together they have a bound of their own. */
const beside = (option: string): string[] =>
  option === "--length" ? ["--batch", "1"] : option === "--batch" ? ["--length", "1"] : [];

describe.each(NUMBERS)("%s", (option, min, max, valueOf) => {
  const inside = isWhole(option) ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });

  test("takes every number in its bounds, the bounds among them", () => {
    fc.assert(
      fc.property(fc.oneof(inside, fc.constantFrom(min, max)), (value) => {
        expect(valueOf(parseOptions([option, String(value), ...beside(option)]))).toBe(value);
        expect(valueOf(parseOptions([`${option}=${value}`, ...beside(option)]))).toBe(value);
      }),
    );
  });

  const outside = [min - 1, max + 1, min - min * 2 ** -20 - Number.MIN_VALUE, -0.5, Infinity, -Infinity, NaN].map(
    String,
  );
  test.each([...outside, ...(isWhole(option) ? ["1.5"] : []), "", " ", "x", "1 2", "1,5", "--", "a\nb", "null"])(
    "refuses %j in one line",
    (value) => {
      const problem = problemOf(`${option}=${value}`);
      expect(problem.code).toBe("OPTION_VALUE");
      expect(problem.message).toBe(
        `${option}: the value must be ${isWhole(option) ? "a whole number" : "a number"} in [${min}, ${max}], got ${JSON.stringify(value)}.`,
      );
    },
  );

  test("needs a value", () => {
    expect(problemOf(option).message).toBe(
      `npm start: the options must be those of --help, got Option '${option} <value>' argument missing.`,
    );
  });

  test("is explained by --help", () => {
    expect(HELP).toContain(`  ${option} `);
  });
});

describe("options", () => {
  test("have defaults", () => {
    const { out, ...options } = parseOptions([]);
    expect(options).toMatchObject({ settings: DEFAULT_SETTINGS, given: {}, resume: false, json: false, help: false });
    expect(options.sample).toBeUndefined();
    expect(out).toBe(path.resolve(import.meta.dirname, "../../../../runs/character-model"));
  });

  test("tell what was typed from what was not, even where it is the default", () => {
    const seed = DEFAULT_SETTINGS.seed;
    expect(parseOptions(["--seed", String(seed), "--steps", "3"]).given).toEqual({ seed });
  });

  test("turn --out into a whole path", () => {
    expect(parseOptions(["--out", "a/../b"]).out).toBe(path.resolve("b"));
    expect(problemOf("--out=").message).toBe("--out: it must name a folder, got nothing.");
  });

  test("bound the characters of an update", () => {
    expect(parseOptions(["--length", "100", "--batch", "1000"]).settings).toMatchObject({ length: 100, batch: 1000 });
    expect(problemOf("--length", "101", "--batch", "1000").message).toBe(
      "npm start: --length times --batch must be at most 100000, got 101 × 1000.",
    );
  });

  test.each([
    ["--foo"],
    ["-h"],
    ["stray"],
    ["--json=1"],
    ["--no-json"],
    ["--steps", "-5"],
    ["--sample", "-x"],
    ["--resume", "now"],
  ])("refuse %s %s in one line", (...args) => {
    const problem = problemOf(...args);
    expect(problem.code).toBe("OPTIONS");
    expect(problem.message).toMatch(/^npm start: the options must be those of --help, got [^\n]+\.$/);
  });

  test("refuse what they do not know in one line, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(problemOf("--", text).message).not.toContain("\n");
      }),
    );
  });

  test("let only the seed of the writing stand beside --sample", () => {
    expect(parseOptions(["--sample", "Call", "--seed", "3", "--characters", "9", "--temperature", "1"])).toMatchObject({
      sample: "Call",
      characters: 9,
      temperature: 1,
      given: { seed: 3 },
    });
    for (const args of [["--resume"], ...["--steps", "--units", "--length", "--batch"].map((name) => [name, "3"])]) {
      expect(problemOf("--sample", "Call", ...args).message).toBe(
        `npm start: --sample and ${args[0]} must not be used together, got both. --sample trains nothing.`,
      );
    }
    expect(problemOf("--sample", "Call", "--learning-rate", "1").code).toBe("OPTIONS_TOGETHER");
    expect(problemOf("--sample=").message).toBe("--sample: the text must have at least one character, got none.");
  });
});
