/**
 * brain.js, its own recurrent network: one sequence at a time, rectifiers and RMSProp are built in, and it adds a start
 * and an end to the sequence. Near enough to W1 to be compared in time, not in loss.
 *
 * node brain.mjs FOLDER
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { answer } from "./protocol.mjs";

const [folder] = process.argv.slice(2);
const brain = createRequire(join(folder, "from-here.js"))("brain.js");

await answer(({ tokens, units, learningRate }, { x }) => {
  const rate = learningRate / 10;
  const net = new brain.recurrent.RNN({
    hiddenLayers: [units],
    inputSize: tokens,
    inputRange: tokens,
    outputSize: tokens,
    learningRate: rate,
  });
  net.trainOpts = { ...net.trainOpts, learningRate: rate };
  net.initialize();
  // The end that it adds makes as many steps as the others have.
  const sequence = Array.from(x.data.subarray(1), (token) => Math.min(token, tokens - 2));
  const run = () => {
    net.trainPattern(sequence, true);
    return NaN;
  };
  return { runsOn: "JavaScript", run };
});
