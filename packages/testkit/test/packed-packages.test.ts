/** The packages as users get them: packed, installed into an empty project, type-checked and run there. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readRepositoryFile, root } from "./repository.js";

const PUBLISHED = ["core", "nn", "rnn", "report"];
/** Needs packages from outside, which an installation without a network has not: it is laid beside those of the workspace. */
const WITH_DEPENDENCIES = "report";
const tool = (name: string): string => join(root, "node_modules", ".bin", name);

describe("packed packages", () => {
  let project = "";
  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { cwd: project, encoding: "utf8", stdio: "pipe" });

  /** As it was packed. */
  const manifestOf = (name: string): { readonly dependencies: Readonly<Record<string, string>>; exports: object } => {
    const manifest = readFileSync(join(project, "node_modules", "@unfold", name, "package.json"), "utf8");
    return { dependencies: {}, ...(JSON.parse(manifest) as { readonly exports: object }) };
  };

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
    const isBare = (file: string): boolean => !file.includes(`-${WITH_DEPENDENCIES}-`);
    const bare = tarballs.filter(isBare).map((file) => `./${file}`);
    run("npm", "install", "--offline", "--no-audit", "--no-fund", ...bare);
    const place = join(project, "node_modules", "@unfold", WITH_DEPENDENCIES);
    mkdirSync(place);
    run(
      "tar",
      "-xzf",
      tarballs.find((file) => !isBare(file))!,
      "--strip-components=1",
      "-C",
      place,
    );
    for (const name of Object.keys(manifestOf(WITH_DEPENDENCIES).dependencies).filter(
      (each) => !/^@unfold\//.test(each),
    )) {
      const link = join(project, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(root, "packages", WITH_DEPENDENCIES, "node_modules", name)), link);
    }
  }, 60_000);

  afterAll(() => {
    rmSync(project, { recursive: true, force: true });
  });

  test.each(PUBLISHED)("%s holds its compiled files, its README, and depends on released versions", (name) => {
    const folder = join(project, "node_modules", "@unfold", name);
    expect(readdirSync(folder).sort()).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
    const { dependencies, exports } = manifestOf(name);
    expect(Object.values(dependencies).filter((version) => !/^\^?\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(JSON.stringify(exports)).not.toContain("src");
  });

  test.each(PUBLISHED)("%s shows its source to debuggers, though it does not hold the files", (name) => {
    const map = readFileSync(join(project, "node_modules", "@unfold", name, "dist/index.js.map"), "utf8");
    const { sourcesContent } = JSON.parse(map) as { readonly sourcesContent?: readonly string[] };
    expect(sourcesContent).toEqual([readRepositoryFile(`packages/${name}/src/index.ts`)]);
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
    const names = [...PUBLISHED, "core/node", "nn/node", "report/node"].map(
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

  test("report writes a page, and report/node is quiet without a terminal", () => {
    writeFileSync(
      join(project, "report.js"),
      `import { trainingReport } from "@unfold/report";
import { progressBar } from "@unfold/report/node";
const record = { epoch: 0, step: 1, loss: 1, monitored: {}, validation: {} };
const bar = progressBar();
bar.onStart({ epoch: 0, step: 0, epochs: 1 });
bar.onEpoch(record);
bar.onEnd();
console.log(trainingReport([record]).match(/<svg/g).length);`,
    );
    expect(run(process.execPath, "report.js")).toBe("1\n");
  });

  test("report is for browsers too, and draws nothing where nothing is drawn", () => {
    const bundle = (code: string): string => {
      writeFileSync(join(project, "page.js"), code);
      return run(tool("esbuild"), "page.js", "--bundle", "--platform=browser", "--format=esm", "--minify");
    };
    const drawing = bundle(
      'import { lineChart } from "@unfold/report"; console.log(lineChart({ x: { name: "x" }, y: { name: "y" }, curves: [] }).slice(0, 4));',
    );
    writeFileSync(join(project, "drawing.mjs"), drawing);
    expect(run(process.execPath, "drawing.mjs")).toBe("<svg\n");
    const text = bundle('import { escapeHtml } from "@unfold/report"; console.log(escapeHtml("<"));');
    expect(text.length).toBeLessThan(1000);
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
