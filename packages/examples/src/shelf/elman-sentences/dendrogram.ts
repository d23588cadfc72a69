/** Trees of clusters as SVG: what is joined low is alike. */
import { escapeHtml } from "@unfold/report";
import type { Cluster } from "ml-hclust";

const [WIDTH, ROW, NAMES] = [760, 18, 110];
const LINE = 'fill="none" stroke="#52525b"';

/** The indices of a cluster's leaves, in the order of the tree. */
export function leavesOf(cluster: Cluster): number[] {
  return cluster.isLeaf ? [cluster.index] : cluster.children.flatMap(leavesOf);
}

/**
 * The tree, root on the right, a row for each leaf.
 *
 * @param leaves - by index: their names and colors
 */
export function dendrogram(
  tree: Cluster,
  leaves: readonly { readonly name: string; readonly color: string }[],
): string {
  const order = leavesOf(tree);
  const rowOf = new Map(order.map((leaf, row) => [leaf, row]));
  const x = (height: number): number => NAMES + (height / tree.height) * (WIDTH - NAMES - 10);
  const lines: string[] = [];
  /** Draws a cluster; the y at which it is joined to others. */
  const draw = (cluster: Cluster): number => {
    if (cluster.isLeaf) return (rowOf.get(cluster.index)! + 0.5) * ROW;
    const ys = cluster.children.map(draw);
    const at = x(cluster.height);
    cluster.children.forEach((child, i) => lines.push(`<path d="M${x(child.height)} ${ys[i]!}H${at}" ${LINE}/>`));
    lines.push(`<path d="M${at} ${Math.min(...ys)}V${Math.max(...ys)}" ${LINE}/>`);
    return (Math.min(...ys) + Math.max(...ys)) / 2;
  };
  draw(tree);
  const names = order.map((leaf, row) => {
    const { name, color } = leaves[leaf]!;
    return `<text x="${NAMES - 8}" y="${(row + 0.5) * ROW + 4}" text-anchor="end" font-family="Helvetica" font-size="12" fill="${color}">${escapeHtml(name)}</text>`;
  });
  const height = order.length * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">${[...lines, ...names].join("")}</svg>`;
}
