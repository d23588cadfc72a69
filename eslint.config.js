// Strict typed linting. Published sources must run in Node and browsers alike, so they may use neither's own names.
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores(["**/dist/", "runs/", "**/node_modules/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      // Published coefficients keep all their digits.
      "no-loss-of-precision": "off",
      "max-lines": ["error", 400],
      // A switch over kinds is one decision.
      complexity: ["error", { max: 12, variant: "modified" }],
      "no-restricted-syntax": ["error", { selector: "TSEnumDeclaration", message: "Use a union of string literals." }],
      "@typescript-eslint/consistent-type-imports": "error",
      // An index proven in range a line above is clearer as data[i]! than as a check that can never fail.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  {
    files: ["packages/{core,nn,rnn,report}/src/**/*.ts"],
    rules: {
      "no-restricted-globals": ["error", "console", "document", "navigator", "process", "require", "window", "Buffer"],
      "no-restricted-imports": ["error", { patterns: ["node:*"] }],
    },
  },
  {
    // The places that are for Node only.
    files: ["packages/{core,nn,report}/src/node/*.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    // A test is one story, and a reference is one table.
    files: ["packages/*/test/**/*.ts"],
    rules: { complexity: ["error", { max: 20, variant: "modified" }] },
  },
  {
    files: ["**/*.mjs", "*.js"],
    languageOptions: { globals: { console: "readonly", process: "readonly", setTimeout: "readonly" } },
  },
);
