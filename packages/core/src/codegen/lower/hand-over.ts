/**
 * New values computed in the place of the old ones: an optimizer's update of a parameter, a carried state. The copy at
 * the end vanishes where nobody reads the old value once the new one is being written.
 */
import { sameShape } from "../../tensor/shape.js";
import type { LaneExpression } from "../lane-expression.js";
import type { Access, LoopNest } from "../loop-nest.js";
import type { Address, Buffer, Call, Statement } from "../loop-program.js";
import { accessesOf } from "./accesses.js";
import { sameAddress } from "./layout.js";
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

/** Whether a kernel reads of the old value, for each element of the new one, just the element in its place. */
function readsWhatItReplaces(call: Call, from: Buffer, to: Buffer): boolean {
  const of = (buffer: Buffer): number[] =>
    call.operands.flatMap((operand, i) => (operand.buffer === buffer ? [i] : []));
  const [written, read] = [of(from), of(to)];
  if (written.length !== 1 || read.length !== 1) return false;
  const [target, source] = [call.operands[written[0]!]!, call.operands[read[0]!]!];
  if (!sameAddress({ ...source, buffer: from }, target)) return false;
  const { kernel } = call;
  if (kernel.kind === "loop-nest") return isElementByElement(kernel, written[0]!, read[0]!);
  if (kernel.kind !== "matmul" || kernel.init === undefined) return false;
  return read[0] === 3 && written[0] === 2 && kernel.init.row === kernel.c && kernel.init.column === 1;
}

/** Indices are never written over: the error about one of them looks for it among all of them. */
function isElementByElement(nest: LoopNest, written: number, read: number): boolean {
  const stores = nest.stores.filter(({ access }) => access.operand === written);
  const [first] = stores;
  if (first === undefined || nest.stores.some(({ mode }) => mode.kind !== "set")) return false;
  const loads: Access[] = [];
  collectLoads(
    nest.stores.map(({ value }) => value),
    loads,
  );
  const same = ({ constant, strides, indirect }: Access): boolean =>
    constant === first.access.constant && sameShape(strides, first.access.strides) && indirect.length === 0;
  const isIndex = loads.some(({ indirect }) => indirect.some(({ index }) => index.access.operand === read));
  return (
    stores.length === 1 && !isIndex && same(first.access) && loads.every((load) => load.operand !== read || same(load))
  );
}

function collectLoads(roots: readonly LaneExpression[], loads: Access[]): void {
  const seen = new Set<LaneExpression>();
  const stack = [...roots];
  for (let expression = stack.pop(); expression !== undefined; expression = stack.pop()) {
    if (seen.has(expression)) continue;
    seen.add(expression);
    if (expression.kind === "load") {
      loads.push(expression.access);
      stack.push(...expression.access.indirect.map(({ index: lane }) => lane));
    } else if (expression.kind === "operation" || expression.kind === "host") stack.push(...expression.inputs);
  }
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
