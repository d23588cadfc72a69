/** Matrix products that share an operand done as one: the gates of a cell, the input projections of all steps. */
import { withSite } from "../graph/build-site.js";
import type { Node } from "../graph/node.js";
import { topologicalOrder } from "../graph/walk.js";
import { concat } from "../ops/concat.js";
import { matmulOp } from "../ops/matmul.js";
import { slice, sliceOp } from "../ops/slice-pad.js";
import { rangeOf, readRange } from "./contiguous.js";
import { findGroups, joinAxis, type Group } from "./matmul-groups.js";
import { make, rewrite, type Pass } from "./pass.js";
import { attrsOf } from "./pattern.js";
import { wholeProgram, type Surroundings } from "./surroundings.js";

/**
 * Merges products of matrices that share one operand into one product of the joined other operands, and cuts the result.
 *
 * The other operands must be either parameters and constants, which are joined with a copy, or rows or columns that
 * follow each other in one node, which are joined by reading them together. So the merged product depends on what each
 * of its members depended on, and no cycle can arise. It pays if all copies together are at most a quarter of the
 * multiplications; a list of weights that several groups join (the same gates at every step) is copied once.
 *
 * Exact: every element is still the sum of the same products in the same order, since neither depends on how many rows
 * or columns there are.
 */
export const mergeMatmuls: Pass = mergeMatmulsIn(wholeProgram);

/** The same, for products that may be part of the step of a scan: what is the same at every step is joined once. */
export function mergeMatmulsIn(surroundings: Surroundings): Pass {
  return { name: "merge-matmuls", run: (results) => mergeGroups(results, surroundings) };
}

function mergeGroups(results: readonly Node[], surroundings: Surroundings): readonly Node[] {
  const order = topologicalOrder(results);
  const places = new Map<Node, { readonly group: Group; readonly start: number }>();
  for (const group of findGroups(order, results, surroundings)) {
    let start = 0;
    for (const member of group.members) {
      places.set(member, { group, start });
      start += member.shape[group.side]!;
    }
  }
  if (places.size === 0) return results;
  const merge = merger();
  return results.map(
    rewrite(order, (node, original) => {
      const place = node.op === matmulOp ? places.get(original) : undefined;
      if (place === undefined) return undefined;
      const { group, start } = place;
      const stop = start + original.shape[group.side]!;
      return slice(merge(group, node, original), { axis: group.side, start, stop });
    }),
  );
}

/** Makes the one product of a group when its first member is met; `node` is that member over rewritten inputs. */
function merger(): (group: Group, node: Node, original: Node) => Node {
  const merged = new Map<Group, Node>();
  const joined = new Map<string, Node>();
  return (group, node, original) => {
    const known = merged.get(group);
    if (known !== undefined) return known;
    const whole = withSite(node.site, () => {
      const other = joined.get(group.operands) ?? joinOperands(group, node, original);
      if (group.range === undefined) joined.set(group.operands, other);
      const operands = group.side === 0 ? [other, node.inputs[1]!] : [node.inputs[0]!, other];
      return make(matmulOp, operands, attrsOf(matmulOp, node));
    });
    merged.set(group, whole);
    return whole;
  };
}

/** The operands in which the members differ, as one. */
function joinOperands({ members, range, areColumns, side }: Group, node: Node, original: Node): Node {
  if (areColumns) {
    const [first, last] = [members[0]!, members.at(-1)!].map(({ inputs }) => attrsOf(sliceOp, inputs[side]!));
    const stop = last!.start[1]! + last!.size[1]!;
    return slice(node.inputs[side]!.inputs[0]!, { axis: 1, start: first!.start[1]!, stop });
  }
  if (range === undefined) {
    const weights = members.map(({ inputs }) => inputs[side]!);
    return concat(weights, joinAxis(node, side));
  }
  let source = node.inputs[side]!;
  for (let { length } = rangeOf(original.inputs[side]!); length > 0; length--) source = source.inputs[0]!;
  return readRange({ ...range, source }, range.shape)!;
}
