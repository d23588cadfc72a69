/** That gradients added up over steps make the update of one large minibatch. */
import { accumulateGradients, createRuntime, crossEntropy, input, leavesOf, sgd, type FloatNode } from "@unfold/rnn";
import { rowsOf, type Spirals } from "../spirals.js";

/** Examples of the large minibatch. */
const TOGETHER = 30;

/**
 * How far the weights after 30 steps of one example with one update are from those after one step of 30 examples.
 *
 * @param network - makes a network with the same first weights each time
 */
export async function accumulatedDifference(
  data: Spirals,
  network: () => (x: FloatNode) => FloatNode,
  learningRate: number,
): Promise<number> {
  const few = rowsOf(
    data,
    Array.from({ length: TOGETHER }, (_, i) => Math.floor((i * data.y.length) / TOGETHER)),
  );
  const weightsAfter = async (size: number): Promise<number[]> => {
    const [x, y] = [input("x", [size, 2]), input("y", [size], "i32")];
    const loss = crossEntropy(network()(x), y);
    const runtime = await createRuntime();
    const optimizer = accumulateGradients(sgd({ learningRate }), TOGETHER / size);
    const step = await runtime.compile({ inputs: { x, y }, updates: optimizer.minimize(loss) });
    for (let i = 0; i < TOGETHER; i += size) {
      step.run({
        ...rowsOf(
          few,
          Array.from({ length: size }, (_, k) => i + k),
        ),
      });
    }
    return leavesOf([loss], "param").flatMap((leaf) => [...runtime.read(leaf).data]);
  };
  const [single, together] = [await weightsAfter(1), await weightsAfter(TOGETHER)];
  return Math.max(...single.map((value, i) => Math.abs(value - together[i]!)));
}
