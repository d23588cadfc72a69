/** The pictures of the README are those the library draws today; `npx vitest -u` draws them anew. */
import {
  add,
  elman,
  foldedGraph,
  foldedPicture,
  matmul,
  param,
  tanh,
  toDot,
  unfold,
  unfoldedPicture,
  type Picture,
} from "@unfold/rnn";
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

test.each([3, 5])("columns stand in their order: %i steps", async (steps) => {
  // Without a bias, Graphviz by itself puts other steps first.
  const network = foldedGraph("Elman", ({ sequence, delay }) => {
    const h = delay("h", [1, 2], { initial: 0 });
    const U = param("U", [
      [1, 2],
      [3, 4],
    ]);
    const next = tanh(add(matmul(sequence("x", [1, 1]), param("W", [[1, 2]])), matmul(h, U)));
    return { next: { h: next }, outputs: { h: next } };
  });
  const svg = (await instance()).renderString(toDot(unfoldedPicture(unfold(network, steps))), { format: "svg" });
  const titles = [...svg.matchAll(/ x="([-\d.]+)"[^>]*>t = (\d+)<\/text>/g)].map(([, x, t]) => [Number(x), Number(t)]);
  expect(titles.toSorted(([a], [b]) => a! - b!).map(([, t]) => t)).toEqual(Array.from({ length: steps }, (_, t) => t));
});
