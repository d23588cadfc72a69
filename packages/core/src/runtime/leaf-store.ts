/** The values of parameters and states: owned by a runtime, shared by its executables, found by path or by leaf. */
import { GraphError, RuntimeError } from "../errors.js";
import { initialValue } from "../graph/leaves.js";
import { describe, type Node } from "../graph/node.js";
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
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The value of every leaf held. */
  get values(): ReadonlyMap<Node, Slot> {
    return this.#values;
  }

  /** Makes room for leaves, with their initial values; for all of them or, if one is refused, for none. */
  hold(leaves: readonly Node[]): void {
    const fresh = leaves.filter((leaf) => !this.#values.has(leaf));
    const paths = new Map<string, Node>(this.#byPath);
    for (const leaf of fresh) {
      const path = leaf.label ?? "";
      const other = paths.get(path);
      if (other !== undefined) throw pathTwice(path, other, leaf);
      paths.set(path, leaf);
    }
    for (const leaf of fresh) {
      const value = this.#backend.allocate(leaf.type);
      value.data.set(initialValue(leaf).data);
      this.#values.set(leaf, value);
      this.#byPath.set(leaf.label ?? "", leaf);
    }
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
