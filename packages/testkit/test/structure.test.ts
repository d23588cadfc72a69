/** What holds of the repository as a whole: sizes of files, documented names, explained dependencies, nothing private. */
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { readRepositoryFile, repositoryFiles, root } from "./repository.js";

const files = repositoryFiles();
const sources = files.filter((path) => /^packages\/[a-z]+\/(src|benchmarks)\/.*\.ts$/.test(path));
const lineCount = (path: string): number => readRepositoryFile(path).split("\n").length - 1;

test("half of all source files have at most 120 lines, none more than 400", () => {
  const counts = sources.map(lineCount).sort((a, b) => a - b);
  expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(120);
  expect(sources.filter((path) => lineCount(path) > 400)).toEqual([]);
});

test("every source file begins with a comment that says what it is", () => {
  expect(sources.filter((path) => !readRepositoryFile(path).startsWith("/**"))).toEqual([]);
});

describe("public names", () => {
  const roots = ["core/src", "core/src/node", "nn/src", "nn/src/node", "rnn/src", "report/src", "report/src/node"].map(
    (name) => `${root}/packages/${name}/index.ts`,
  );
  const program = ts.createProgram(roots, {
    customConditions: ["@unfold/source"],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    noEmit: true,
  });
  const checker = program.getTypeChecker();
  const names = roots.flatMap((path) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(path)!)!;
    return checker.getExportsOfModule(module).map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      return { name: symbol.name, documentation: ts.displayPartsToString(target.getDocumentationComment(checker)) };
    });
  });

  test("there are many", () => {
    expect(names.length).toBeGreaterThan(150);
  });

  test("each has a doc comment", () => {
    expect(names.filter(({ documentation }) => documentation === "").map(({ name }) => name)).toEqual([]);
  });
});

describe("dependencies", () => {
  const manifests = files.filter((path) => path.endsWith("package.json"));
  const read = (path: string): Record<string, Record<string, string> | undefined> =>
    JSON.parse(readRepositoryFile(path)) as never;

  test("each is explained in ARCHITECTURE.md", () => {
    const architecture = readRepositoryFile("ARCHITECTURE.md");
    const names = manifests.flatMap((path) => {
      const { dependencies = {}, devDependencies = {} } = read(path);
      return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
    });
    const own = /^@unfold\//;
    expect([...new Set(names)].filter((name) => !own.test(name) && !architecture.includes(`\`${name}\``))).toEqual([]);
  });

  test("published packages depend on nothing but each other", () => {
    const outside = ["core", "nn", "rnn"].flatMap((name) =>
      Object.keys(read(`packages/${name}/package.json`)["dependencies"] ?? {}),
    );
    expect(outside.filter((name) => !name.startsWith("@unfold/"))).toEqual([]);
  });
});

test("no file names a package registry or a place on somebody's machine", () => {
  // Written in parts, so that this file does not name what it looks for.
  const forbidden = new RegExp(
    ["registry\\.npm" + "js", "verda" + "ccio", "/wo" + "rk/", "/ho" + "me/", "\\.\\./sha" + "red"].join("|"),
  );
  expect(files.filter((path) => forbidden.test(readRepositoryFile(path)))).toEqual([]);
});
