/** One loop nest over values in memory: operands are collected as they are read and written. */
import type { Lane } from "../../graph/emitter.js";
import type { Node } from "../../graph/node.js";
import type { DType } from "../../tensor/dtype.js";
import type { Shape } from "../../tensor/shape.js";
import { asExpression, expressionBuilder, type ExpressionBuilder, type LaneExpression } from "../lane-expression.js";
import type { Store } from "../loop-nest.js";
import type { Address, Call } from "../loop-program.js";
import { sameAddress, type Layout } from "./layout.js";

/** Collects the loads and stores of a nest. */
export class NestBuilder {
  readonly lanes: ExpressionBuilder = expressionBuilder();
  readonly #shape: Shape;
  readonly #operands: { readonly address: Address; readonly dtype: DType }[] = [];
  readonly #stores: Store[] = [];
  readonly #writes = new Set<number>();

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  /** The element of a value at the loop's indices; the layout has the nest's axes. */
  load({ address, strides }: Layout, dtype: DType): LaneExpression {
    const operand = this.#operand(address, dtype);
    return this.lanes.load({ operand, constant: 0, strides: [...strides], indirect: [] }, dtype);
  }

  /** Writes an element at the loop's indices. */
  store({ address, strides }: Layout, value: Lane, mode: Store["mode"] = { kind: "set" }): void {
    const operand = this.#operand(address, value.dtype);
    this.#writes.add(operand);
    const access = { operand, constant: 0, strides: [...strides], indirect: [] };
    this.#stores.push({ access, value: asExpression(value), mode });
  }

  /** The call. */
  finish(node: Node): Call {
    const operands = this.#operands.map(({ dtype }) => dtype);
    return {
      kind: "call",
      kernel: { kind: "loop-nest", shape: this.#shape, operands, stores: this.#stores },
      operands: this.#operands.map(({ address }) => address),
      writes: [...this.#writes],
      node,
    };
  }

  #operand(address: Address, dtype: DType): number {
    const known = this.#operands.findIndex((other) => other.dtype === dtype && sameAddress(other.address, address));
    return known >= 0 ? known : this.#operands.push({ address, dtype }) - 1;
  }
}
