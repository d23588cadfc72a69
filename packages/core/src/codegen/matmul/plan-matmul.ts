/** How a product is computed: which form, which tiles, which blocks, what is packed on the way. */
import type { MatmulKernel, MatrixLayout } from "../kernel.js";
import type { Target } from "../wasm/target.js";
import { normalized } from "./normalized.js";
import { bestPanels, panelGroups, type PanelGroup } from "./panels.js";
import { tuningOf, type MatmulTuning } from "./tuning.js";

/** Tiles of rows × panels, in blocks along the inner axis and the rows. */
export interface TilePlan {
  readonly form: "tiles";
  readonly groups: readonly PanelGroup[];
  /** Sizes that the tiles are chosen by. */
  readonly tuning: MatmulTuning;
  readonly innerBlock: number;
  readonly rowBlock: number;
  /** Copies tiles of A: its rows are far apart. */
  readonly packsA: boolean;
  /** Copies so many panels of B before they are used; 0 if it reads them as they lie. */
  readonly packedPanels: number;
  readonly scratch: number;
}

/** A form of the product. */
export type MatmulPlan =
  /** Nothing to compute, or no products to add: C = init. */
  | { readonly form: "none" | "init"; readonly scratch: 0 }
  /** One element at a time. */
  | { readonly form: "scalar"; readonly scratch: 0 }
  /** Products of rows of A and contiguous columns of B, four columns at a time. */
  | { readonly form: "dots"; readonly scratch: 0 }
  | TilePlan;

/** Floats of scratch room that the kernel takes as its last operand; 0 if it takes none. */
export function scratchFloats(kernel: MatmulKernel, target: Target): number {
  return planMatmul(normalized(kernel), target).scratch;
}

/** The plan of a normalized product. */
export function planMatmul(kernel: MatmulKernel, target: Target): MatmulPlan {
  const { rows, inner, columns, b } = kernel;
  if (rows === 0 || columns === 0) return { form: "none", scratch: 0 };
  if (inner === 0) return { form: "init", scratch: 0 };
  if (!target.simd || isBackwards(b)) return { form: "scalar", scratch: 0 };
  if (isDots(kernel)) return { form: "dots", scratch: 0 };
  const tuning = tuningOf(target);
  // Offsets within tiles cannot be negative: a backwards A is read one element after the other.
  return planTiles(kernel, isBackwards(kernel.a) ? { ...tuning, heights: tuning.heights.map(() => [1]) } : tuning);
}

function isBackwards(layout: MatrixLayout | "packed"): boolean {
  return layout !== "packed" && (layout.row < 0 || layout.column < 0);
}

/** Rows up to which dot products are faster than rearranging B. */
const DOT_ROWS = 3;

function isDots({ rows, a, b }: MatmulKernel): boolean {
  return b !== "packed" && b.row === 1 && b.column !== 1 && a.column === 1 && rows <= DOT_ROWS;
}

function planTiles(kernel: MatmulKernel, tuning: MatmulTuning): TilePlan {
  const { rows, inner, columns, b } = kernel;
  const packsA = isFarApart(kernel, tuning);
  const choice = packsA ? withOneHeight(rows, columns, tuning) : tuning;
  const panels = b === "packed" ? (kernel.panels ?? 1) : bestPanels(rows, columns, choice).panels;
  const groups = panelGroups(columns, panels);
  const widest = groups[0]!.vectors;
  const packsB = b !== "packed" && paysToPack(b, inner, rows, tuning);
  const isDirect = b !== "packed" && !packsB;
  const longest = Math.max(64, Math.floor((tuning.innerBlock * 2) / widest));
  const innerBlock = isDirect && !packsA ? inner : blockOf(inner, longest, 8);
  const mostRows = Math.min(tuning.blockRows, Math.floor(tuning.blockFloats / innerBlock));
  const rowBlock = blockOf(rows, Math.max(48, mostRows), 24);
  const panelFloats = 4 * widest * innerBlock;
  const most = Math.max(...groups.map(({ count }) => count));
  const packedPanels = packsB ? Math.min(most, Math.max(1, Math.floor(tuning.packFloats / panelFloats))) : 0;
  const scratch = packedPanels * panelFloats + (packsA ? rowBlock * innerBlock : 0);
  return { form: "tiles", groups, tuning, innerBlock, rowBlock, packsA, packedPanels, scratch };
}

/** Copied tiles of A suit panels of all widths: only widths that allow the height of the tiles are left. */
function withOneHeight(rows: number, columns: number, tuning: MatmulTuning): MatmulTuning {
  const highest = Math.max(...tuning.heights.flat());
  const choices = Array.from({ length: highest }, (_, i) => ({
    ...tuning,
    heights: tuning.heights.map((heights) => (heights.includes(i + 1) ? heights.filter((h) => h <= i + 1) : [])),
  }));
  const costs = choices.map((choice) => bestPanels(rows, columns, choice).cost);
  return choices[costs.indexOf(Math.min(...costs))]!;
}

/** Whether neighbors along A's rows are so far apart, and read so often, that tiles of A are better copied. */
function isFarApart({ rows, inner, columns, a }: MatmulKernel, { farFloats }: MatmulTuning): boolean {
  return a.row === 1 && a.column >= farFloats && inner >= 64 && rows >= 8 && columns >= 64;
}

/** Whether to copy each panel of B before its use, which is all but necessary unless its rows are contiguous. */
function paysToPack(b: MatrixLayout, inner: number, rows: number, { nearFloats }: MatmulTuning): boolean {
  return b.column !== 1 || b.row === 0 || (rows > 8 && inner * b.row > nearFloats);
}

/** The total, or parts of about equal size that are multiples of a step and not greater than `most`. */
function blockOf(total: number, most: number, step: number): number {
  if (total <= most) return total;
  const parts = Math.ceil(total / most);
  return Math.ceil(total / parts / step) * step;
}
