/** That an argument is a folded graph, for callers that TypeScript does not watch. */
import { checkArgument } from "@unfold/core";

/** Throws ValueError ARGUMENT unless it is a folded graph, such as a cell that was not folded. */
export function checkFolded(where: string, folded: unknown): void {
  checkArgument(where, "folded must be a folded graph", folded, {
    members: ["sequences", "delays", "outputs"],
    fix: "Draw one with foldedGraph, or fold a cell for a batch size: cell.fold(batch)",
  });
}
