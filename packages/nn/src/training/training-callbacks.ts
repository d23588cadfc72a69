/** What callbacks of the training loop hear. */

/** Where a run begins or goes on. */
export interface StartRecord {
  /** The epoch at work, from 0. */
  readonly epoch: number;
  /** Steps done before. */
  readonly step: number;
  /** Epochs in all. */
  readonly epochs: number;
}

/** What is known after a step. */
export interface StepRecord {
  readonly epoch: number;
  /** Steps done since the beginning. */
  readonly step: number;
  /** Before the update. */
  readonly loss: number;
  /** What the trainer monitors, `learningRate` for one. */
  readonly monitored: Readonly<Record<string, number>>;
}

/** What is known after an epoch. */
export interface EpochRecord {
  /** From 0. */
  readonly epoch: number;
  /** Steps done since the beginning. */
  readonly step: number;
  /** Mean of the losses of the epoch's steps. */
  readonly loss: number;
  /** What the trainer monitors, in the last step. */
  readonly monitored: Readonly<Record<string, number>>;
  /** The metrics of the validation data that are numbers, if there is any. */
  readonly validation: Readonly<Record<string, number>>;
}

/** Hears how training goes. A promise that a callback returns is awaited; any other result but "stop" is of no account. */
export interface TrainingCallbacks {
  /** Before the first step of this call of `fit`. */
  readonly onStart?: (start: StartRecord) => unknown;
  /** After every step. */
  readonly onStep?: (step: StepRecord) => unknown;
  /** After every epoch; "stop" ends training. */
  readonly onEpoch?: (record: EpochRecord) => unknown;
  /** When training has ended, also with an error: time to close what was opened. */
  readonly onEnd?: () => unknown;
}

/** Work between `onStart` and `onEnd`; an error of the work goes before those of callbacks that end. */
export async function withCallbacks<R>(
  callbacks: readonly TrainingCallbacks[],
  start: StartRecord,
  work: () => Promise<R>,
): Promise<R> {
  const end = (): Promise<void>[] =>
    callbacks.map(async ({ onEnd }) => {
      await onEnd?.();
    });
  let result: R;
  try {
    for (const { onStart } of callbacks) await onStart?.(start);
    result = await work();
  } catch (error) {
    await Promise.allSettled(end());
    throw error;
  }
  await Promise.all(end());
  return result;
}
