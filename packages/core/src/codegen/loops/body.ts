/** What is done in the innermost loop: values of all stores, then the stores. */
import type { Store } from "../loop-nest.js";
import type { Local } from "../wasm/function-builder.js";
import { elementsOf, settlePointer } from "./addresses.js";
import type { Emission } from "./emission.js";
import type { Elements } from "./lane-code.js";
import type { Reduction } from "./reduction.js";
import { computeKept, valueLocal } from "./values.js";

/** A store at one vector's elements. */
interface Target {
  readonly store: Store;
  readonly elements: Elements;
  readonly value: Local;
}

/** The body for all vectors of the turn. An iteration reads all it reads before it writes. */
export function writeBody(e: Emission, reduction: Reduction | undefined): void {
  const { plan, block } = e;
  const last = plan.loops.length - 1;
  e.scope(() => {
    computeKept(e, last, true, [0]);
    for (const pointer of e.allClasses) settlePointer(e, pointer);
    if (plan.isPaired) writePaired(e);
    else {
      for (const vector of block.keys()) {
        e.scope(() => {
          computeKept(e, last, false, [vector]);
          if (reduction === undefined) writeStores(e, targetsOf(e, vector));
          else reduction.add(e, vector);
        });
      }
    }
  });
}

/** All vectors at once, operation by operation, then the stores side by side: as engines look for vectors to join. */
function writePaired(e: Emission): void {
  const { plan, block } = e;
  computeKept(e, plan.loops.length - 1, false, [...block.keys()]);
  const targets = [...block.keys()].map((vector) => targetsOf(e, vector));
  for (const i of plan.nest.stores.keys()) for (const ofVector of targets) writeVector(e, ofVector[i]!);
}

function targetsOf(e: Emission, vector: number): readonly Target[] {
  return e.plan.nest.stores.map((store) => ({
    store,
    value: valueLocal(e, store.value, vector),
    elements: elementsOf(e, store.access, vector),
  }));
}

function writeStores(e: Emission, targets: readonly Target[]): void {
  const isShared = (operand: number): boolean =>
    targets.filter(({ store }) => store.access.operand === operand).length > 1;
  if (targets.some(({ store: { mode, access } }) => mode.kind === "accumulate" && isShared(access.operand))) {
    const { lanes } = targets[0]!.elements;
    for (let lane = 0; lane < lanes; lane++) for (const target of targets) writeLane(e, target, lane);
  } else for (const target of targets) writeVector(e, target);
}

function writeVector(e: Emission, target: Target): void {
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
  f.get(value);
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
