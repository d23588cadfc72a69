/** Examples are run by name: what is printed where, and what is refused. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { exampleCommand } from "../../src/shelf/example-command.js";
import { shelf } from "../../src/shelf/shelf.js";

const PROGRAM = fileURLToPath(new URL("../../src/run-example.ts", import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), "examples-"));
const names = shelf.map(({ name }) => name);

afterAll(() => {
  rmSync(out, { recursive: true });
});

test("an example ends with one line of JSON and writes its page", () => {
  const node = ["--import", "tsx", "--conditions=@unfold/source", PROGRAM];
  const words = ["elman-xor", "--json", "--passes", "2", "--seed", "7", "--out", out];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...words], { encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  const result = JSON.parse(stdout) as { report: string; seconds: number };
  expect(result).toMatchObject({ name: "elman-xor", seed: 7, passes: 2 });
  expect(result.seconds).toBeGreaterThan(0);
  expect(stderr).toContain("XOR of the two");
  const page = readFileSync(result.report, "utf8");
  expect(page).toContain("<svg");
  expect(page).toContain("<code>npm run example -- elman-xor --seed 7 --passes 2</code>");
  expect(page).toContain("XOR of the two");
});

test("without a name, all are listed in learning order", async () => {
  const listed = (await printed([])).split("\n").flatMap((line) => /^ {2}(\S+) {2}/.exec(line)?.[1] ?? []);
  expect(listed).toEqual(names);
});

test("--help says what can be set, and what it is unless set", async () => {
  expect(await printed(["elman-xor", "--help"])).toMatch(
    /--passes N +through the 3,000 bits, one update of the weights each \(600\)/,
  );
});

test.each([
  [["nothing"], `npm run example -- NAME: NAME must be one of ${names.join(", ")}, got "nothing".`],
  [["elman-xor", "--passes", "none"], '--passes: the value must be a whole number in [1, 1000000], got "none".'],
  [["elman-xor", "--passes", "1.5"], '--passes: the value must be a whole number in [1, 1000000], got "1.5".'],
  [["elman-xor", "--out", ""], "--out: the value must be a folder that a page can be written into, got no text."],
  [["elman-xor", "--nothing"], "npm run example -- elman-xor: the options must be those of --help"],
])("%j is refused in one line", async (words, message) => {
  await expect(exampleCommand(words)).rejects.toThrow(message);
});

test("a folder that cannot be made is refused before anything is run", async () => {
  // Run with its usual settings it would take longer than a test may.
  await expect(exampleCommand(["phonemes", "--out", PROGRAM])).rejects.toThrow(
    /^--out: the value must be a folder .* got EEXIST/,
  );
});

test("so is a page that cannot be written", async () => {
  const page = path.join(out, "phonemes.html");
  mkdirSync(page);
  await expect(exampleCommand(["phonemes", "--out", out])).rejects.toThrow(page);
});

/** What a command that ends well prints on standard output. */
async function printed(words: readonly string[]): Promise<string> {
  const written: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const code = await exampleCommand(words).finally(() => {
    write.mockRestore();
  });
  expect(code).toBe(0);
  return written.join("");
}
