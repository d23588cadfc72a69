/** Anything that came where something else was wanted, in a few words for an error. */

/** Keys of an object that are shown. */
const SHOWN_KEYS = 6;
/** Characters of a text that are shown. */
const SHOWN_CHARACTERS = 40;

/** `undefined`, `"adam"`, `a list of 3`, `a promise`, `a node, f32[2, 3]`, `an object with keys of name, apply`. */
export function showValue(value: unknown): string {
  if (typeof value === "object" && value !== null) return showObject(value);
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  return String(value);
}

function showObject(value: object): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isPromise(value)) return "a promise";
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (ArrayBuffer.isView(value) && "length" in value) return `${articled(kind)} of ${String(value.length)}`;
  if (kind !== "Object") return articled(kind);
  if (isTyped(value)) {
    const { dtype, shape } = value.type;
    return `${"op" in value ? "a node" : "an array"}, ${dtype}[${shape.join(", ")}]`;
  }
  const keys = Object.keys(value);
  if (keys.length === 0) return "an object without keys";
  return `an object with keys of ${keys.slice(0, SHOWN_KEYS).join(", ")}${keys.length > SHOWN_KEYS ? ", …" : ""}`;
}

/** Whether somebody forgot to `await` it. */
export function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function articled(kind: string): string {
  return `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** A node or an array on the host. */
function isTyped(
  value: object,
): value is { readonly type: { readonly dtype: string; readonly shape: readonly number[] } } {
  if (!("type" in value) || typeof value.type !== "object" || value.type === null) return false;
  return "dtype" in value.type && "shape" in value.type && Array.isArray(value.type.shape);
}

function shortened(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
