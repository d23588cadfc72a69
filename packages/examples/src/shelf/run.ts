/** Runs an example from the command line: settings in, text, page and a line of JSON out. */
import { existsSync } from "node:fs";
import { access, constants, mkdir, open, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CommandLineError, readNumber, refusal } from "../command-line.js";
import { escapeHtml, page } from "@unfold/report";
import type { Chosen, Example, Outcome, Settings } from "./example.js";
import { showProgress } from "./progress.js";
import type { Place } from "./shelf.js";

/** Where pages go. */
const RUNS = fileURLToPath(new URL("../../../../runs", import.meta.url));

/** The words of a command line, read. */
interface Options {
  readonly chosen: Chosen<Settings>;
  /** Folder of the page. */
  readonly out: string;
  readonly json: boolean;
  readonly help: boolean;
}

/**
 * @param args - the words of the command line after the example's name
 * @returns the exit code
 */
export async function run(place: Place, args: readonly string[]): Promise<number> {
  const { example } = await place.load();
  const { chosen, out, json, help } = parseOptions(place.name, example, args);
  if (help) {
    process.stdout.write(`${helpOf(place, example)}\n`);
    return 0;
  }
  const report = path.join(out, `${place.name}.html`);
  await checkWritable(report);
  const started = performance.now();
  const progress = showProgress(process.stderr);
  const { figures, text, parts } = await stoppedAfter(progress, () => example.run(chosen, progress));
  await writeFile(report, page(`Unfold: ${place.name}`, example.title, [...parts, printed(place, chosen, text)]));
  const seconds = (performance.now() - started) / 1000;
  const words = `${text}\nTook ${seconds.toFixed(1)} s. Pictures: ${report}\n`;
  (json ? process.stderr : process.stdout).write(words);
  if (json) process.stdout.write(`${JSON.stringify({ name: place.name, ...chosen, ...figures, seconds, report })}\n`);
  return 0;
}

/** Before the run: nobody should wait for what cannot be kept. What a file of that name holds stays. */
async function checkWritable(file: string): Promise<void> {
  const folder = path.dirname(file);
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    if (existsSync(file)) await (await open(file, "r+")).close();
  } catch (error) {
    throw notAFolder(error instanceof Error ? error.message : String(error));
  }
}

function notAFolder(got: string): CommandLineError {
  return new CommandLineError({
    code: "OPTION_VALUE",
    where: "--out",
    rule: "the value must be a folder that a page can be written into",
    got,
  });
}

/** At the end of the page: what made it, and what that printed. */
function printed({ name }: Place, chosen: Chosen<Settings>, text: string): string {
  const options = Object.entries(chosen).map(([key, value]) => ` --${optionOf(key)} ${value}`);
  const command = `npm run example -- ${name}${options.join("")}`;
  return `<details><summary>As printed by <code>${escapeHtml(command)}</code></summary><pre>${escapeHtml(text)}</pre></details>`;
}

/** What a run obtains; its bar is gone also when it fails. */
async function stoppedAfter(
  { stop }: { readonly stop: () => void },
  start: () => Outcome | Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await start();
  } finally {
    stop();
  }
}

function parseOptions(name: string, { settings }: Example, args: readonly string[]): Options {
  const values = read(name, Object.keys(settings), args);
  const chosen = Object.entries(settings).map(([key, { value, min, max, isWhole = true }]) => {
    const option = optionOf(key);
    const text = values[option];
    return [key, typeof text === "string" ? readNumber(text, { option: `--${option}`, isWhole, min, max }) : value];
  });
  const { out, json, help } = values;
  if (out === "") throw notAFolder("no text");
  return {
    chosen: Object.fromEntries(chosen) as Chosen<Settings>,
    out: path.resolve(typeof out === "string" ? out : path.join(RUNS, name)),
    json: json === true,
    help: help === true,
  };
}

function read(
  name: string,
  keys: readonly string[],
  args: readonly string[],
): Readonly<Record<string, string | boolean | undefined>> {
  try {
    const own = Object.fromEntries(keys.map((key) => [optionOf(key), { type: "string" }] as const));
    const shared = { out: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" } } as const;
    return parseArgs({ args: [...args], allowPositionals: false, options: { ...own, ...shared } }).values;
  } catch (error) {
    throw refusal(`npm run example -- ${name}`, error);
  }
}

function helpOf({ name, summary }: Place, { settings }: Example): string {
  const options = Object.entries(settings).map(([key, { about, value }]) => [
    `--${optionOf(key)} N`,
    `${about} (${value})`,
  ]);
  const shared = [
    ["--out DIR", `folder of the page (runs/${name})`],
    ["--json", "end with one line of JSON on standard output"],
    ["--help", "print this"],
  ];
  const all = [...options, ...shared];
  const width = Math.max(...all.map(([option]) => option!.length));
  const lines = all.map(([option, about]) => `  ${option!.padEnd(width)}  ${about!}`);
  return [`${name}: ${summary}.`, "", `Usage: npm run example -- ${name} [options]`, "", ...lines].join("\n");
}

/** `learning-rate` for `learningRate`. */
function optionOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
