/** A binary tree over classes in which frequent ones are near the root. */

/** The way from the root to each class: which inner nodes it passes, and to which side. */
export interface BinaryCodes {
  /** The longest way. */
  readonly depth: number;
  /** Inner nodes on each class's way, `[V, depth]`; 0 after its end. */
  readonly nodes: Int32Array;
  /** 1 for the first branch, -1 for the second, 0 after the end, `[V, depth]`. */
  readonly signs: Float32Array;
}

interface Branch {
  readonly parent: number;
  readonly sign: number;
}

/**
 * Huffman's tree: no other has a shorter mean way, weighted by the counts. Equal counts make it balanced.
 *
 * @param counts - how often each class occurs, ≥ 0; at least two. Ties go to the class named first
 * @source Huffman 1952, "A method for the construction of minimum-redundancy codes"
 */
export function huffmanCodes(counts: readonly number[]): BinaryCodes {
  const classes = counts.length;
  const above: Branch[] = [];
  // Inner nodes are made with growing counts, so that the rarest tree is the first of one of two queues.
  const leaves = counts.map((count, index) => ({ count, index })).sort((a, b) => a.count - b.count);
  const inner: typeof leaves = [];
  let [leaf, tree] = [0, 0];
  const takeRarest = (): { count: number; index: number } => {
    const [a, b] = [leaves[leaf], inner[tree]];
    if (b === undefined || (a !== undefined && a.count <= b.count)) {
      leaf++;
      return a!;
    }
    tree++;
    return b;
  };
  for (let parent = 0; parent < classes - 1; parent++) {
    const [first, second] = [takeRarest(), takeRarest()];
    above[first.index] = { parent, sign: 1 };
    above[second.index] = { parent, sign: -1 };
    inner.push({ count: first.count + second.count, index: classes + parent });
  }
  return flatten(counts.map((_, index) => wayTo(index, above, classes)));
}

/** From a class up to the root, which has nothing above it. */
function wayTo(index: number, above: readonly Branch[], classes: number): Branch[] {
  const way: Branch[] = [];
  for (let branch = above[index]; branch !== undefined; branch = above[classes + branch.parent]) way.unshift(branch);
  return way;
}

function flatten(ways: readonly (readonly Branch[])[]): BinaryCodes {
  const depth = ways.reduce((longest, { length }) => Math.max(longest, length), 0);
  const nodes = new Int32Array(ways.length * depth);
  const signs = new Float32Array(ways.length * depth);
  for (const [index, way] of ways.entries()) {
    for (const [step, { parent, sign }] of way.entries()) {
      nodes[index * depth + step] = parent;
      signs[index * depth + step] = sign;
    }
  }
  return { depth, nodes, signs };
}
