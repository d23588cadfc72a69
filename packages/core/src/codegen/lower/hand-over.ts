/**
 * New values computed in the place of the old ones: an optimizer's update of a parameter, a carried state. The copy at
 * the end vanishes where nobody reads the old value once the new one is being written.
 */
import type { Address, Buffer, Statement } from "../loop-program.js";
import { accessesOf } from "./accesses.js";
import { readsWhatItReplaces } from "./reads-what-it-replaces.js";
import type { Handover } from "./scope.js";

/** The statements with as many copies left out as possible; values move into the buffers they would be copied to. */
export function handOverInPlace(
  statements: readonly Statement[],
  handovers: readonly Handover[],
): { readonly statements: readonly Statement[]; readonly movedTo: ReadonlyMap<Buffer, Buffer> } {
  const blockOf = new Map<Statement, readonly Statement[]>();
  index(statements, blockOf);
  const movedTo = new Map<Buffer, Buffer>();
  const targets = new Set<Buffer>();
  const dropped = new Set<Statement>();
  for (const handover of handovers) {
    const block = blockOf.get(handover.copy)!;
    // What values have moved into stays where it is: the state of an inner scan that an outer one carries on.
    if (movedTo.has(handover.from) || movedTo.has(handover.to) || targets.has(handover.from)) continue;
    if (!isInPlace(block, handover)) continue;
    movedTo.set(handover.from, handover.to);
    targets.add(handover.to);
    dropped.add(handover.copy);
  }
  return { statements: rewrite(statements, movedTo, dropped), movedTo };
}

function index(statements: readonly Statement[], blockOf: Map<Statement, readonly Statement[]>): void {
  for (const statement of statements) {
    blockOf.set(statement, statements);
    if (statement.kind === "loop") index(statement.body, blockOf);
  }
}

/** Whether no statement reads the old value after the first has begun to write the new one. */
function isInPlace(block: readonly Statement[], { from, to, copy }: Handover): boolean {
  const first = block.findIndex((statement) => accessesOf(statement).writes.has(from));
  if (first < 0) return false;
  return block.every((statement, i) => {
    if (i < first || statement === copy) return true;
    const { reads, writes } = accessesOf(statement);
    if (writes.has(to)) return false;
    if (!reads.has(to)) return true;
    return writes.has(from) && statement.kind === "call" && readsWhatItReplaces(statement, from, to);
  });
}

function rewrite(
  statements: readonly Statement[],
  movedTo: ReadonlyMap<Buffer, Buffer>,
  dropped: ReadonlySet<Statement>,
): readonly Statement[] {
  const moved = (address: Address): Address => {
    const buffer = movedTo.get(address.buffer);
    return buffer === undefined ? address : { ...address, buffer };
  };
  return statements.flatMap((statement): Statement[] => {
    if (dropped.has(statement)) return [];
    if (statement.kind === "loop") return [{ ...statement, body: rewrite(statement.body, movedTo, dropped) }];
    return [{ ...statement, operands: statement.operands.map(moved) }];
  });
}
