/** Where examples stood before they were shuffled, so that errors about them name rows that can be found. */

const places = new WeakMap<object, number>();

/** Notes an example's place, from 0; a number or a text has none. */
export function notePlace(example: unknown, place: number): void {
  if (typeof example === "object" && example !== null) places.set(example, place);
}

/** What is made of an example stood where the example did. */
export function keepPlace(made: unknown, example: unknown): void {
  if (typeof example !== "object" || example === null) return;
  const place = places.get(example);
  if (place !== undefined) notePlace(made, place);
}

/** `example 17`, its number in the epoch, and where it stood before it was shuffled if it was. */
export function exampleName(example: object, index: number): string {
  const place = places.get(example);
  return place === undefined ? `example ${index}` : `example ${index} (row ${place} before shuffling)`;
}
