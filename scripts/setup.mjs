/**
 * Installs what the project needs, once: checks Node, then lets the pinned pnpm install the lock file's versions. Does
 * nothing, and needs no network, when the lock file and Node are those of the last time.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".unfold-setup");
const lock = join(root, ".setup-lock");
const NEEDED_NODE = [20, 19];
const LOCK_SECONDS = 600;
let isHolder = false;
const UNREACHABLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL|network/i;

checkNode();
if (!isDone()) {
  takeLock();
  try {
    if (!isDone()) install();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isNewEnough = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  if (!isNewEnough) fail(`Node must be ${NEEDED_NODE.join(".")} or newer, got ${process.versions.node}.`);
}

/** What an installation depends on. */
function fingerprint() {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0]);
  const manifests = readdirSync(join(root, "packages")).map((name) => join("packages", name, "package.json"));
  for (const file of ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests.sort()]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

function isDone() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint();
}

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  console.error(`Setting up: installing the project's packages with ${packageManager} …`);
  const command = `npx --yes ${packageManager} install --frozen-lockfile`;
  // A registry that cannot be reached is said after seconds, not minutes. Both npm and pnpm read these.
  const retries = {
    npm_config_fetch_retries: "2",
    npm_config_fetch_retry_mintimeout: "500",
    npm_config_fetch_retry_maxtimeout: "2000",
  };
  const env = { ...process.env, CI: "true", ...retries };
  const { status, stdout, stderr } = spawnSync(command, { cwd: root, shell: true, encoding: "utf8", env });
  if (status !== 0) explain(`${stdout}${stderr}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint());
  console.error("Set up.");
}

function explain(output) {
  const log = join(root, "node_modules", ".unfold-setup.log");
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, output);
  if (UNREACHABLE.test(output)) {
    fail("Setup needs the package registry, which could not be reached. Connect to the network and run it again.", log);
  }
  const reason = output.split("\n").find((line) => /ERR/.test(line)) ?? "the installer failed";
  fail(`Setup failed: ${reason.trim()}.`, log);
}

/** One set-up at a time: a second one waits for the first and then finds the work done. */
function takeLock() {
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, "pid"), String(process.pid));
      isHolder = true;
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isStale()) rmSync(lock, { recursive: true, force: true });
    else if (waited > LOCK_SECONDS) fail("Another set-up does not end. If none is running, delete .setup-lock.");
    else {
      if (waited === 0) console.error("Waiting for another set-up to end …");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    }
  }
}

/** Whether the process that took the lock is gone. */
function isStale() {
  try {
    const pid = Number(readFileSync(join(lock, "pid"), "utf8"));
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error.code === "ESRCH") return true;
    // Between the folder and the file in it there is a moment.
    return error.code === "ENOENT" && existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 5000;
  }
}

function fail(message, log) {
  console.error(log === undefined ? message : `${message} (Details: ${log})`);
  if (isHolder) rmSync(lock, { recursive: true, force: true });
  process.exit(1);
}
