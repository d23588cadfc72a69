/** Data that may never come, gone through until a signal is given. */

/** Ends training; an `AbortSignal` is heard also while data is waited for. */
export interface TrainingSignal {
  readonly aborted: boolean;
  readonly addEventListener?: (type: "abort", listener: () => void) => void;
  readonly removeEventListener?: (type: "abort", listener: () => void) => void;
}

/** The same elements, up to the signal; a source that does not answer then is closed, and not waited for. */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal?: TrainingSignal): AsyncIterable<T> {
  const iterator = source[Symbol.asyncIterator]();
  let isOpen = true;
  try {
    while (signal?.aborted !== true) {
      isOpen = false;
      const result = await nextOf(iterator, signal);
      if (result?.done === true) return;
      isOpen = true;
      if (result === undefined) return;
      yield result.value;
    }
  } finally {
    if (isOpen) {
      const closed = Promise.resolve(iterator.return?.());
      if (signal?.aborted === true) closed.catch(() => undefined);
      else await closed;
    }
  }
}

/** Undefined if the signal came first; what the source says later is not heard. */
async function nextOf<T>(
  iterator: AsyncIterator<T>,
  signal: TrainingSignal | undefined,
): Promise<IteratorResult<T, unknown> | undefined> {
  let abort = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    abort = () => {
      resolve(undefined);
    };
  });
  signal?.addEventListener?.("abort", abort);
  try {
    return await Promise.race([iterator.next(), aborted]);
  } finally {
    signal?.removeEventListener?.("abort", abort);
  }
}
