/** The values of parameters and states: owned by a runtime, shared by its executables, found by path or by leaf. */
import { GraphError, RuntimeError } from "../errors.js";
import { initialValue } from "../graph/leaves.js";
import { describe, requireNode, type Node } from "../graph/node.js";
import { ndArray, NdArray, type TensorValue } from "../tensor/nd-array.js";
import type { Backend, Slot } from "./backend.js";

/** What a runtime runs on. */
export interface StoreReport {
  readonly backend: string;
  /** Parameters and states it holds. */
  readonly leaves: number;
  /** Bytes of their values. */
  readonly storedBytes: number;
}

/** The values of parameters and states on one backend. */
export class LeafStore {
  readonly #values = new Map<Node, Slot>();
  readonly #byPath = new Map<string, Node>();
  /** How many programs a leaf is held for. */
  readonly #holders = new Map<Node, number>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The value of every leaf held. */
  get values(): ReadonlyMap<Node, Slot> {
    return this.#values;
  }

  /**
   * Makes room for leaves, with their initial values; for all of them or, if one is refused, for none. What is returned
   * lets them go again, those that are held for nobody else: for a program that cannot be compiled after all.
   */
  hold(leaves: readonly Node[]): () => void {
    const fresh = leaves.filter((leaf) => !this.#values.has(leaf));
    const paths = new Map<string, Node>(this.#byPath);
    for (const leaf of fresh) {
      const path = leaf.label ?? "";
      const other = paths.get(path);
      if (other !== undefined) throw pathTwice(path, other, leaf);
      paths.set(path, leaf);
    }
    const held: Node[] = [];
    const letGo = (): void => {
      for (const leaf of held) this.#letGo(leaf);
    };
    try {
      for (const leaf of leaves) {
        if (!this.#values.has(leaf)) this.#place(leaf);
        this.#holders.set(leaf, (this.#holders.get(leaf) ?? 0) + 1);
        held.push(leaf);
      }
    } catch (error) {
      letGo();
      throw error;
    }
    return letGo;
  }

  #place(leaf: Node): void {
    const value = this.#backend.allocate(leaf.type);
    value.data.set(initialValue(leaf).data);
    this.#values.set(leaf, value);
    this.#byPath.set(leaf.label ?? "", leaf);
  }

  #letGo(leaf: Node): void {
    const holders = this.#holders.get(leaf)! - 1;
    this.#holders.set(leaf, holders);
    if (holders > 0) return;
    this.#backend.release?.(this.#values.get(leaf)!);
    this.#holders.delete(leaf);
    this.#values.delete(leaf);
    this.#byPath.delete(leaf.label ?? "");
  }

  /** A copy of the leaf's value. */
  read(leaf: Node): NdArray {
    const { type, data } = this.#stored("read(leaf)", leaf);
    return new NdArray(type, data.slice());
  }

  /** Replaces the leaf's value. */
  write(leaf: Node, value: TensorValue): void {
    const stored = this.#stored("write(leaf, value)", leaf);
    const where = `write("${leaf.label ?? ""}", value)`;
    stored.data.set(ndArray(value, { where, dtype: leaf.dtype, shape: leaf.shape }).data);
    if (stored.version !== undefined) stored.version++;
  }

  report(): StoreReport {
    const bytes = [...this.#values.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    return { backend: this.#backend.name, leaves: this.#values.size, storedBytes: bytes };
  }

  #stored(where: string, leaf: Node): Slot {
    const value = this.#values.get(leaf);
    if (value !== undefined) return value;
    requireNode(where, "the leaf", leaf);
    throw new RuntimeError({
      code: "LEAF_UNKNOWN",
      where,
      rule: "the leaf must be a parameter or state of an executable of this runtime",
      got: `${leaf.op.name} ${describe(leaf)}`,
      fix: "Compile something that uses it first",
    });
  }
}

function pathTwice(path: string, other: Node, leaf: Node): GraphError {
  return new GraphError({
    code: "LEAF_PATH_TWICE",
    where: "compile",
    rule: "a path must belong to one parameter or state in a runtime",
    got: `two leaves named "${path}": ${describe(other)} built at ${other.site.toString()} and ${describe(leaf)} built at ${leaf.site.toString()}`,
    fix: "Use one leaf in both places to share it, or give one another path",
    details: { path },
  });
}
