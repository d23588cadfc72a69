/** A network that reads tokens and says which one follows, whatever tokens are. */
import {
  adam,
  averageOf,
  createRuntime,
  createTrainer,
  Dataset,
  embedding,
  gru,
  hierarchicalSoftmax,
  windowsOf,
  type IntNode,
} from "@unfold/rnn";

/** A text in tokens: numbers in [0, classes). */
export interface TokenizedText {
  readonly name: string;
  readonly classes: number;
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
  readonly heldOutCharacters: number;
}

/** How it is trained. */
export interface ReaderSettings {
  readonly seed: number;
  readonly units: number;
  readonly steps: number;
}

/** How it went. */
export interface ReaderResult {
  /** Nats per token, of each step. */
  readonly losses: readonly number[];
  /** Bits per token of the part that was held out. */
  readonly heldOutBits: number;
}

/** Steps of a window, and windows of a batch. */
export const [WINDOW, BATCH] = [32, 16] as const;
const LEARNING_RATE = 0.005;

/** Trains on windows in random order. The softmax is hierarchical: scores of 50,000 tokens would take most of the time. */
export async function trainReader(
  { classes, training, heldOut }: TokenizedText,
  { seed, units, steps }: ReaderSettings,
  onStep: (step: number, loss: number) => void,
): Promise<ReaderResult> {
  const counts = new Array<number>(classes).fill(1);
  for (const token of training) counts[token]! += 1;
  const table = embedding({ tokens: classes, units, seed });
  const memory = gru({ inputs: units, units, seed });
  const head = hierarchicalSoftmax({ inputs: units, counts, seed });
  const trainer = createTrainer(await createRuntime(), {
    build: ({ x, y }: { readonly x: IntNode; readonly y: IntNode }) => {
      const { h } = memory.scan(table.apply(x)).outputs;
      const nats = averageOf(head.loss(h, y, { reduction: "none" }));
      return { loss: head.loss(h, y), metrics: { nats } };
    },
    optimizer: adam({ learningRate: LEARNING_RATE }),
    minimize: { clipGlobalNorm: 1 },
  });
  const losses: number[] = [];
  for await (const batch of batchesOf(training, seed).repeat(steps).take(steps)) {
    losses.push((await trainer.step(batch)).loss);
    onStep(losses.length, losses.at(-1)!);
  }
  const { nats } = await trainer.evaluate(batchesOf(heldOut, seed));
  return { losses, heldOutBits: nats / Math.LN2 };
}

function batchesOf(tokens: Int32Array, seed: number) {
  return Dataset.from(windowsOf(tokens, { size: WINDOW, dtype: "i32" }))
    .shuffle({ seed })
    .batch(BATCH, { axis: 1, dtypes: { x: "i32", y: "i32" }, dropLast: true });
}
