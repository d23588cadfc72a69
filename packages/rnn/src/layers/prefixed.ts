/** Names of parts within a whole: `part/name`. */

/** A record with a part's name before each key. */
export function prefixed<V>(part: string, record: Readonly<Record<string, V>>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [`${part}/${key}`, value]));
}

/** What belongs to a part, by the names it has there. */
export function partOf<V>(part: string, record: Readonly<Record<string, V>>): Record<string, V> {
  const start = `${part}/`;
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (key.startsWith(start) ? [[key.slice(start.length), value]] : [])),
  );
}
