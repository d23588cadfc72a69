/** Pictures of graphs as SVG. */
import { toDot, type Picture } from "@unfold/core";
import { instance } from "@viz-js/viz";

/**
 * A picture of a graph as Graphviz lays it out, as the text of an SVG.
 *
 * @example
 * (await svgPicture({ title: "nothing", boxes: [], arrows: [], columns: [] })).slice(0, 4); // → "<svg"
 */
export async function svgPicture(picture: Picture): Promise<string> {
  const graphviz = await instance();
  return graphviz.renderString(toDot(picture), { format: "svg" }).replace(/^[\s\S]*?(?=<svg)/, "");
}
