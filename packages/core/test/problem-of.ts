/** Code and message of the error that an action throws. */
import { UnfoldError } from "@unfold/core";

/** What tests compare of an error. */
export interface SeenProblem {
  readonly code: string;
  readonly message: string;
}

/** The error an action throws. */
export function problemOf(action: () => unknown): SeenProblem {
  try {
    action();
  } catch (error) {
    return seen(error);
  }
  throw new Error("nothing was thrown");
}

/** The error a promise is rejected with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<SeenProblem> {
  try {
    await promise;
  } catch (error) {
    return seen(error);
  }
  throw new Error("nothing was thrown");
}

function seen(error: unknown): SeenProblem {
  if (error instanceof UnfoldError) return { code: error.code, message: error.message };
  throw error;
}
