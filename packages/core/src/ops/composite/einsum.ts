/** Einstein's summation: products and sums of tensors, named by letters for their axes. */
import type { FloatNode } from "../../graph/node.js";
import { sizeOf, type Shape } from "../../tensor/shape.js";
import { matmul } from "../matmul.js";
import { mul } from "../mul.js";
import { reshape } from "../reshape.js";
import { slice } from "../slice-pad.js";
import { sum } from "../sum-broadcast.js";
import { transpose } from "../transpose.js";
import { parseEquation } from "./einsum-equation.js";

type Letters = readonly string[];

/** A tensor with a letter for each axis, no letter twice. */
interface Named {
  readonly node: FloatNode;
  readonly letters: Letters;
}

/**
 * The sum of products that an equation of letters names.
 *
 * result[output] = Σ over all letters not in the output of Π operand[its letters]
 *
 * Each operand has one letter per axis; a letter twice in one operand reads its diagonal. Without `->`, the output is
 * every letter that occurs once, in alphabetical order. Operands are contracted two at a time, from left to right, each
 * pair as one matrix product; letters that nothing later needs are summed as soon as possible.
 *
 * @shapes operands: f32, one axis per letter -> f32, one axis per letter of the output
 * @param equation - letters a to z and A to Z; spaces are ignored
 * @throws ValueError EINSUM_EQUATION for other characters, EINSUM_ELLIPSIS for an ellipsis, EINSUM_OPERANDS if there are more or fewer operands than groups of letters, EINSUM_OUTPUT if the output has an unknown letter or one twice. ShapeError EINSUM_RANK if an operand has more or fewer axes than letters, EINSUM_SIZE if a letter has two sizes. DTypeError DTYPE_NOT_ACCEPTED if an operand is not f32.
 * @example
 * const a = constant([[1, 2], [3, 4]]);
 * evaluate(einsum("ij,jk->ik", a, constant([[5], [6]]))).data; // → [17, 39]
 * evaluate(einsum("ii", a)).item(); // → 5
 * evaluate(einsum("ij->ji", a)).data; // → [1, 3, 2, 4]
 * @source Einstein 1916, "Die Grundlage der allgemeinen Relativitätstheorie", section 5; the notation of letters and the implicit output: NumPy
 */
export function einsum(equation: string, ...operands: readonly FloatNode[]): FloatNode {
  const { terms, output } = parseEquation(equation, operands);
  const named = operands.map((node, i) => diagonal(node, terms[i]!));
  const neededAfter = (i: number): ReadonlySet<string> =>
    new Set([...output, ...named.slice(i + 1).flatMap(({ letters }) => letters)]);
  const [first, ...rest] = named as [Named, ...Named[]];
  const result = rest.reduce((left, right, i) => contract(left, right, neededAfter(i + 1)), first);
  return ordered(
    sumOut(result, (letter) => output.includes(letter)),
    output,
  );
}

/** The operand with every repeated letter read along its diagonal: every (n + 1)-th element of n · n. */
function diagonal(node: FloatNode, letters: Letters): Named {
  const repeated = letters.find((letter, axis) => letters.indexOf(letter) !== axis);
  if (repeated === undefined) return { node, letters };
  const first = letters.indexOf(repeated);
  const second = letters.indexOf(repeated, first + 1);
  const others = letters.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const size = node.shape[first]!;
  const square = permuted(node, [first, second, ...others]);
  const flat = reshape(square, [size * size, ...square.shape.slice(2)]);
  const read = slice(flat, { axis: 0, step: size + 1 });
  return diagonal(read, [repeated, ...others.map((axis) => letters[axis]!)]);
}

/** One step: what both operands share and nothing later needs is summed over, by one matrix product. */
function contract(first: Named, second: Named, needed: ReadonlySet<string>): Named {
  const left = sumOut(first, (letter) => needed.has(letter) || second.letters.includes(letter));
  const right = sumOut(second, (letter) => needed.has(letter) || first.letters.includes(letter));
  const shared = left.letters.filter((letter) => right.letters.includes(letter));
  const batch = shared.filter((letter) => needed.has(letter));
  const summed = shared.filter((letter) => !needed.has(letter));
  const rows = left.letters.filter((letter) => !shared.includes(letter));
  const columns = right.letters.filter((letter) => !shared.includes(letter));
  const [batchShape, summedShape] = [shapeOf(left, batch), shapeOf(left, summed)];
  const [rowShape, columnShape] = [shapeOf(left, rows), shapeOf(right, columns)];

  const a = ordered(left, [...batch, ...rows, ...summed]);
  const b = ordered(right, [...batch, ...summed, ...columns]);
  const product =
    summed.length === 0
      ? mul(
          reshape(a, [...a.shape, ...columns.map(() => 1)]),
          reshape(b, [...batchShape, ...rows.map(() => 1), ...columnShape]),
        )
      : matmul(
          reshape(a, [...flatBatch(batchShape), sizeOf(rowShape), sizeOf(summedShape)]),
          reshape(b, [...flatBatch(batchShape), sizeOf(summedShape), sizeOf(columnShape)]),
        );
  return {
    node: reshape(product, [...batchShape, ...rowShape, ...columnShape]),
    letters: [...batch, ...rows, ...columns],
  };
}

/** One axis for all batch letters; none if there are none, so that plain matrices stay plain. */
function flatBatch(shape: Shape): number[] {
  return shape.length === 0 ? [] : [sizeOf(shape)];
}

/** The sum over all letters that are not kept. */
function sumOut({ node, letters }: Named, isKept: (letter: string) => boolean): Named {
  const axes = letters.flatMap((letter, axis) => (isKept(letter) ? [] : [axis]));
  return { node: sum(node, { axes }), letters: letters.filter(isKept) };
}

/** The tensor with its axes in the order of the letters. */
function ordered({ node, letters }: Named, order: Letters): FloatNode {
  return permuted(
    node,
    order.map((letter) => letters.indexOf(letter)),
  );
}

function permuted(node: FloatNode, axes: readonly number[]): FloatNode {
  return axes.every((axis, i) => axis === i) ? node : transpose(node, axes);
}

function shapeOf({ node, letters }: Named, named: Letters): number[] {
  return named.map((letter) => node.shape[letters.indexOf(letter)]!);
}
