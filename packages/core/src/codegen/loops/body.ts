/** What is done in the innermost loop: values of all stores, then the stores. */
import type { Store } from "../loop-nest.js";
import type { Local } from "../wasm/function-builder.js";
import { elementsOf, settlePointer } from "./addresses.js";
import type { Emission } from "./emission.js";
import type { Elements } from "./lane-code.js";
import type { Reduction } from "./reduction.js";
import { computeKept, pushValue, valueLocal } from "./values.js";

/** The body for all vectors of the turn. An iteration reads all it reads before it writes. */
export function writeBody(e: Emission, reduction: Reduction | undefined): void {
  const last = e.plan.loops.length - 1;
  e.scope(() => {
    computeKept(e, last, true, [0]);
    for (const pointer of e.allClasses) settlePointer(e, pointer);
    for (const vector of e.block.keys()) {
      e.scope(() => {
        computeKept(e, last, false, [vector]);
        if (reduction === undefined) writeStores(e, vector);
        else reduction.add(e, vector);
      });
    }
  });
}

/** A store at one vector's elements. */
interface Target {
  readonly store: Store;
  readonly elements: Elements;
  readonly value: Local;
}

function writeStores(e: Emission, vector: number): void {
  const { stores } = e.plan.nest;
  const targets = stores.map((store) => ({
    store,
    value: valueLocal(e, store.value, vector),
    elements: elementsOf(e, store.access, vector),
  }));
  const isShared = (operand: number): boolean => stores.filter(({ access }) => access.operand === operand).length > 1;
  if (stores.some(({ mode, access }) => mode.kind === "accumulate" && isShared(access.operand))) {
    for (let lane = 0; lane < e.block[vector]!; lane++) for (const target of targets) writeLane(e, target, lane);
  } else for (const target of targets) writeVector(e, target, vector);
}

function writeVector(e: Emission, target: Target, vector: number): void {
  const { f, code } = e;
  const { store, elements, value } = target;
  if (store.mode.kind === "set") {
    code.store(f, elements, value);
    return;
  }
  if (elements.stride !== 1) {
    for (let lane = 0; lane < elements.lanes; lane++) writeLane(e, target, lane);
    return;
  }
  const sum = f.local(code.type(elements.dtype));
  code.load(f, elements);
  pushValue(e, store.value, vector);
  code.combine(f, elements.dtype, "add");
  f.set(sum);
  code.store(f, elements, sum);
  f.free(sum);
}

function writeLane({ f, code }: Emission, { store, elements, value }: Target, lane: number): void {
  const { dtype, address } = elements;
  if (store.mode.kind === "set") code.storeLane(f, dtype, address, value, lane);
  else code.accumulateLane(f, dtype, address, value, lane);
}
