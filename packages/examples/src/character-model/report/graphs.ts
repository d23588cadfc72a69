/** The folded and the unfolded graph of the network's recurrence as SVG. */
import { foldedPicture, unfold, unfoldedPicture, type FoldedGraph } from "@unfold/rnn";
import { svgPicture } from "@unfold/report";

/** Steps of the unfolded picture: enough to see the pattern. */
const STEPS_DRAWN = 3;

/** Both pictures of a recurrence. */
export async function recurrencePictures(
  folded: FoldedGraph,
): Promise<{ readonly folded: string; readonly unfolded: string }> {
  return {
    folded: await svgPicture(foldedPicture(folded)),
    unfolded: await svgPicture(unfoldedPicture(unfold(folded, STEPS_DRAWN))),
  };
}
