/** The browser for the browser tests: found where systems keep it, installed from the system's packages where allowed. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of a Chromium, or undefined. */
export function findChromium() {
  return [process.env.CHROMIUM_PATH, ...PLACES].find((path) => path !== undefined && existsSync(path));
}

/** Installs Debian's package; whether a Chromium is there afterwards. */
export function installChromium() {
  console.log("Installing chromium from the system's packages …");
  const command = "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium";
  const { status, stderr } = spawnSync(command, { shell: true, encoding: "utf8" });
  if (status !== 0) console.log(stderr.trimEnd());
  return findChromium() !== undefined;
}
