/** The packages as users get them: packed, installed into an empty project, type-checked and run there. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRepositoryFile, root } from "./repository.js";

const PUBLISHED = ["core", "nn", "rnn"];
const tool = (name: string): string => join(root, "node_modules", ".bin", name);

describe("packed packages", () => {
  let project = "";
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: project, encoding: "utf8", stdio: "pipe" });

  /** Strict, with no library but ES2023; a failure shows what the compiler says. */
  const typeCheck = (files: readonly string[]): void => {
    const compilerOptions = { strict: true, module: "nodenext", target: "es2023", lib: ["es2023"], types: [] };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const { stdout } = spawnSync(tool("tsc"), ["-p", "."], { cwd: project, encoding: "utf8" });
    expect(stdout).toBe("");
  };

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "unfold-packed-"));
    execFileSync(tool("tsc"), ["-b", ...PUBLISHED.map((name) => `packages/${name}`)], { cwd: root });
    for (const name of PUBLISHED) {
      execFileSync(tool("pnpm"), ["pack", "--pack-destination", project], { cwd: join(root, "packages", name) });
    }
    writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
    const tarballs = readdirSync(project).filter((file) => file.endsWith(".tgz"));
    run("npm", "install", "--offline", "--no-audit", "--no-fund", ...tarballs.map((file) => `./${file}`));
  });

  afterAll(() => {
    rmSync(project, { recursive: true, force: true });
  });

  test.each(PUBLISHED)("%s holds its compiled files, its README, and depends on released versions", (name) => {
    const folder = join(project, "node_modules", "@unfold", name);
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    const { dependencies = {}, exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      dependencies?: Record<string, string>;
      exports: object;
    };
    expect(Object.values(dependencies).filter((version) => !/^\^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(JSON.stringify(exports)).not.toContain("src");
  });

  test("the README's programs type-check and run on the packed packages", () => {
    const programs = [...readRepositoryFile("README.md").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code!);
    programs.forEach((code, i) => {
      const promise = /^(\w.*?);? \/\/ → (.+)$/m;
      const checked = code.replace(
        promise,
        (_, expression: string, value: string) =>
          `if (JSON.stringify(${expression}) !== JSON.stringify(${value}) && String(${expression}) !== String(${value})) throw new Error(String(${expression}));`,
      );
      writeFileSync(join(project, `program-${i}.ts`), checked);
    });
    const files = programs.map((_, i) => `program-${i}.ts`);
    typeCheck(files);
    for (const file of files) run(process.execPath, file.replace(/ts$/, "js"));
    expect(files.length).toBeGreaterThan(1);
  });

  test("the types are those of plain TypeScript: no source condition, no library but ES2023", () => {
    const names = [...PUBLISHED, "core/node", "nn/node"].map(
      (name, i) => `import * as names${i} from "@unfold/${name}"; export type T${i} = typeof names${i};`,
    );
    writeFileSync(join(project, "all.ts"), names.join("\n"));
    typeCheck(["all.ts"]);
  });

  test("core/node works on the packed package", () => {
    writeFileSync(
      join(project, "switches.js"),
      `import { createRuntime } from "@unfold/core";
import { enableRelaxedSimd, enableRevectorization } from "@unfold/core/node";
const { fma } = enableRelaxedSimd();
const runtime = await createRuntime({ engine: enableRevectorization().engine });
console.log(runtime.report().fma === fma);`,
    );
    expect(run(process.execPath, "switches.js")).toBe("true\n");
  });

  test("a bundle with one operation does not hold the others", () => {
    writeFileSync(
      join(project, "one.js"),
      'import { input, tanh } from "@unfold/core"; export const y = tanh(input("x", []));',
    );
    const bundle = run(tool("esbuild"), "one.js", "--bundle", "--format=esm", "--minify");
    expect(bundle).toContain("tanh");
    expect(bundle).not.toContain("cumulativeSum");
    expect(bundle).not.toContain("scatter");
  });
});
