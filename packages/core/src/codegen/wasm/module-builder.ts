/** A WebAssembly module: imports, functions, exports, as bytes. */
import { InternalError } from "../../errors.js";
import { ByteWriter } from "./byte-writer.js";
import { FunctionBuilder, type FunctionReference, type Signature } from "./function-builder.js";
import { VALUE_TYPES } from "./instructions.js";

/** Collects the parts of a module. All imports come before the first function. */
export class ModuleBuilder {
  readonly #types: string[] = [];
  readonly #typeBytes: ByteWriter[] = [];
  readonly #imports: { readonly name: string; readonly type: number }[] = [];
  readonly #functions: { readonly type: number; readonly builder: FunctionBuilder }[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];

  /** A function that the host provides as `host.<name>`. */
  importFunction(name: string, signature: Signature): FunctionReference {
    if (this.#functions.length > 0) throw new InternalError("ModuleBuilder", "an import after a function");
    return { index: this.#imports.push({ name, type: this.#typeOf(signature) }) - 1 };
  }

  /** A function, written by `build`; it may call functions added before it. */
  addFunction(signature: Signature, build: (f: FunctionBuilder) => void): FunctionReference {
    const builder = new FunctionBuilder(signature);
    build(builder);
    const index = this.#functions.push({ type: this.#typeOf(signature), builder }) - 1;
    return { index: index + this.#imports.length };
  }

  exportFunction(name: string, { index }: FunctionReference): void {
    this.#exports.push({ name, index });
  }

  /** The module: imports `host.memory`, with at least one page. */
  finish(): Uint8Array<ArrayBuffer> {
    const out = new ByteWriter();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    section(out, 1, this.#typeBytes, (part, type) => {
      part.bytes(type.result());
    });
    section(out, 2, ["memory", ...this.#imports], (part, entry) => {
      part.text("host");
      if (typeof entry === "string") {
        part.text(entry);
        part.bytes([0x02, 0x00, 1]);
      } else {
        part.text(entry.name);
        part.byte(0x00);
        part.unsigned(entry.type);
      }
    });
    section(out, 3, this.#functions, (part, { type }) => {
      part.unsigned(type);
    });
    section(out, 7, this.#exports, (part, { name, index }) => {
      part.text(name);
      part.byte(0x00);
      part.unsigned(index);
    });
    section(out, 10, this.#functions, (part, { builder }) => {
      part.sized(builder.finish());
    });
    return out.result();
  }

  #typeOf({ parameters, results }: Signature): number {
    const key = `${parameters.join()}:${results.join()}`;
    const known = this.#types.indexOf(key);
    if (known >= 0) return known;
    const type = new ByteWriter();
    type.byte(0x60);
    for (const list of [parameters, results]) {
      type.unsigned(list.length);
      for (const value of list) type.byte(VALUE_TYPES[value]);
    }
    this.#typeBytes.push(type);
    return this.#types.push(key) - 1;
  }
}

function section<T>(
  out: ByteWriter,
  id: number,
  entries: readonly T[],
  write: (part: ByteWriter, entry: T) => void,
): void {
  if (entries.length === 0) return;
  const part = new ByteWriter();
  part.unsigned(entries.length);
  for (const entry of entries) write(part, entry);
  out.byte(id);
  out.sized(part);
}
