/** Profile mode: how long every part of a program took, by the clock of the host. */
import type { Node } from "../graph/node.js";
import { scanBodyOf } from "../graph/scan-body.js";
import { now } from "./clock.js";

/** One kernel of a program, or one node of the interpreter's, over all its calls. */
export interface ProfileRow {
  /** What ran: `matmul 32×128×256`, `map [32, 128] 12 operations`, `host argsort`; the op's name on the interpreter. */
  readonly kernel: string;
  /** The node it computes, the last of several: its label, or else its op. */
  readonly node: string;
  readonly op: string;
  /** The loops around it, outermost first: `scan 1 ×50`. */
  readonly path: readonly string[];
  readonly calls: number;
  /** Of all calls together. */
  readonly milliseconds: number;
  /** Operations on f32 elements, of all calls together; 0 for what runs on the host or the interpreter, which does not count them. */
  readonly flops: number;
  /** Billions of them per second. */
  readonly gflops: number;
  /** Of the time of all rows, from 0 to 1. */
  readonly share: number;
}

/** What a row says of its kernel, before it runs. */
export interface ProfiledPiece {
  readonly kernel: string;
  readonly node: Node;
  readonly path: readonly string[];
  /** Of one call. */
  readonly flops: number;
}

/** Adds up times: from one mark to the next belongs to the piece that the next one names. */
export class Profiler {
  readonly #pieces: ProfiledPiece[] = [];
  readonly #milliseconds: number[] = [];
  readonly #calls: number[] = [];
  readonly #scans = new Map<Node, number>();
  #last = 0;

  /** Registers a piece; its number. */
  add(piece: ProfiledPiece): number {
    this.#milliseconds.push(0);
    this.#calls.push(0);
    return this.#pieces.push(piece) - 1;
  }

  /** A run begins. */
  start(): void {
    this.#last = now();
  }

  /** The piece has run. */
  mark(piece: number): void {
    const time = now();
    this.#milliseconds[piece]! += time - this.#last;
    this.#calls[piece]!++;
    this.#last = time;
  }

  /** Forgets all times. */
  reset(): void {
    this.#milliseconds.fill(0);
    this.#calls.fill(0);
  }

  /** `scan 2 ×50`: how paths name a scan. */
  nameOf(scan: Node): string {
    const number = this.#scans.get(scan) ?? this.#scans.size + 1;
    this.#scans.set(scan, number);
    const { steps, reverse } = scanBodyOf(scan)!.step;
    return `${scan.label ?? "scan"} ${number} ×${steps}${reverse ? " backwards" : ""}`;
  }

  /** The rows in the order of the program. */
  rows(): ProfileRow[] {
    const total = this.#milliseconds.reduce((sum, some) => sum + some, 0);
    return this.#pieces.map(({ kernel, node, path, flops: once }, i) => {
      const [milliseconds, calls] = [this.#milliseconds[i]!, this.#calls[i]!];
      const flops = once * calls;
      return {
        kernel,
        node: node.label ?? node.op.name,
        op: node.op.name,
        path,
        calls,
        milliseconds,
        flops,
        gflops: milliseconds > 0 ? flops / milliseconds / 1e6 : 0,
        share: total > 0 ? milliseconds / total : 0,
      };
    });
  }
}
