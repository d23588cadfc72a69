/** Loops over patches and the elements they are read from. */
import type { KernelEmitter, LoopEmitter, Position } from "../../graph/emitter.js";
import { stridesOf, type Shape } from "../../tensor/shape.js";
import type { Window } from "./window.js";
import { windowBoxes, type WindowBox } from "./window-boxes.js";

/** An element of a patch, and where it is read from. */
type Pair = (e: LoopEmitter, patch: Position, element: Position) => void;

/**
 * Runs the body for every element of every patch that is not in the padding.
 *
 * @param tensor - what patches are read from, `[N, ...size, C]`
 * @param patches - `[N, ...counts, ...kernel, C]`
 */
export function loopOverPatches(e: KernelEmitter, tensor: Shape, patches: Shape, window: Window, body: Pair): void {
  const rank = window.kernel.length;
  for (const box of windowBoxes(tensor.slice(1, -1), patches.slice(1, 1 + rank), window)) {
    const patch = patchPosition(stridesOf(patches), box);
    const element = elementPosition(stridesOf(tensor), box, window);
    const windows = box.map(({ windows: { count } }) => count);
    const elements = box.map(({ elements: { count } }) => count);
    e.loop([patches[0]!, ...windows, ...elements, patches.at(-1)!], (loop) => {
      body(loop, patch, element);
    });
  }
}

/** Whether every element of every patch is outside the padding. */
export function isWithoutPadding(tensor: Shape, patches: Shape, window: Window): boolean {
  return tensor.slice(1, -1).every((extent, axis) => {
    const last = (patches[1 + axis]! - 1) * window.stride[axis]! + (window.kernel[axis]! - 1) * window.dilation[axis]!;
    return window.before[axis] === 0 && last < extent;
  });
}

function patchPosition(strides: readonly number[], box: WindowBox): Position {
  const starts = [0, ...box.map(({ windows }) => windows.start), ...box.map(({ elements }) => elements.start), 0];
  return { constant: starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0), strides };
}

function elementPosition(strides: readonly number[], box: WindowBox, { stride, dilation, before }: Window): Position {
  const spatial = strides.slice(1, -1);
  return {
    constant: box.reduce((sum, { windows, elements }, axis) => {
      const index = windows.start * stride[axis]! + elements.start * dilation[axis]! - before[axis]!;
      return sum + index * spatial[axis]!;
    }, 0),
    strides: [
      strides[0]!,
      ...spatial.map((step, axis) => step * stride[axis]!),
      ...spatial.map((step, axis) => step * dilation[axis]!),
      strides.at(-1)!,
    ],
  };
}
