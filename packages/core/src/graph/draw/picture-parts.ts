/** What a drawing of a graph shows, whatever draws it: boxes with text, arrows, and columns of boxes. */
import type { Node } from "../node.js";

/** How a box looks: a leaf by its role, an operation, or a result. */
export type BoxKind = "input" | "param" | "state" | "constant" | "placeholder" | "operation" | "result";

/** A box with one or more lines of text. */
export interface Box {
  readonly id: string;
  readonly kind: BoxKind;
  readonly lines: readonly string[];
}

/** An arrow between boxes. A delayed one leads to a later time step. */
export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
  readonly isDelayed?: boolean;
}

/** Boxes that belong together, such as one time step. */
export interface Column {
  readonly title: string;
  readonly boxes: readonly string[];
}

/** Everything a drawing shows. */
export interface Picture {
  readonly title: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  readonly columns: readonly Column[];
}

/** The boxes and arrows of the nodes that outputs depend on, and the id of each node's box. */
export interface Drawing {
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** The steps of scans. */
  readonly columns: readonly Column[];
  readonly idOf: ReadonlyMap<Node, string>;
}

/** What to draw of a graph. */
export interface DrawOptions {
  /** Whether to draw constants, and movements of data of them. Default false. */
  readonly constants?: boolean;
  /** Nodes to draw as inputs under these names, without what they are made from. */
  readonly leaves?: ReadonlyMap<Node, string>;
  /** What to write on the arrow from a node to a node that reads it; nothing if undefined. */
  readonly edgeText?: (from: Node, to: Node) => string | undefined;
}
