/** Taking carried recurrences back to where they start. */
import { checkRuntime, leavesOf, RuntimeError, type Executable, type Runtime, type TensorValue } from "@unfold/core";
import type { CarriedRecurrence } from "./carried-recurrence.js";

/** What takes recurrences back. */
export interface CarriedRestarts {
  /**
   * Takes the delays back to their initial values, as they follow from the parameters now.
   *
   * @param values - inputs that initial values depend on, by name
   * @param name - of the only recurrence to take back; all unless given
   * @throws RuntimeError RECURRENCE_UNKNOWN if there is none of the name; else as `run` of an executable.
   */
  readonly reset: (values?: Readonly<Record<string, TensorValue>>, name?: string) => void;
  /** Throws RuntimeError RESET_NEEDED if something depends on inputs that `reset` must be given and was not yet. */
  readonly checkStarted: () => void;
}

/** Takes one recurrence back: needs some of the values it is given. */
interface Restart {
  readonly needs: readonly string[];
  readonly run: (values: Readonly<Record<string, TensorValue>>) => void;
}

/**
 * Resets of recurrences that are carried on a runtime, by name. All start from their initial values, but for those that
 * depend on inputs.
 *
 * @example
 * const memory = carriedRecurrence(elman({ inputs: 2, units: 3, seed: 1 }).fold(1));
 * const values = scan(memory.folded, 1, { x: constant([[[1, 1]]]) });
 * const runtime = await createRuntime();
 * const step = await runtime.compile({ outputs: values.last, updates: memory.updates(values) });
 * const { reset } = await carriedRestarts(runtime, { memory });
 * const first = step.run({}).h.copy();
 * step.run({}).h.data[0] === first.data[0]; // → false
 * reset({}, "memory");
 * step.run({}).h.data[0] === first.data[0]; // → true
 */
export async function carriedRestarts(
  runtime: Runtime,
  carried: Readonly<Record<string, Pick<CarriedRecurrence, "restart">>>,
): Promise<CarriedRestarts> {
  checkRuntime("carriedRestarts(runtime, carried)", runtime);
  const restarts = new Map<string, Restart>();
  for (const [name, { restart }] of Object.entries(carried)) restarts.set(name, await compileRestart(runtime, restart));
  let waiting = [...restarts.keys()].filter((name) => restarts.get(name)!.needs.length > 0);
  const reset: CarriedRestarts["reset"] = (values = {}, name) => {
    if (name !== undefined && !restarts.has(name)) throw unknownRecurrence(name, [...restarts.keys()]);
    for (const [key, restart] of restarts) if (name === undefined || key === name) restart.run(values);
    waiting = waiting.filter((key) => name !== undefined && key !== name);
  };
  for (const [name, { needs }] of restarts) if (needs.length === 0) reset({}, name);
  return {
    reset,
    checkStarted: () => {
      if (waiting.length > 0) throw resetNeeded(waiting, new Set(waiting.flatMap((name) => restarts.get(name)!.needs)));
    },
  };
}

async function compileRestart(runtime: Runtime, restart: CarriedRecurrence["restart"]): Promise<Restart> {
  const fed = leavesOf(
    restart.map(([, value]) => value),
    "input",
  );
  const inputs = Object.fromEntries(fed.map((node) => [node.label ?? "", node]));
  const executable: Executable = await runtime.compile({ inputs, updates: restart });
  const needs = Object.keys(inputs);
  return {
    needs,
    run: (values) =>
      void executable.run(Object.fromEntries(needs.flatMap((key) => (key in values ? [[key, values[key]!]] : [])))),
  };
}

function unknownRecurrence(name: string, names: readonly string[]): RuntimeError {
  return new RuntimeError({
    code: "RECURRENCE_UNKNOWN",
    where: "reset(values, name)",
    rule: "the name must be that of a recurrence that is carried",
    got: `"${name}"`,
    fix: `There are ${names.map((other) => `"${other}"`).join(", ") || "none"}`,
  });
}

function resetNeeded(names: readonly string[], needs: ReadonlySet<string>): RuntimeError {
  return new RuntimeError({
    code: "RESET_NEEDED",
    where: "run(values)",
    rule: "what depends on inputs that are given once must be computed before the first step",
    got: `none of ${names.map((name) => `"${name}"`).join(", ")}`,
    fix: `Call reset({ ${[...needs].join(", ")} }) first`,
  });
}
