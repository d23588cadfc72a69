/** The graph of each kind of workload. */
import type { Workload } from "../workloads/workload.js";
import { convNetModel } from "./conv-net.js";
import { elmanModel } from "./elman.js";
import { gruModel } from "./gru.js";
import { lstmTokenModel } from "./lstm-token.js";
import { lstmModel } from "./lstm.js";
import { mlpModel } from "./mlp.js";
import { mnistModel } from "./mnist.js";
import type { Model } from "./model.js";
import { productModel } from "./product.js";
import { windowModel } from "./window.js";

/** The graph of a workload. */
export function modelOf(workload: Workload): Model {
  switch (workload.kind) {
    case "elman":
      return elmanModel(workload);
    case "lstm":
      return lstmModel(workload);
    case "lstm-token":
      return lstmTokenModel(workload);
    case "gru":
      return gruModel(workload);
    case "mlp":
      return mlpModel(workload);
    case "mnist":
      return mnistModel(workload);
    case "conv-net":
      return convNetModel(workload);
    case "window":
      return windowModel(workload);
    case "product":
      return productModel(workload);
  }
}
