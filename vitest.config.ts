import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findChromium } from "./scripts/chromium.mjs";

const sources = ["@unfold/source"];
const executablePath = findChromium();
export default defineConfig({
  resolve: { conditions: [...sources, "module", "browser", "development|production"] },
  ssr: { resolve: { conditions: [...sources, "node", "import", "default"] } },
  test: {
    reporters: ["default", "./scripts/count-reporter.ts"],
    setupFiles: ["./scripts/test-setup.ts"],
    // By default one processor is left idle: half of a small machine.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["packages/*/test/**/*.test.ts"],
          exclude: ["**/*.{browser,engine}.test.ts"],
          testTimeout: 60_000,
          // Files share what they import: loading the packages anew for each took a third of the time.
          isolate: false,
        },
      },
      {
        // Switch relaxed SIMD on, which counts only before the first module of a process: each file has its own.
        extends: true,
        test: { name: "engine", include: ["packages/*/test/**/*.engine.test.ts"], testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["packages/*/test/**/*.browser.test.ts"],
          globalSetup: ["packages/rnn/test/reproducible/checksums-in-node.ts"],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath !== undefined && { executablePath }),
                args: [
                  "--no-sandbox",
                  "--disable-quic",
                  "--no-first-run",
                  "--disable-background-networking",
                  "--disable-component-update",
                  "--disable-sync",
                ],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
