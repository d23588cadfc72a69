import { defineConfig } from "vitest/config";
export default defineConfig({
  ssr: { resolve: { conditions: ["@unfold/source", "node", "import", "default"] } },
  resolve: { conditions: ["@unfold/source"] },
  test: { projects: [{ extends: true, test: { name: "node", include: ["packages/*/test/**/*.test.ts"] } }] },
});
