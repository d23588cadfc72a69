/** Labels as losses and metrics of classes read them. */
import { checkRange, select, type BoolNode, type IntNode } from "@unfold/core";

/**
 * The labels, with class 0 where the mask is false, so that labels of padding may be any number. Elsewhere one that is no
 * class stops the program, with an error that says where it stands.
 *
 * @shapes labels: i32[...S], mask: bool[...S] -> i32[...S]
 * @param where - how errors call the loss or the metric
 * @param classes - how many there are
 * @throws ValueError INDEX_RANGE, when run
 */
export function labelsInRange(where: string, labels: IntNode, classes: number, mask?: BoolNode): IntNode {
  const counted = mask === undefined ? labels : select(mask, labels, 0);
  return checkRange(counted, classes, {
    where,
    subject: "every label",
    fix: "Leave out what does not count with a mask, or make room for more classes",
  });
}
