/** In which order gates stand side by side: here, and in other frameworks. */
import type { GateOrder } from "@unfold/nn";

const LSTM = ["input", "forget", "candidate", "output"];
const GRU = ["reset", "update", "candidate"];

/**
 * Of each kind of cell.
 *
 * @source PyTorch: "torch.nn.LSTM" and "torch.nn.GRU", variables (W_ii|W_if|W_ig|W_io, W_ir|W_iz|W_in); Keras 3: `LSTMCell.call` (i, f, c, o) and `GRUCell.call` (z, r, h)
 */
export const GATE_ORDERS: Readonly<Record<"elman" | "lstm" | "gru", Readonly<Record<"pytorch" | "keras", GateOrder>>>> =
  {
    elman: { pytorch: orderOf(["hidden"]), keras: orderOf(["hidden"]) },
    lstm: { pytorch: orderOf(LSTM), keras: orderOf(LSTM) },
    gru: { pytorch: orderOf(GRU), keras: orderOf(GRU, ["update", "reset", "candidate"]) },
  };

function orderOf(ours: readonly string[], theirs = ours): GateOrder {
  return { ours, theirs };
}
