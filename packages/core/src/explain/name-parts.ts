/** How names of numbers are set: letters, what stands below them, and which of several. */
import type { ElementName } from "./formula.js";

/** `net_h` at [0], second of its label: base `net`, subscript `h1`, copy 2. */
export interface NameParts {
  readonly base: string;
  readonly subscript: string;
  readonly copy: number | undefined;
}

/** The parts of a name; elements are counted from 1, as in books. */
export function nameParts(name: ElementName): NameParts {
  const [, base = name.label, below = ""] =
    /^([^_]+)_(.+)$/.exec(name.label) ?? /^(\p{L}+)(\d+)$/u.exec(name.label) ?? [];
  return { base, subscript: joinIndex(below, indexText(name)), copy: name.copy };
}

/** `h` and `1` are `h1`; `1` and `2` are `1,2`, which is not 12. */
function joinIndex(below: string, index: string): string {
  return below === "" || index === "" || !/\d$/.test(below) ? below + index : `${below},${index}`;
}

/** The place of an element, from 1, without axes of a single element: `12` or `1,12`; empty for a scalar. */
export function indexText({ index, shape }: ElementName): string {
  const axes = [...shape.keys()].filter((axis) => shape[axis]! > 1);
  const isShort = axes.every((axis) => shape[axis]! < 10);
  return axes.map((axis) => index[axis]! + 1).join(isShort ? "" : ",");
}
