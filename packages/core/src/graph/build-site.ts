/**
 * Where in the user's program a node was built, for errors and printed graphs. Nodes made by a derivative rule, a pass
 * or unfolding take the site of the node they come from.
 */

/** Frames of Unfold's own packages, in source and in published form. */
const OWN_FRAME = /[/\\](?:@unfold|packages)[/\\](?:core|nn|rnn)[/\\](?:src|dist)[/\\]/;

/** A place in the user's program, found from a stack trace only when somebody asks. */
export class BuildSite {
  readonly #trace: Error;

  constructor(trace: Error) {
    this.#trace = trace;
  }

  /** `file:line:column` of the first stack frame outside Unfold, or `unknown`. */
  toString(): string {
    const frames = (this.#trace.stack ?? "").split("\n").filter((line) => /:\d+:\d+\)?$/.test(line));
    const frame = frames.find((line) => !OWN_FRAME.test(line)) ?? frames.at(-1);
    return frame?.match(/\(?((?:file:\/\/|[a-z]+:\/\/)?[^()\s]+:\d+:\d+)\)?$/)?.[1] ?? "unknown";
  }
}

let inherited: BuildSite | undefined;

/** The site of the node being built now. */
export function currentSite(): BuildSite {
  return inherited ?? new BuildSite(new Error("build site"));
}

/** Runs `build`; every node it makes takes `site`. */
export function withSite<R>(site: BuildSite, build: () => R): R {
  const outer = inherited;
  inherited = site;
  try {
    return build();
  } finally {
    inherited = outer;
  }
}
