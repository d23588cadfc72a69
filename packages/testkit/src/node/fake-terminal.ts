/** A stream that takes itself for a terminal, and what is written to it. */

/** A terminal of 80 columns in place of a stream of the process, until it is restored. */
export interface FakeTerminal {
  readonly written: readonly string[];
  readonly restore: () => void;
}

/** Makes a terminal of standard output or standard error. */
export function fakeTerminal(stream: NodeJS.WriteStream): FakeTerminal {
  const written: string[] = [];
  const properties = {
    isTTY: true,
    columns: 80,
    cursorTo: () => true,
    clearLine: () => true,
    moveCursor: () => true,
    write: (text: unknown) => {
      written.push(String(text));
      return true;
    },
  };
  const before = Object.getOwnPropertyDescriptors(stream);
  for (const [name, value] of Object.entries(properties))
    Object.defineProperty(stream, name, { value, configurable: true, writable: true });
  return {
    written,
    restore: () => {
      for (const name of Object.keys(properties)) {
        const old = before[name as keyof typeof before];
        if (old === undefined) Reflect.deleteProperty(stream, name);
        else Object.defineProperty(stream, name, old);
      }
    },
  };
}
