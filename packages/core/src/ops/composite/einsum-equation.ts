/** Equations of einsum: letters for the axes of every operand and of the result, checked against the operands. */
import { DTypeError, ShapeError, ValueError } from "../../errors.js";
import { describe, type Node } from "../../graph/node.js";

/** The letters of an equation. */
export interface EinsumEquation {
  /** One list per operand, one letter per axis. */
  readonly terms: readonly (readonly string[])[];
  /** The axes of the result. */
  readonly output: readonly string[];
}

/** An equation that fits its operands. Throws what `einsum` documents. */
export function parseEquation(equation: string, operands: readonly Node[]): EinsumEquation {
  const where = `einsum("${equation}")`;
  const [inputs, result] = sides(where, equation);
  const terms = inputs.split(",").map((term) => Array.from(term));
  checkOperands(where, terms, operands);
  checkSizes(where, terms, operands);
  if (result === undefined) return { terms, output: implicitOutput(terms) };
  const output = Array.from(result);
  checkOutput(where, terms, output);
  return { terms, output };
}

/** `ij,jk` and `ik`, without spaces. */
function sides(where: string, equation: string): [inputs: string, result: string | undefined] {
  const text = equation.replaceAll(" ", "");
  if (text.includes(".")) {
    throw new ValueError({
      code: "EINSUM_ELLIPSIS",
      where,
      rule: "every axis must have a letter",
      got: "an ellipsis",
      fix: "Write a letter for each axis it stands for",
    });
  }
  const [, inputs, result] = /^([A-Za-z,]*)(?:->([A-Za-z]*))?$/.exec(text) ?? [];
  if (inputs !== undefined) return [inputs, result];
  const bad = /[^A-Za-z,\->]/.exec(text)?.[0];
  throw new ValueError({
    code: "EINSUM_EQUATION",
    where,
    rule: 'the equation must be letters, a comma between operands and at most one "->" before the letters of the result',
    got: bad === undefined ? `"${equation}"` : `"${bad}"`,
    fix: 'A matrix product is "ij,jk->ik"',
  });
}

function checkOperands(where: string, terms: EinsumEquation["terms"], operands: readonly Node[]): void {
  if (terms.length !== operands.length) {
    throw new ValueError({
      code: "EINSUM_OPERANDS",
      where,
      rule: "there must be one operand for each group of letters before the arrow",
      got: `${operands.length} for ${terms.length}`,
    });
  }
  operands.forEach((operand, i) => {
    if (operand.dtype !== "f32") {
      throw new DTypeError({
        code: "DTYPE_NOT_ACCEPTED",
        where,
        rule: "the dtype must be f32",
        got: `operand ${i} = ${describe(operand)}`,
        fix: 'Convert it: cast(node, "f32")',
      });
    }
    const letters = terms[i]!;
    if (letters.length === operand.shape.length) return;
    throw new ShapeError({
      code: "EINSUM_RANK",
      where,
      rule: "an operand must have one letter for each axis",
      got: `"${letters.join("")}" for operand ${i} = ${describe(operand)}`,
    });
  });
}

function checkSizes(where: string, terms: EinsumEquation["terms"], operands: readonly Node[]): void {
  const first = new Map<string, { readonly size: number; readonly operand: number }>();
  terms.forEach((letters, operand) => {
    letters.forEach((letter, axis) => {
      const size = operands[operand]!.shape[axis]!;
      const seen = first.get(letter);
      if (seen === undefined) first.set(letter, { size, operand });
      if (seen === undefined || seen.size === size) return;
      const shown = [...new Set([seen.operand, operand])].map((i) => `operand ${i} = ${describe(operands[i]!)}`);
      throw new ShapeError({
        code: "EINSUM_SIZE",
        where,
        rule: `all axes named ${letter} must have one size`,
        got: `${shown.join(" and ")}: ${letter} = ${seen.size} ≠ ${size}`,
        details: { letter, sizes: [seen.size, size] },
      });
    });
  });
}

/** NumPy's rule: letters that occur once, in alphabetical order. */
function implicitOutput(terms: EinsumEquation["terms"]): string[] {
  const all = terms.flat();
  return all.filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter)).sort();
}

function checkOutput(where: string, terms: EinsumEquation["terms"], output: readonly string[]): void {
  const problem = (rule: string, got: string): ValueError =>
    new ValueError({ code: "EINSUM_OUTPUT", where, rule, got, details: { output: output.join("") } });
  const unknown = output.find((letter) => !terms.flat().includes(letter));
  if (unknown !== undefined) throw problem("every letter of the result must be one of an operand", unknown);
  const repeated = output.find((letter, i) => output.indexOf(letter) !== i);
  if (repeated !== undefined) throw problem("every letter of the result must be named once", `${repeated} twice`);
}
