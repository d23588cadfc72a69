/** The engine's clock: published sources are compiled without the names of Node or browsers. */

interface Clock {
  now(): number;
}

/** Milliseconds since some moment, as finely as the engine tells. */
export function now(): number {
  return ((globalThis as { readonly performance?: Clock }).performance ?? Date).now();
}
