/** A peer that computes nothing: it says what it was sent. */
import { answer } from "../../benchmarks/peers/protocol.mjs";

await answer((workload, { weights, x }) => {
  if (workload.name === "impossible") throw new Error("too hard\nfor anybody");
  console.log("libraries print what they like");
  return { runsOn: `stub, ${x.data.constructor.name} ${x.shape}`, run: async () => weights.Wx.data[0] };
});
