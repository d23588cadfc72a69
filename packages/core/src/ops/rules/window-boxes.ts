/** Boxes of windows and their elements that lie outside the padding: what loops over patches run over. */
import type { Shape } from "../../tensor/shape.js";
import type { Window } from "./window.js";

/** A range of indices: `count` of them from `start`. */
interface Range {
  readonly start: number;
  readonly count: number;
}

/** Along one axis: windows, and elements of each of them, that all lie inside the axis. */
interface AxisBox {
  readonly windows: Range;
  readonly elements: Range;
}

/** One box per spatial axis. */
export type WindowBox = readonly AxisBox[];

/**
 * Boxes that together hold every element of every window that is not in the padding, each once. Without padding it is
 * one box.
 *
 * @param size - the spatial axes
 * @param counts - how many windows there are along each
 */
export function windowBoxes(size: Shape, counts: Shape, window: Window): readonly WindowBox[] {
  return size.reduce<readonly WindowBox[]>(
    (boxes, extent, axis) =>
      axisBoxes(extent, counts[axis]!, axis, window).flatMap((last) => boxes.map((box) => [...box, last])),
    [[]],
  );
}

/** Window o reads element k at o stride + k dilation - before. */
function axisBoxes(extent: number, count: number, axis: number, window: Window): AxisBox[] {
  const [stride, dilation, kernel] = [window.stride[axis]!, window.dilation[axis]!, window.kernel[axis]!];
  const before = window.before[axis]!;
  /** The indices of [0, bound) that one step further each, from `first` on, stay in the axis. */
  const inside = (first: number, step: number, bound: number): Range => {
    const start = Math.min(Math.max(Math.ceil(-first / step), 0), bound);
    const stop = Math.min(Math.max(Math.floor((extent - 1 - first) / step) + 1, start), bound);
    return { start, count: stop - start };
  };
  const elementsOf = (o: number): Range => inside(o * stride - before, dilation, kernel);
  const windowsOf = (k: number): Range => inside(k * dilation - before, stride, count);
  const perElement = Array.from({ length: kernel }, (_, k) => ({
    windows: windowsOf(k),
    elements: { start: k, count: 1 },
  }));
  return fewer(perWindow(count, kernel, elementsOf), perElement).filter(
    ({ windows, elements }) => windows.count > 0 && elements.count > 0,
  );
}

/** Neighboring windows that read the same of their elements, together. */
function perWindow(count: number, kernel: number, elementsOf: (o: number) => Range): AxisBox[] {
  const boxes: AxisBox[] = [];
  for (let o = 0; o < count; o++) {
    const elements = elementsOf(o);
    const last = boxes.at(-1);
    if (last?.elements.start === elements.start && last.elements.count === elements.count) {
      boxes[boxes.length - 1] = { elements, windows: { start: last.windows.start, count: last.windows.count + 1 } };
    } else {
      boxes.push({ elements, windows: { start: o, count: 1 } });
    }
    // Boxes per element are fewer, and will be taken.
    if (boxes.length > kernel) break;
  }
  return boxes;
}

function fewer(a: AxisBox[], b: AxisBox[]): AxisBox[] {
  return a.length <= b.length ? a : b;
}
