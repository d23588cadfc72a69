/** How users describe a sliding window to convolution and pooling: numbers for all axes or one each, and words for padding. */
import { ShapeError, ValueError } from "../../errors.js";
import { describe, type FloatNode } from "../../graph/node.js";
import type { Shape } from "../../tensor/shape.js";
import { spanOf, windowCounts, type Window } from "../rules/window.js";

/** How a window slides along one axis. */
export interface WindowOptions1d {
  /** Distance between the starts of two windows, ≥ 1. */
  readonly stride?: number;
  /**
   * Elements added on both sides, ≥ 0; "valid" (default): none; "same": as many as make ⌈L / stride⌉ windows, one more at
   * the end if they are odd; "causal": all before the first element, so that a result sees nothing later.
   */
  readonly padding?: number | "valid" | "same" | "causal";
  /** Distance between two elements of a window, ≥ 1. Default 1. */
  readonly dilation?: number;
}

/** How a window slides along two axes: one number for both, or one for each. */
export interface WindowOptions2d {
  /** Distance between the starts of two windows, ≥ 1. */
  readonly stride?: number | readonly [number, number];
  /**
   * Elements added on both sides, ≥ 0; "valid" (default): none; "same": as many as make ⌈size / stride⌉ windows, one more
   * at the end if they are odd.
   */
  readonly padding?: number | readonly [number, number] | "valid" | "same";
  /** Distance between two elements of a window, ≥ 1. Default 1. */
  readonly dilation?: number | readonly [number, number];
}

/** Either of them. */
interface WindowOptions {
  readonly stride?: number | readonly number[];
  readonly padding?: number | readonly number[] | "valid" | "same" | "causal";
  readonly dilation?: number | readonly number[];
}

/** The window, checked against x: every number in range, and at least one position. */
export function resolveWindow(where: string, x: FloatNode, kernel: Shape, options: WindowOptions): Window {
  const { stride = 1, padding = "valid", dilation = 1 } = options;
  const perAxis = (value: number | readonly number[]): readonly number[] =>
    typeof value === "number" ? kernel.map(() => value) : value;
  const unpadded = { kernel, stride: perAxis(stride), dilation: perAxis(dilation) };
  const window = {
    ...unpadded,
    ...(typeof padding === "string"
      ? namedPadding(where, x.shape.slice(1, -1), unpadded, padding)
      : { before: perAxis(padding), after: perAxis(padding) }),
  };
  windowCounts(where, x.shape, `x = ${describe(x)}`, window);
  return window;
}

type Padding = Pick<Window, "before" | "after">;

function namedPadding(where: string, size: Shape, window: Omit<Window, keyof Padding>, word: string): Padding {
  const none = size.map(() => 0);
  if (word === "valid") return { before: none, after: none };
  const spans = size.map((_, axis) => spanOf(window, axis));
  if (word === "causal" && size.length === 1) return { before: spans.map((span) => span - 1), after: none };
  if (word === "same") {
    const totals = size.map((extent, axis) => {
      const count = Math.ceil(extent / window.stride[axis]!);
      return Math.max((count - 1) * window.stride[axis]! + spans[axis]! - extent, 0);
    });
    return {
      before: totals.map((total) => Math.floor(total / 2)),
      after: totals.map((total) => Math.ceil(total / 2)),
    };
  }
  throw new ValueError({
    code: "WINDOW_PADDING",
    where,
    rule: `padding must be a whole number ≥ 0, "valid"${size.length === 1 ? ', "same" or "causal"' : ' or "same"'}`,
    got: `"${word}"`,
  });
}

/** Throws ShapeError WINDOW_INPUT unless x is f32 `[N, ...spatial axes, C]`. */
export function checkLayout(where: string, name: string, x: FloatNode, axes: readonly string[]): void {
  if ((x.dtype as string) === "f32" && x.shape.length === axes.length) return;
  throw new ShapeError({
    code: "WINDOW_INPUT",
    where,
    rule: `${name} must be f32[${axes.join(", ")}]`,
    got: `${name} = ${describe(x)}`,
  });
}
