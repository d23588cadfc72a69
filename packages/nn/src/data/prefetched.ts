/** Examples asked for before they are needed. */

/** The same examples; up to `count` of them are being made at any time. What they come from is closed when this is. */
export async function* prefetched<T>(examples: AsyncIterable<T>, count: number): AsyncIterable<T> {
  const iterator = examples[Symbol.asyncIterator]();
  const asked: Promise<IteratorResult<T, unknown>>[] = [];
  try {
    for (;;) {
      while (asked.length < count) {
        const next = iterator.next();
        // Heard when its turn comes; until then it must not count as unheard.
        next.catch(() => undefined);
        asked.push(next);
      }
      const result = await asked.shift()!;
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
