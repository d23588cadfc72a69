/** Pictures of graphs as SVG. */
import { toDot, type Picture } from "@unfold/rnn";
import { instance } from "@viz-js/viz";

/** The picture as Graphviz lays it out, as the text of an SVG. */
export async function svgPicture(picture: Picture): Promise<string> {
  const graphviz = await instance();
  return graphviz.renderString(toDot(picture), { format: "svg" }).replace(/^[\s\S]*?(?=<svg)/, "");
}
