/** Which matrix products may be merged, and which of them it pays to merge. */
import type { Node } from "../graph/node.js";
import { matmulOp } from "../ops/matmul.js";
import { sliceOp } from "../ops/slice-pad.js";
import { rangeOf, readRange } from "./contiguous.js";
import { attrsOf } from "./pattern.js";
import type { Surroundings } from "./surroundings.js";

/** Products that differ in one operand only. */
export interface Group {
  /** The operand in which they differ: 0 for the left, whose rows make the rows of the result, 1 for the right. */
  readonly side: 0 | 1;
  /** At least two, in the order in which their operands are joined. */
  readonly members: readonly Node[];
  /** What the operands are together, if they are rows of one node. */
  readonly range: { readonly offset: number; readonly size: number; readonly shape: readonly number[] } | undefined;
  /** Whether the operands are columns of one node, which follow each other. */
  readonly areColumns: boolean;
  /** Equal for groups that join the same operands the same way. */
  readonly operands: string;
}

type Side = Group["side"];
type Identify = (node: Node) => number;

/** Elements copied (weights joined, results cut) must be this many times fewer than the multiplications. */
const LEAST_GAIN = 4;

/** Groups that pay. A product is in one of them at most, with its left operand shared if it can be. */
export function findGroups(order: readonly Node[], results: readonly Node[], surroundings: Surroundings): Group[] {
  const { isStored } = surroundings;
  const timeOf = surroundings.timesOf(results);
  const identify = numbering();
  const free = new Set(order.filter((node) => node.op === matmulOp && node.shape.length === 2));
  const found: Group[] = [];
  for (const side of [1, 0] as const) {
    const candidates = collect(free, (node) => {
      const key = groupKey(node, side, isStored, identify);
      return key && `${timeOf(node)} ${key}`;
    }).filter(({ length }) => length > 1);
    const groups = candidates.flatMap((members) => groupsOf(members, side, isStored, identify));
    for (const group of collect(groups, ({ operands }) => operands)
      .filter((list) => pays(list, surroundings))
      .flat()) {
      found.push(group);
      for (const member of group.members) free.delete(member);
    }
  }
  return found;
}

/** The axis along which the operands of that side are joined: rows of the left, columns of the right, unless transposed. */
export function joinAxis(product: Node, side: Side): number {
  const { transposeA, transposeB } = attrsOf(matmulOp, product);
  return side === 0 ? Number(transposeA) : Number(!transposeB);
}

/** Equal for products that may be merged: the shared operand, the settings, and where the other operands come from. */
function groupKey(
  product: Node,
  side: Side,
  isStored: Surroundings["isStored"],
  identify: Identify,
): string | undefined {
  const { transposeA, transposeB } = attrsOf(matmulOp, product);
  const other = product.inputs[side]!;
  const shared = `${identify(product.inputs[1 - side]!)} ${String(transposeA)} ${String(transposeB)}`;
  if (isStored(other)) return shared;
  if (joinAxis(product, side) === 1) {
    const columns = columnsOf(other);
    return columns && `${shared} columns of ${identify(columns.source)}`;
  }
  const { source } = rangeOf(other);
  return source === other ? undefined : `${shared} rows of ${identify(source)}, ${other.shape[1]!} wide`;
}

/** The columns of another matrix that the node is. */
function columnsOf(node: Node): { readonly source: Node; readonly offset: number; readonly size: number } | undefined {
  if (node.op !== sliceOp) return undefined;
  const { start, size, step } = attrsOf(sliceOp, node);
  const source = node.inputs[0]!;
  const isWhole = step[1] === 1 && start[0] === 0 && size[0] === source.shape[0];
  return isWhole ? { source, offset: start[1]!, size: size[1]! } : undefined;
}

/** Stored operands join as they come; ranges join where one ends and the next begins. */
function groupsOf(
  members: readonly Node[],
  side: Side,
  isStored: Surroundings["isStored"],
  identify: Identify,
): Group[] {
  const operandOf = (member: Node): Node => member.inputs[side]!;
  const axis = joinAxis(members[0]!, side);
  if (isStored(operandOf(members[0]!))) {
    const operands = `${axis}: ${members.map((member) => identify(operandOf(member))).join(" ")}`;
    return [{ side, members, range: undefined, areColumns: false, operands }];
  }
  if (axis === 1) {
    return runs(members, (member) => columnsOf(operandOf(member))!)
      .filter((run) => run.length > 1)
      .map((run) => {
        const operands = `${axis}: ${run.map((member) => identify(operandOf(member))).join(" ")}`;
        return { side, members: run, range: undefined, areColumns: true, operands };
      });
  }
  const { source } = rangeOf(operandOf(members[0]!));
  const width = operandOf(members[0]!).shape[1]!;
  return runs(members, (member) => rangeOf(operandOf(member))).flatMap((run) => {
    const { offset } = rangeOf(operandOf(run[0]!));
    const size = sum(run.map((member) => elements(operandOf(member))));
    const shape = [size / Math.max(width, 1), width];
    const isOne = run.length > 1 && width > 0 && readRange({ source, offset, size }, shape) !== undefined;
    const operands = `${identify(source)} from ${offset}, ${size}`;
    return isOne ? [{ side, members: run, range: { offset, size, shape }, areColumns: false, operands }] : [];
  });
}

/** The members in runs without gaps, by where their ranges begin. */
function runs(members: readonly Node[], placeOf: (member: Node) => { offset: number; size: number }): Node[][] {
  const sorted = members.map((member) => ({ member, ...placeOf(member) })).sort((a, b) => a.offset - b.offset);
  const found: Node[][] = [];
  let end: number | undefined;
  for (const { member, offset, size } of sorted) {
    if (offset === end) found.at(-1)!.push(member);
    else found.push([member]);
    end = offset + size;
  }
  return found;
}

/** Whether groups that join the same operands save more than they copy. */
function pays(groups: readonly Group[], { repeats }: Surroundings): boolean {
  const [first] = groups;
  if (first === undefined) return false;
  const results = groups.map(({ members }) => sum(members.map(elements)));
  const isCopied = first.range === undefined && !first.areColumns;
  const joined = isCopied ? sum(first.members.map(({ inputs }) => elements(inputs[first.side]!))) / repeats : 0;
  const multiplications = sum(groups.map(({ members }, i) => results[i]! * innerSize(members[0]!)));
  return multiplications > 0 && LEAST_GAIN * (joined + sum(results)) <= multiplications;
}

/** The size of the axis that is summed over. */
function innerSize(product: Node): number {
  return product.inputs[0]!.shape[attrsOf(matmulOp, product).transposeA ? 0 : 1]!;
}

function elements({ shape }: Node): number {
  return shape[0]! * shape[1]!;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Lists of what has the same key, in the order of their first members. */
function collect<T>(items: Iterable<T>, keyOf: (item: T) => string | undefined): T[][] {
  const lists = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [item]);
    else list.push(item);
  }
  return [...lists.values()];
}

/** Numbers for nodes compared by identity. */
function numbering(): Identify {
  const numbers = new Map<Node, number>();
  return (node) => {
    const known = numbers.get(node) ?? numbers.size;
    numbers.set(node, known);
    return known;
  };
}
