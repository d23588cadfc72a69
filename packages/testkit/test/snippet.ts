/**
 * Runs the code of the documentation. A line `expression; // → value` is a promise: the expression must have the value.
 * Typed arrays compare as lists.
 */
import * as core from "@unfold/core";
import * as node from "@unfold/core/node";
import * as nnNode from "@unfold/nn/node";
import * as report from "@unfold/report";
import * as reportNode from "@unfold/report/node";
import * as unfold from "@unfold/rnn";
import ts from "typescript";

/** A promise that a snippet made, and what came. */
export interface Promised {
  readonly line: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const PROMISE = /^(?<indent>\s*)(?<expression>[^\s].*?);?\s*\/\/ → (?<value>.+)$/;

/**
 * Runs a snippet with all public names in scope; its promises in order. Where two packages have one name, core's own
 * files mean core's.
 */
export async function runSnippet(code: string, path: string): Promise<Promised[]> {
  const withoutImports = code.replace(/^import [^;]*;$/gm, "");
  const lines = withoutImports.split("\n").map((line) => {
    const { expression, value } = PROMISE.exec(line)?.groups ?? {};
    return expression === undefined ? line : `__promise(${JSON.stringify(line.trim())}, (${value!}), (${expression}));`;
  });
  const { outputText } = ts.transpileModule(`async function snippet() {\n${lines.join("\n")}\n}`, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  });
  const promises: Promised[] = [];
  const note = (line: string, expected: unknown, actual: unknown): void => {
    promises.push({ line, expected, actual: plain(actual) });
  };
  const known = {
    ...report,
    ...reportNode,
    ...nnNode,
    ...unfold,
    ...node,
    ...(path.startsWith("packages/core/") && core),
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- running the documentation is the point
  const make = new Function(...Object.keys(known), "__promise", `${outputText}\nreturn snippet;`) as (
    ...values: unknown[]
  ) => () => Promise<void>;
  await make(...Object.values(known), note)();
  return promises;
}

function plain(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
}
