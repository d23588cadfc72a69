/**
 * Error classes with stable codes, and the one formatter of their messages:
 * `<where>: <rule with "must">, got <facts>. <fix>.`
 */
import { isPromise, showValue } from "./show-value.js";

/** The parts of a message, kept as fields so that a program can read them. */
export interface Problem {
  /** Stable identifier such as `SHAPE_MISMATCH`; never reworded. */
  readonly code: string;
  /** The builder and its arguments, or the name of the object that was misused: `matmul(a, b)`. */
  readonly where: string;
  /** The rule, with "must". */
  readonly rule: string;
  /** What came instead. */
  readonly got: string;
  /** What to do about it; code where code is the answer. */
  readonly fix?: string;
  /** Numbers, names and shapes behind the message. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * What every error thrown by Unfold extends: a message that says where, the rule, what came and the fix.
 *
 * @example
 * let code = "";
 * try {
 *   matmul(input("a", [2, 3]), input("b", [2, 3]));
 * } catch (error) {
 *   if (error instanceof UnfoldError) code = error.code;
 * }
 * code; // → "SHAPE_CONTRACT"
 */
export class UnfoldError extends Error {
  /** Stable identifier of the problem. */
  readonly code: string;
  /** Numbers, names and shapes behind the message. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(problem: Problem) {
    super(formatProblem(problem));
    this.name = new.target.name;
    this.code = problem.code;
    this.details = problem.details ?? {};
  }
}

/** Shapes, axes or sizes that do not fit. */
export class ShapeError extends UnfoldError {}
/** An element type that an operation does not take, or two that differ. */
export class DTypeError extends UnfoldError {}
/** A graph that is put together in a way that has no meaning. */
export class GraphError extends UnfoldError {}
/** A derivative that does not exist or cannot be reached. */
export class GradientError extends UnfoldError {}
/** A value outside its range: a setting, an index, a number that is not one. */
export class ValueError extends UnfoldError {}
/** Values handed to, or asked of, a runtime or executable that it does not know. */
export class RuntimeError extends UnfoldError {}
/** A file or text that cannot be read back. */
export class FormatError extends UnfoldError {}
/** A mistake inside Unfold itself. */
export class InternalError extends UnfoldError {
  constructor(where: string, fact: string) {
    super({
      code: "INTERNAL",
      where,
      rule: "this must never happen",
      got: fact,
      fix: "This is a mistake in Unfold: please report it with the printed graph",
    });
  }
}

/** `<where>: <rule>, got <facts>. <fix>.` */
function formatProblem({ where, rule, got, fix }: Problem): string {
  const message = `${where}: ${rule}, got ${got}.`;
  return fix === undefined ? message : `${message} ${fix}.`;
}

/**
 * Throws unless options are an object with no other keys than these: a key that is misspelled would be ignored.
 *
 * @param name - what errors call the options
 * @param keys - every key that the options may have; the type of the options demands all of them
 * @throws ValueError OPTIONS
 * @example
 * const area = (options: { width: number; height?: number }) => {
 *   checkKeys("area(options)", "options", options, { width: true, height: true });
 *   return options.width * (options.height ?? 1);
 * };
 * area({ width: 3 }); // → 3
 */
export function checkKeys<T extends object>(
  where: string,
  name: string,
  options: T,
  keys: { readonly [K in keyof T]-?: true },
): void {
  const rule = `${name} must be an object with keys of ${Object.keys(keys).join(", ")}`;
  checkObject(where, rule, options);
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(keys, key));
  if (unknown !== undefined) throw new ValueError({ code: "OPTIONS", where, rule, got: `"${unknown}"` });
}

/**
 * Throws unless options are an object of any keys.
 *
 * @throws ValueError OPTIONS
 * @example
 * checkObject("area(options)", "options must be an object", { width: 3 }); // → undefined
 */
export function checkObject(where: string, rule: string, options: unknown): void {
  const isObject = typeof options === "object" && options !== null && !Array.isArray(options) && !isPromise(options);
  if (isObject) return;
  const fix = isPromise(options) ? { fix: AWAIT } : {};
  throw new ValueError({ code: "OPTIONS", where, rule, got: showValue(options), ...fix });
}

/**
 * Throws unless an argument is an object, or an instance of a class, that has what is asked of it; for callers that
 * TypeScript does not watch.
 *
 * @param rule - what it must be: "runtime must be a runtime"
 * @param members - keys without which it is something else
 * @param fix - what to do about it, unless it is a promise, which is to be awaited
 * @throws ValueError ARGUMENT
 * @example
 * checkArgument("mine(dataset)", "dataset must be a Dataset", { epoch: () => [] }, { members: ["epoch"] }); // → undefined
 */
export function checkArgument(
  where: string,
  rule: string,
  value: unknown,
  { members = [], fix }: { readonly members?: readonly string[]; readonly fix?: string } = {},
): void {
  if (typeof value === "object" && value !== null && members.every((member) => member in value)) return;
  throw wrongArgument(where, rule, value, fix);
}

/**
 * Throws unless an argument is a list.
 *
 * @throws ValueError ARGUMENT
 * @example
 * checkList("sumOf(values)", "values must be a list", [1, 2]); // → undefined
 */
export function checkList(where: string, rule: string, value: unknown, fix?: string): void {
  if (!Array.isArray(value)) throw wrongArgument(where, rule, value, fix);
}

/**
 * Throws unless an argument is a text, a list or something else to go through.
 *
 * @throws ValueError ARGUMENT
 * @example
 * checkIterable("sumOf(values)", "values must be a list", new Set([1, 2])); // → undefined
 */
export function checkIterable(where: string, rule: string, value: unknown, fix?: string): void {
  const isIterable =
    typeof value === "string" || (typeof value === "object" && value !== null && Symbol.iterator in value);
  if (!isIterable) throw wrongArgument(where, rule, value, fix);
}

/**
 * Throws unless an argument is a function.
 *
 * @throws ValueError ARGUMENT
 * @example
 * checkFunction("repeat(step)", "step", () => 1); // → undefined
 */
export function checkFunction(where: string, name: string, value: unknown): void {
  if (typeof value !== "function") throw wrongArgument(where, `${name} must be a function`, value);
}

/**
 * An argument of another kind than the rule says.
 *
 * @example
 * wrongArgument("area(width)", "width must be a number", "3").message; // → "area(width): width must be a number, got \"3\"."
 */
export function wrongArgument(where: string, rule: string, value: unknown, fix?: string): ValueError {
  const shown = isPromise(value) ? AWAIT : fix;
  return new ValueError({
    code: "ARGUMENT",
    where,
    rule,
    got: showValue(value),
    ...(shown !== undefined && { fix: shown }),
  });
}

const AWAIT = "Await it";
