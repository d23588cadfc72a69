/** Sums, least and largest elements while their loops run: several partial results in vectors, combined at the end. */
import type { Store } from "../loop-nest.js";
import type { Local } from "../wasm/function-builder.js";
import { elementsOf } from "./addresses.js";
import type { Emission } from "./emission.js";
import type { Combine } from "./lane-code.js";
import { pushValue } from "./values.js";

/** Partial results of one store, one for each vector of a turn. */
interface Partial {
  readonly store: Store;
  readonly combine: Combine;
  readonly identity: number;
  readonly sums: readonly Local[];
  /** What sums are added to now and then. */
  readonly totals: readonly Local[];
}

/** Partial results of all stores of a nest. */
export class Reduction {
  readonly #partials: readonly Partial[];

  /** Starts from the identities. */
  constructor(e: Emission) {
    const { plan, f, code } = e;
    const isAcross = plan.loops[plan.vector]!.isReduced;
    const vectors = isAcross ? plan.unroll : e.block.length;
    this.#partials = plan.nest.stores.flatMap((store) => {
      const { mode, value } = store;
      if (mode.kind !== "reduce") return [];
      const start = (): Local[] =>
        Array.from({ length: vectors }, () => {
          const local = f.local(code.type(value.dtype));
          code.constant(f, value.dtype, mode.identity);
          f.set(local);
          return local;
        });
      return {
        store,
        combine: mode.combine,
        identity: mode.identity,
        sums: start(),
        totals: plan.flush ? start() : [],
      };
    });
  }

  /** Takes in the values of the vector of that number in the turn. */
  add(e: Emission, vector: number): void {
    const { f, code, plan, block } = e;
    for (const { store, combine, identity, sums } of this.#partials) {
      const { dtype } = store.value;
      f.get(sums[vector]!);
      pushValue(e, store.value, vector);
      if (plan.loops[plan.vector]!.isReduced) code.fillLanes(f, dtype, block[vector]!, identity);
      code.combine(f, dtype, combine);
      f.set(sums[vector]!);
    }
  }

  /** Adds the sums to the totals and starts again. */
  flush({ f, code }: Emission): void {
    for (const { store, combine, identity, sums, totals } of this.#partials) {
      const { dtype } = store.value;
      for (const [vector, total] of totals.entries()) {
        f.get(total).get(sums[vector]!);
        code.combine(f, dtype, combine);
        f.set(total);
        code.constant(f, dtype, identity);
        f.set(sums[vector]!);
      }
    }
  }

  /** Combines what belongs together and stores it. */
  finish(e: Emission): void {
    const { f, code, plan } = e;
    this.flush(e);
    for (const { store, combine, sums, totals } of this.#partials) {
      const { dtype } = store.value;
      const results = plan.flush ? totals : sums;
      if (plan.loops[plan.vector]!.isReduced) {
        for (let distance = 1; distance < results.length; distance *= 2) {
          for (let i = 0; i + distance < results.length; i += 2 * distance) {
            f.get(results[i]!).get(results[i + distance]!);
            code.combine(f, dtype, combine);
            f.set(results[i]!);
          }
        }
        code.combineLanes(f, dtype, combine, results[0]!);
        code.store(f, elementsOf(e, store.access, 0), results[0]!);
      } else {
        for (const [vector, result] of results.entries()) {
          const elements = elementsOf(e, store.access, vector);
          if (plan.isPartial) {
            code.load(f, elements);
            f.get(result);
            code.combine(f, dtype, combine);
            f.set(result);
          }
          code.store(f, elements, result);
        }
      }
      f.free(...sums, ...totals);
    }
  }
}
