/** The folded and the unfolded graph of the network's recurrence as SVG. */
import { foldedPicture, toDot, unfold, unfoldedPicture, type FoldedGraph } from "@unfold/rnn";
import { instance } from "@viz-js/viz";

/** Steps of the unfolded picture: enough to see the pattern. */
const STEPS_DRAWN = 3;

/** Both pictures of a recurrence. */
export async function recurrencePictures(
  folded: FoldedGraph,
): Promise<{ readonly folded: string; readonly unfolded: string }> {
  const graphviz = await instance();
  const draw = (dot: string): string => graphviz.renderString(dot, { format: "svg" }).replace(/^[\s\S]*?(?=<svg)/, "");
  return {
    folded: draw(toDot(foldedPicture(folded))),
    unfolded: draw(toDot(unfoldedPicture(unfold(folded, STEPS_DRAWN)))),
  };
}
