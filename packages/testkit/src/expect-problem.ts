/** Errors as tests state them: class, code and whole message. */
import { UnfoldError } from "@unfold/core";
import { expect } from "vitest";

/** What an error says of itself. */
export interface ExpectedProblem {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** The action must throw exactly this. */
export function expectProblem(action: () => unknown, expected: ExpectedProblem): void {
  expect(problemOf(action)).toEqual(expected);
}

/** The action must throw one of Unfold's errors, with this code and these words. */
export function expectRefusal(action: () => unknown, code: string, words: string): void {
  const problem = problemOf(action);
  expect(problem?.message).toContain(words);
  expect(problem?.code).toBe(code);
}

function problemOf(action: () => unknown): ExpectedProblem | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof UnfoldError)) throw error;
    const { name, code, message } = error;
    return { name, code, message };
  }
}
