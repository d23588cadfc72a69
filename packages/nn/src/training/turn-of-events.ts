/** Lets events be heard while a loop is at work. */

declare function setTimeout(callback: () => void, milliseconds: number): unknown;

/** Milliseconds of work between two turns. */
const WORK = 50;

/** To be asked often: now and then it waits until events such as signals and clicks have been heard. */
export function turnOfEvents(): { readonly next: () => Promise<void> } {
  let last = Date.now();
  return {
    next: async () => {
      if (Date.now() - last < WORK) return;
      await new Promise<void>((resolve) => {
        setTimeout(resolve, 0);
      });
      last = Date.now();
    },
  };
}
