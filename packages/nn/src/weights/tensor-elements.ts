/** How the tensors of a mapping lie: their shape, and their elements from and to our leaves. */
import { sizeOf, type Shape, type TypedArrayOf } from "@unfold/core";
import type { GateOrder, WeightMapping } from "./weight-layout.js";

/** The shape of each tensor of a mapping with leaves. */
export function tensorShape({ leaves, axes }: WeightMapping): Shape {
  const shape = stackedShape(leaves);
  return axes?.map((axis) => shape[axis]!) ?? shape;
}

type Elements = TypedArrayOf<"f32">;

/** The elements of leaves in the order of a tensor. */
export function tensorElements(mapping: WeightMapping, leaves: readonly Elements[]): Elements {
  const ours = stacked(leaves);
  const theirs = ours.slice();
  const places = placesOf(mapping);
  for (let i = 0; i < theirs.length; i++) theirs[i] = ours[places[i]!]!;
  return theirs;
}

/** The elements of a tensor in the order of each leaf. */
export function leafElements(mapping: WeightMapping, theirs: Elements): Elements[] {
  const ours = theirs.slice();
  const places = placesOf(mapping);
  for (let i = 0; i < theirs.length; i++) ours[places[i]!] = theirs[i]!;
  const size = ours.length / mapping.leaves.length;
  return mapping.leaves.map((_, i) => ours.slice(i * size, (i + 1) * size));
}

/** At the higher precision, if they have two. */
function stacked(leaves: readonly Elements[]): Elements {
  const [first] = leaves;
  if (leaves.length === 1) return first!;
  const size = leaves.length * first!.length;
  const all = leaves.some((leaf) => leaf instanceof Float64Array) ? new Float64Array(size) : new Float32Array(size);
  leaves.forEach((leaf, i) => {
    all.set(leaf, i * first!.length);
  });
  return all;
}

/** For each element of a tensor, row-major, its place in the stacked leaves. */
function placesOf({ leaves, axes, gates }: WeightMapping): Int32Array {
  const shape = stackedShape(leaves);
  const last = shape.length - 1;
  let places = Int32Array.of(0);
  for (const axis of axes ?? shape.keys()) {
    const extent = shape[axis]!;
    const stride = sizeOf(shape.slice(axis + 1));
    const order = axis === last && gates !== undefined ? columnsOf(extent, gates) : [...Array(extent).keys()];
    const next = new Int32Array(places.length * extent);
    for (let i = 0; i < places.length; i++)
      for (let j = 0; j < extent; j++) next[i * extent + j] = places[i]! + order[j]! * stride;
    places = next;
  }
  return places;
}

/** The shape of leaves upon each other; of a single one, its own. */
export function stackedShape(leaves: WeightMapping["leaves"]): Shape {
  const { shape } = leaves[0]!;
  return leaves.length === 1 ? shape : [leaves.length, ...shape];
}

/** Our column of each of theirs. */
function columnsOf(extent: number, { ours, theirs }: GateOrder): number[] {
  const units = extent / ours.length;
  return theirs.flatMap((gate) => Array.from({ length: units }, (_, i) => ours.indexOf(gate) * units + i));
}
