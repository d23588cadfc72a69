/** What is to be placed in one piece of memory, and where it was placed. */

/** A value's size and when it is needed, from the first moment to the last, both included. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where each value lies, and how large the whole is. */
export interface Arena {
  readonly offsets: readonly number[];
  readonly bytes: number;
}
