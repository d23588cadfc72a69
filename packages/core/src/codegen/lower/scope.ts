/** What is known while the statements of one block (the program, or a loop's body) are made. */
import type { Node } from "../../graph/node.js";
import type { DType } from "../../tensor/dtype.js";
import type { NdArray } from "../../tensor/nd-array.js";
import { sizeOf, type Shape } from "../../tensor/shape.js";
import type { Address, Buffer, LoopId, Statement } from "../loop-program.js";
import type { Target } from "../wasm/target.js";
import { contiguous, type Layout } from "./layout.js";

/** What all blocks of a program share. */
export class Workspace {
  readonly buffers: Buffer[] = [];
  readonly target: Target;
  /** Whether every value is stored and looked at. */
  readonly isChecked: boolean;
  /** Storage of leaves that the program reads and does not write. */
  readonly unchanged: Set<Buffer> = new Set();
  /** What is made of them once, for many runs. */
  readonly preparation: Statement[] = [];
  readonly #constants = new Map<NdArray, Buffer>();

  constructor(target: Target, isChecked: boolean) {
    this.target = target;
    this.isChecked = isChecked;
  }

  /** A new buffer. */
  buffer(dtype: DType, size: number, place: Buffer["place"] = { kind: "arena" }): Buffer {
    const made = { id: this.buffers.length, dtype, size, place };
    this.buffers.push(made);
    return made;
  }

  /** The buffer of a fixed value. */
  constant(value: NdArray): Buffer {
    let known = this.#constants.get(value);
    if (known === undefined) {
      known = this.buffer(value.dtype, value.data.length, { kind: "constant", value });
      this.#constants.set(value, known);
    }
    return known;
  }

  /** Room for a value, row-major. */
  room(dtype: DType, shape: Shape): Layout {
    return contiguous({ buffer: this.buffer(dtype, sizeOf(shape)), offset: 0, terms: [] }, shape);
  }
}

/** A value in `from` that must end up in `to`, which others read until then. */
export interface Handover {
  readonly from: Buffer;
  readonly to: Buffer;
  readonly copy: Statement;
}

/** One block. */
export interface Scope {
  readonly workspace: Workspace;
  readonly statements: Statement[];
  /** Where values are, as far as they have been computed. */
  readonly layouts: Map<Node, Layout>;
  /** Where values must be put when they are computed. */
  readonly homes: Map<Node, Layout>;
  /** Copies that vanish where a value may be computed in its final place. */
  readonly handovers: Handover[];
  /** Panels of matrices that stay as they are while the block runs, by what they are made of. */
  readonly panels: Map<string, Address>;
  /** Buffers from this number on were made in the block: their values change while its loop runs. */
  readonly firstBuffer: number;
  /** The loop whose body this is, and the block the loop stands in. */
  readonly loop: LoopId | undefined;
  readonly parent: Scope | undefined;
}

/** A value and where it must be at the end. */
export interface Placed {
  readonly node: Node;
  readonly place: Layout;
}

/** What a block computes. */
export interface BlockRequest {
  readonly results: readonly Node[];
  /** Values with a place of their own, which nobody reads before. */
  readonly placed: readonly Placed[];
  /** Values that replace others at the end, which may be read until then. */
  readonly handedOver: readonly Placed[];
}

/** An empty block. */
export function scope(workspace: Workspace, loop?: LoopId, parent?: Scope): Scope {
  return {
    workspace,
    statements: [],
    layouts: new Map(),
    homes: new Map(),
    handovers: [],
    panels: new Map(),
    firstBuffer: workspace.buffers.length,
    loop,
    parent,
  };
}

/** Whether what stands at an address is the same in all iterations of the block's loop. */
export function isSteady({ firstBuffer, loop }: Scope, { buffer, terms }: Address): boolean {
  return buffer.id < firstBuffer && terms.every((term) => term.loop !== loop);
}
