/** Modules with imports, functions that call each other, and exports. */
import { expect, test } from "vitest";
import { ModuleBuilder } from "../../../src/codegen/wasm/module-builder.js";
import { InternalError } from "../../../src/errors.js";
import { instantiate, textOf } from "./run-function.js";

test("a module of nothing but memory", () => {
  const { exports, text } = instantiate(new ModuleBuilder());
  expect(Object.keys(exports)).toEqual([]);
  expect(text).toContain('(import "host" "memory" (memory (;0;) 1))');
});

test("imports, functions that call those before them, and exports by name", () => {
  const module = new ModuleBuilder();
  const twice = module.importFunction("twice", { parameters: ["f64"], results: ["f64"] });
  const note = module.importFunction("note", { parameters: ["i32", "i32"], results: [] });
  const inner = module.addFunction({ parameters: ["f64"], results: ["f64"] }, (f) => {
    f.get(f.parameters[0]!).call(twice).f64(1).op("f64.add");
  });
  const outer = module.addFunction({ parameters: ["f64"], results: ["f64"] }, (f) => {
    f.i32(3).i32(4).call(note).get(f.parameters[0]!).call(inner).call(inner);
  });
  module.exportFunction("outer", outer);
  module.exportFunction("inner", inner);
  const noted: number[][] = [];
  const { exports, text } = instantiate(module, {
    twice: (x) => 2 * x,
    note: (...numbers) => noted.push(numbers),
  });
  expect(Object.keys(exports).sort()).toEqual(["inner", "outer"]);
  expect((exports["outer"] as (x: number) => number)(5)).toBe(23);
  expect(noted).toEqual([[3, 4]]);
  // Signatures that are equal are one type.
  expect(text.match(/\(type \(;\d+;\) \(func/g)).toHaveLength(2);
});

test("an import after a function is a mistake of ours", () => {
  const module = new ModuleBuilder();
  module.addFunction({ parameters: [], results: [] }, () => undefined);
  expect(() => module.importFunction("late", { parameters: [], results: [] })).toThrow(InternalError);
});

test("a module of a thousand functions with hundreds of locals", () => {
  const module = new ModuleBuilder();
  for (let i = 0; i < 1000; i++) {
    module.addFunction({ parameters: [], results: ["i32"] }, (f) => {
      const types = ["i32", "v128", "f32", "f64"] as const;
      const locals = Array.from({ length: 200 }, (_, k) => f.local(types[k % 4]!));
      f.i32(i).set(locals[196]!).get(locals[196]!);
    });
  }
  expect(textOf(module.finish())).toContain("(func (;999;)");
});
