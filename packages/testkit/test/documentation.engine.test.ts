/** Everything the documentation shows is run: READMEs, and the examples of doc comments. */
import { describe, expect, test } from "vitest";
import { readRepositoryFile, repositoryFiles } from "./repository.js";
import { runSnippet } from "./snippet.js";

interface Snippet {
  readonly title: string;
  readonly path: string;
  readonly code: string;
}

function markdownSnippets(path: string): Snippet[] {
  const blocks = [...readRepositoryFile(path).matchAll(/```ts\n([\s\S]*?)```/g)];
  return blocks.map(([, code], i) => ({ title: `${path}, snippet ${i + 1}`, path, code: code! }));
}

function docCommentExamples(path: string): Snippet[] {
  const comments = [...readRepositoryFile(path).matchAll(/\/\*\*[\s\S]*?\*\//g)];
  return comments.flatMap(([comment]) => {
    const text = comment.replace(/^\s*\*\/?( |$)/gm, "").replace(/\*\/$/, "");
    const examples = [...text.matchAll(/@example\n([\s\S]*?)(?=\n\s*@|$)/g)];
    return examples.map(([, code], i) => ({
      title: `${path}: ${code!.split("\n")[0]!} (${i})`,
      path,
      code: code!,
    }));
  });
}

const files = repositoryFiles();
const markdown = files.filter((path) => path.endsWith(".md")).flatMap(markdownSnippets);
const comments = files
  .filter((path) => /^packages\/(core|nn|rnn|report)\/src\/.*\.ts$/.test(path))
  .flatMap(docCommentExamples);

test("there are snippets to run", () => {
  expect(markdown.length).toBeGreaterThanOrEqual(5);
  expect(comments.length).toBeGreaterThanOrEqual(80);
});

describe.each([
  { kind: "Markdown", snippets: markdown },
  { kind: "doc comments", snippets: comments },
])("$kind", ({ snippets }) => {
  test.each(snippets)("$title", async ({ code, path }) => {
    const promises = await runSnippet(code, path);
    expect(promises.length, "a snippet must promise something").toBeGreaterThan(0);
    for (const { line, expected, actual } of promises) expect(actual, line).toEqual(expected);
  });
});
