/** Which buffers a statement reads and writes, loops with all they hold. */
import type { Buffer, Statement } from "../loop-program.js";

/** Buffers read and written; one that is read where it is written is in both. */
export interface Accesses {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
}

const known = new WeakMap<Statement, Accesses>();

/** The buffers of a statement. */
export function accessesOf(statement: Statement): Accesses {
  let found = known.get(statement);
  if (found === undefined) {
    found = statement.kind === "loop" ? union(statement.body.map(accessesOf)) : ownAccesses(statement);
    known.set(statement, found);
  }
  return found;
}

function ownAccesses(statement: Exclude<Statement, { kind: "loop" }>): Accesses {
  const writes = new Set(statement.writes.map((i) => statement.operands[i]!.buffer));
  const reads = new Set<Buffer>();
  statement.operands.forEach(({ buffer }, i) => {
    if (!statement.writes.includes(i) || readsItsOutput(statement, i)) reads.add(buffer);
  });
  return { reads, writes };
}

/** Whether an operand that is written is read as well. */
function readsItsOutput(statement: Exclude<Statement, { kind: "loop" }>, operand: number): boolean {
  if (statement.kind !== "call" || statement.kernel.kind !== "loop-nest") return false;
  // A kernel that writes and reads through one pointer is rare: what it reads there is what it wrote.
  return statement.kernel.stores.some(({ access, mode }) => access.operand === operand && mode.kind === "accumulate");
}

function union(all: readonly Accesses[]): Accesses {
  return {
    reads: new Set(all.flatMap(({ reads }) => [...reads])),
    writes: new Set(all.flatMap(({ writes }) => [...writes])),
  };
}
