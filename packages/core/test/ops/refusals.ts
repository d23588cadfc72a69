/** Error cases of operations with two operands. */
import { constant, type Operand } from "@unfold/core";
import type { ErrorCase } from "@unfold/testkit";

type Build = (a: Operand<never>, b: Operand<never>) => unknown;

/** f of truth values must be refused. */
export function booleanPairRefused(name: string, build: Build): ErrorCase {
  return {
    title: `${name} of truth values`,
    build: () => build(constant([true], "bool") as never, constant([false], "bool") as never),
    code: "DTYPE_NOT_ACCEPTED",
    message: `${name}(a, b): the dtype must be f32 or i32, got a = bool[1] and b = bool[1]. Convert it: cast(node, "f32").`,
  };
}

/** f of an f32 and an i32 node must be refused by an operation that takes no integers at all. */
export function integerPairRefused(name: string, build: Build): ErrorCase {
  return {
    title: `${name} of f32 and i32`,
    build: () => build(constant([1]) as never, constant([1], "i32") as never),
    code: "DTYPE_NOT_ACCEPTED",
    message: `${name}(a, b): the dtype must be f32, got a = f32[1] and b = i32[1]. Convert it: cast(node, "f32").`,
  };
}
