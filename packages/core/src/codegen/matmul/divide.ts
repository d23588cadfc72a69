/** Division into parts that differ by at most one. */

/** `tall` parts of `size`, then `short` parts of `size - 1`. */
export interface Division {
  readonly size: number;
  readonly tall: number;
  readonly short: number;
}

/** Divides a total into parts as equal as can be; the larger ones come first. */
export function divide(total: number, parts: number): Division {
  const size = Math.ceil(total / parts);
  const short = size * parts - total;
  return { size, tall: parts - short, short };
}
