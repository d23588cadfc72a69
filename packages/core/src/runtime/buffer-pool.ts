/** Reuse of the interpreter's buffers: a buffer goes back when its last reader has run. */
import type { Node } from "../graph/node.js";
import { NdArray } from "../tensor/nd-array.js";
import { sizeOf } from "../tensor/shape.js";
import type { TensorType } from "../tensor/tensor-type.js";

/** Hands out buffers for the nodes of one schedule. */
export class BufferPool {
  readonly #free = new Map<string, NdArray[]>();
  readonly #lastUses = new Map<Node, Node[]>();
  readonly #make: (type: TensorType) => NdArray;

  /** `results` live to the end. */
  constructor(order: readonly Node[], results: readonly Node[], make: (type: TensorType) => NdArray) {
    this.#make = make;
    const lastUser = new Map<Node, Node>();
    for (const node of order) {
      lastUser.set(node, node);
      for (const input of node.inputs) lastUser.set(input, node);
    }
    for (const result of results) lastUser.delete(result);
    for (const [node, user] of lastUser) {
      // Leaves have room of their own, and so have the results of scans.
      if (node.op.kind === "leaf" || node.op.kind === "scan" || node.op.kind === "result") continue;
      const list = this.#lastUses.get(user);
      if (list === undefined) this.#lastUses.set(user, [node]);
      else list.push(node);
    }
  }

  /** A buffer for the node's value; its old contents are garbage. */
  take(node: Node): NdArray {
    const { type } = node;
    const reused = this.#free.get(sizeKey(type))?.pop();
    return reused === undefined ? this.#make(type) : new NdArray(type, reused.data);
  }

  /** The nodes whose values nobody reads after this one has run. */
  lastUsesAt(node: Node): readonly Node[] {
    return this.#lastUses.get(node) ?? [];
  }

  giveBack(node: Node, buffer: NdArray): void {
    const key = sizeKey(node.type);
    const list = this.#free.get(key);
    if (list === undefined) this.#free.set(key, [buffer]);
    else list.push(buffer);
  }
}

function sizeKey(type: TensorType): string {
  return `${type.dtype} ${sizeOf(type.shape)}`;
}
