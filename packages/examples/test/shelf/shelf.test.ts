/** Every example on the shelf, at a small size: its figures, its page, its README and its place on the index page. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Outcome } from "../../src/shelf/example.js";
import { runQuietly } from "../../src/shelf/run-quietly.js";
import { shelf, type Place } from "../../src/shelf/shelf.js";

/** What a figure must be: exactly or nearly a value, or in a range. Of a list: each of its elements. */
interface Bounds {
  readonly is?: unknown;
  /** How far a number may be from `is`; rounding differs between machines. */
  readonly within?: number;
  readonly min?: number;
  readonly max?: number;
}

interface Expected {
  readonly settings: Readonly<Record<string, number>>;
  /** By name, with dots into records and lists. */
  readonly figures: Readonly<Record<string, Bounds>>;
}

const HEADINGS = ["## Idea", "## Equations", "## What to look for", "## Expected numbers", "## Source"];

test("the index page lists the shelf, and every folder with an example is on it", () => {
  const index = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  const lines = shelf.map(({ name, summary }) => `[${name}](src/shelf/${name}): ${summary}`);
  const places = lines.map((line) => index.indexOf(line));
  expect(lines.filter((_, i) => places[i] === -1)).toEqual([]);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  const folders = readdirSync(fileURLToPath(new URL("../../src/shelf", import.meta.url)), { withFileTypes: true });
  const names = folders.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(names.toSorted()).toEqual(shelf.map(({ name }) => name).toSorted());
});

describe.each(shelf)("$name", (place) => {
  test("teaches: a short program, and a README with all its parts", () => {
    expect(read(place, "main.ts").split("\n").length - 1).toBeLessThanOrEqual(150);
    const readme = read(place, "README.md");
    expect(readme).toContain(`npm run example -- ${place.name}`);
    expect(HEADINGS.filter((heading) => !readme.includes(`\n${heading}\n`))).toEqual([]);
  });

  test("has the figures it should, and a page with pictures that fetches nothing", async () => {
    const { settings, figures } = JSON.parse(read(place, "expected.json")) as Expected;
    const outcome = await small(place, settings);
    expect(Object.keys(figures).length).toBeGreaterThan(0);
    for (const [path, bounds] of Object.entries(figures)) expectWithin(at(outcome.figures, path), bounds, path);
    expect(JSON.parse(JSON.stringify(outcome.figures)), "figures must be what JSON can hold").toEqual(outcome.figures);
    expect(outcome.text).not.toMatch(/NaN|undefined|\[object/);
    const html = outcome.parts.join("\n");
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/NaN|undefined|\[object/);
    const markup = html.replaceAll(/ xmlns(:\w+)?="http:\/\/www\.w3\.org\/[^"]*"/g, "");
    expect(markup).not.toMatch(/\w+:\/\/|\/\/\w|<(script|link|iframe|img)\b/);
  });
});

async function small(place: Place, settings: Readonly<Record<string, number>>): Promise<Outcome> {
  const { example } = await place.load();
  expect(Object.keys(settings).filter((name) => !Object.hasOwn(example.settings, name))).toEqual([]);
  return runQuietly(example, settings);
}

function at(figures: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => {
    expect(value, `${path} must be among the figures`).toHaveProperty(key);
    return (value as Readonly<Record<string, unknown>>)[key];
  }, figures);
}

function expectWithin(value: unknown, { is, within = 0, min = -Infinity, max = Infinity }: Bounds, path: string): void {
  if (is === undefined) {
    for (const element of [value].flat()) {
      expect(element, path).toBeGreaterThanOrEqual(min);
      expect(element, path).toBeLessThanOrEqual(max);
    }
  } else if (within === 0) expect(value, path).toEqual(is);
  else {
    const [values, wanted] = [[value].flat(), [is].flat()] as [number[], number[]];
    expect(values, path).toHaveLength(wanted.length);
    values.forEach((element, i) => {
      expect(Math.abs(element - wanted[i]!), `${path}: ${element} instead of ${wanted[i]!}`).toBeLessThanOrEqual(
        within,
      );
    });
  }
}

function read({ name }: Place, file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../src/shelf/${name}/${file}`, import.meta.url)), "utf8");
}
