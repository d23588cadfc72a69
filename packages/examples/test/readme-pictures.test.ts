/** The pictures of the README are those the library draws today; `npx vitest -u` draws them anew. */
import { elman, foldedPicture, toDot, unfold, unfoldedPicture, type Picture } from "@unfold/rnn";
import { instance } from "@viz-js/viz";
import { expect, test } from "vitest";

const folded = elman({ inputs: 2, units: 4, seed: 1 }).fold(1);
const pictures: Readonly<Record<string, Picture>> = {
  folded: foldedPicture(folded),
  unfolded: unfoldedPicture(unfold(folded, 3)),
};

test.each(Object.entries(pictures))("docs/%s.svg", async (name, picture) => {
  const svg = (await instance()).renderString(toDot(picture), { format: "svg" });
  await expect(svg).toMatchFileSnapshot(`../../../docs/${name}.svg`);
});
