/** How many elements are drawn on the host. */
import { ShapeError, sizeOf, type Shape } from "@unfold/core";

/** 2 GiB of f32: the memory of WebAssembly, 4 GiB, has no room for its gradient beside more. */
const LARGEST_INITIAL = 2 ** 29;

/** Throws ShapeError PARAMETER_SIZE if a value would have more than 2^29 elements: drawing them would take minutes. */
export function checkInitialSize(path: string, shape: Shape): void {
  if (sizeOf(shape) <= LARGEST_INITIAL) return;
  throw new ShapeError({
    code: "PARAMETER_SIZE",
    where: `initializer of "${path}"`,
    rule: "the shape must have at most 2^29 elements",
    got: `[${shape.join(", ")}] with ${sizeOf(shape)}`,
    fix: "Make it of fewer units, or of several smaller layers",
    details: { path, shape },
  });
}
