/**
 * Every check of the project, one line each; what a check said is shown when it fails. `--fast` leaves out the slow ones
 * (packages, browser). The last line counts tests and checks: `N passed, N failed`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findChromium, installChromium } from "./chromium.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, "node_modules", ".cache", "unfold");
const testCounts = join(cache, "test-counts.json");
const isFast = process.argv.includes("--fast");

run("node scripts/setup.mjs") || process.exit(1);
mkdirSync(cache, { recursive: true });
rmSync(testCounts, { force: true });
rmSync(join(cache, "counts.txt"), { force: true });

const published = ["core", "nn", "rnn", "report"];
const checks = [
  ["format", "prettier --check --log-level warn --cache --cache-location node_modules/.cache/prettier ."],
  ["types", "tsc -b --pretty"],
  ["lint", "eslint --max-warnings 0 --cache --cache-location node_modules/.cache/eslint/ ."],
  ["import directions", "depcruise --config .dependency-cruiser.cjs --output-type err-long packages"],
  ["dead code", "knip --no-progress"],
];
const packageChecks = published.flatMap((name) => [
  [`package ${name}: manifest`, `publint --strict --pack pnpm packages/${name}`],
  [`package ${name}: types`, `attw --pack packages/${name} --profile esm-only --quiet`],
]);

let passed = 0;
let failed = 0;
for (const [name, command] of isFast ? checks : [...checks, ...packageChecks]) check(name, command);
runTests();
const line = `${passed} passed, ${failed} failed`;
writeFileSync(join(cache, "counts.txt"), `${line}\n`);
console.log(line);
process.exitCode = failed === 0 ? 0 : 1;

function check(name, command) {
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: root,
    shell: true,
    encoding: "utf8",
    env: environment(),
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? "✓" : "✗"} ${name} (${seconds} s)`);
  if (status === 0) passed++;
  else {
    failed++;
    console.log(`${stdout}${stderr}`.trimEnd());
  }
}

function runTests() {
  const hasBrowser = !isFast && prepareBrowser();
  const projects = `--project node --project engine${hasBrowser ? " --project browser" : ""}`;
  const isGreen = run(`vitest run ${projects}`);
  if (!existsSync(testCounts)) {
    failed++;
    return;
  }
  const counts = JSON.parse(readFileSync(testCounts, "utf8"));
  passed += counts.passed;
  // A run can fail without a failing test: an error outside all tests.
  failed += counts.failed === 0 && !isGreen ? 1 : counts.failed;
}

/** Browser tests must run in CI; elsewhere a missing browser is said aloud. */
function prepareBrowser() {
  if (findChromium() !== undefined) return true;
  if (process.env.CI === "true" && installChromium()) return true;
  console.log("! browser tests SKIPPED: no Chromium was found. Install it, or set CHROMIUM_PATH to one.");
  if (process.env.CI === "true") failed++;
  return false;
}

function run(command) {
  return spawnSync(command, { cwd: root, shell: true, stdio: "inherit", env: environment() }).status === 0;
}

function environment() {
  return { ...process.env, PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}` };
}
