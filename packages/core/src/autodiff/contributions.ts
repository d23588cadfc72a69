/** What the cotangents of nodes are made of, as it arrives; sums over the steps of scans that go on from each other. */
import type { FloatNode, Node } from "../graph/node.js";
import { computedBy, scanBodyOf, type ScanBody, type ScanStep } from "../graph/scan-body.js";
import { topologicalOrder } from "../graph/walk.js";
import { add } from "../ops/add.js";
import { accumulate } from "./accumulate.js";

/** The contributions to every node of a graph. */
export class Contributions {
  readonly #lists = new Map<Node, FloatNode[]>();
  readonly #seeds: Map<Node, FloatNode>;
  /** The scans whose steps were added up in a contribution. */
  readonly #sums = new Map<FloatNode, ScanStep>();

  /** @param seeds - what the cotangents of some nodes are added to */
  constructor(seeds: ReadonlyMap<Node, FloatNode>) {
    this.#seeds = new Map(seeds);
  }

  has(node: Node): boolean {
    return this.#lists.has(node);
  }

  add(node: Node, contribution: FloatNode): void {
    const list = this.#lists.get(node);
    if (list === undefined) this.#lists.set(node, [contribution]);
    else list.push(contribution);
  }

  /**
   * What the steps of a scan may add their contributions to: the node's seed, or what the steps that follow in the same
   * recurrence added up. So the sum has one order, however the recurrence is cut.
   */
  seedOf(node: Node, body: ScanBody): FloatNode | undefined {
    return this.#seeds.get(node) ?? this.#continued(node, body);
  }

  /** Adds a contribution that takes the place of the seed. */
  addSum(node: Node, contribution: FloatNode, body: ScanBody): void {
    const replaced = this.#seeds.has(node) ? undefined : this.#continued(node, body);
    this.#seeds.delete(node);
    this.#lists.set(node, [...(this.#lists.get(node) ?? []).filter((one) => one !== replaced), contribution]);
    this.#sums.set(contribution, body.step);
  }

  /** All of a node's contributions together. */
  take(node: Node): FloatNode {
    const seed = this.#seeds.get(node);
    const total = accumulate(this.#lists.get(node)!);
    this.#lists.delete(node);
    return seed === undefined ? total : add(seed, total);
  }

  #continued(node: Node, body: ScanBody): FloatNode | undefined {
    if (!body.step.recompute) return undefined;
    return this.#lists.get(node)?.findLast((one) => {
      const later = this.#sums.get(one);
      return later !== undefined && isOneRecurrence(body, later);
    });
  }
}

/** Whether the steps of one scan hold a scan that reads through the same placeholders as the other. */
function isOneRecurrence(segments: ScanBody, rest: ScanStep): boolean {
  const reads = new Set(varyingReads(rest));
  const bodies = bodiesInside(segments);
  return bodies.some((body) => varyingReads(body.step).some((node) => reads.has(node)));
}

function varyingReads({ sequences, delays }: ScanStep): Node[] {
  return [...sequences, ...delays.map(({ placeholder }) => placeholder)];
}

function bodiesInside(body: ScanBody): ScanBody[] {
  return topologicalOrder(computedBy(body)).flatMap((node) => scanBodyOf(node) ?? []);
}
