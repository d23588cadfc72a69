/**
 * The op contract: everything Unfold knows about an operation, in one object literal. A missing field or a wrong number
 * of cotangents is a compile error. Shared code asks an op for its kind; it never compares names.
 */
import type { DType } from "../tensor/dtype.js";
import type { NdArray } from "../tensor/nd-array.js";
import type { TensorType } from "../tensor/tensor-type.js";
import type { EmitKernel, EmitLane, EmitReduction } from "./emitter.js";
import type { FloatNode, Node } from "./node.js";
import type { ScanAttrs, ScanBody, ScanResult, ScanStep } from "./scan-body.js";

/** A static setting of a node. Functions (custom gradients) cannot be written to JSON. */
export type AttrValue =
  number | string | boolean | readonly number[] | NdArray | ScanBody | ((...args: never) => unknown) | undefined;
/** Static settings of a node by name. */
export type Attrs = Readonly<Record<string, AttrValue>>;
/** For ops without settings. */
export type NoAttrs = Readonly<Record<string, never>>;

/** What a type rule may look at. The nodes are there for their labels; only their types may decide. */
export interface TypeContext<I extends readonly Node[] = readonly Node[], A extends Attrs = Attrs> {
  readonly op: AnyOp;
  readonly inputs: I;
  readonly attrs: A;
}

/** The inputs as derivative rules see them: rules run only for f32 outputs, where every input that may be f32 is. */
export type Differentiated<I extends readonly Node[]> = {
  readonly [K in keyof I]: I[K] extends Node<infer D> ? ("f32" extends D ? FloatNode : I[K]) : never;
};

/** What a derivative rule may look at. */
export interface RuleContext<I extends readonly Node[] = readonly Node[], A extends Attrs = Attrs> {
  readonly inputs: Differentiated<I>;
  readonly attrs: A;
  /** The node itself, for rules that are shorter in terms of the result. */
  readonly output: FloatNode;
}

/** For a vjp rule: also the derivative of the loss with respect to the output. */
export interface VjpContext<I extends readonly Node[] = readonly Node[], A extends Attrs = Attrs> extends RuleContext<
  I,
  A
> {
  readonly cotangent: FloatNode;
}

/** For a jvp rule: also the forward derivative of each input; undefined where it is zero. */
export interface JvpContext<I extends readonly Node[] = readonly Node[], A extends Attrs = Attrs> extends RuleContext<
  I,
  A
> {
  readonly tangents: readonly (FloatNode | undefined)[];
}

/** One entry per input; null where no derivative flows. */
export type PerInput<I extends readonly Node[], V> = { readonly [K in keyof I]: V | null };

/**
 * How an operation is differentiated, in the shortest true form.
 * - `partials`: elementwise; ∂output/∂input per input. vjp = cotangent · partial, jvp = Σ partial · tangent.
 * - `linear`: linear in all its f32 inputs together; jvp = the op applied to the tangents.
 * - `multilinear`: linear in each f32 input by itself; jvp = Σ the op with one input replaced by its tangent.
 * - `rules`: both rules written out.
 * - `none`: the output is not differentiable; a path ends here.
 */
export type Derivative<I extends readonly Node[] = readonly Node[], A extends Attrs = Attrs> =
  | { readonly kind: "partials"; partials(context: RuleContext<I, A>): PerInput<I, FloatNode | number> }
  | { readonly kind: "linear" | "multilinear"; vjp(context: VjpContext<I, A>): PerInput<I, FloatNode> }
  | {
      readonly kind: "rules";
      vjp(context: VjpContext<I, A>): PerInput<I, FloatNode>;
      jvp(context: JvpContext<I, A>): FloatNode | undefined;
    }
  | { readonly kind: "none" };

/** Formula and origin, printed in the operation reference. */
export interface OpDoc {
  /** One line: `tanh(x) = (e^x - e^-x) / (e^x + e^-x)`. */
  readonly formula: string;
  /** Author, year, equation; for anything not in a school book. */
  readonly source?: string;
}

interface OpIdentity<D extends DType, I extends readonly Node[], A extends Attrs> {
  readonly name: string;
  /** Names of the inputs as errors print them; one per input. */
  readonly parameters: readonly string[];
  /** Whether the last parameter stands for any number of inputs. */
  readonly isVariadic?: boolean;
  /** The type of the output; throws ShapeError or DTypeError. */
  inferType(context: TypeContext<I, A>): TensorType<D>;
  readonly doc: OpDoc;
}

interface OpCommon<D extends DType, I extends readonly Node[], A extends Attrs> extends OpIdentity<D, I, A> {
  readonly derivative: Derivative<I, A>;
}

/** A value that comes from outside the graph. */
export interface LeafOp<A extends Attrs = Attrs, I extends readonly Node[] = []> extends OpCommon<DType, I, A> {
  readonly kind: "leaf";
  /** Fed with each run, trained, carried from run to run, fixed, or standing for a value of a folded graph's step. */
  readonly role: "input" | "param" | "state" | "constant" | "placeholder";
}

/** One scalar function applied to every element. Inputs have equal shapes: builders insert broadcasts. */
export interface ElementwiseOp<
  D extends DType = DType,
  I extends readonly Node[] = readonly Node[],
  A extends Attrs = NoAttrs,
> extends OpCommon<D, I, A> {
  readonly kind: "elementwise";
  /** The function, in f64; truth values are 0 and 1. Made once per node from its attrs. */
  reference(attrs: A, dtype: DType): (...elements: number[]) => number;
  /** How compiled code computes it; "host": by calling the reference for every element. */
  readonly emit: EmitLane<A> | "host";
}

/** A walk over the input's elements: output element i is input element offset + Σ index(axis) · stride(axis). */
export interface StridedView {
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Elements moved, not changed: the output is a strided view of the only input. */
export interface ViewOp<A extends Attrs = Attrs, I extends readonly Node[] = [Node]> extends OpCommon<DType, I, A> {
  readonly kind: "view";
  view(input: TensorType, output: TensorType, attrs: A): StridedView;
}

/** Elements of some axes combined into one; the axes are dropped. */
export interface ReductionOp<
  D extends DType = DType,
  I extends readonly Node[] = [Node],
  A extends Attrs = ReductionAttrs,
> extends OpCommon<D, I, A> {
  readonly kind: "reduction";
  /** The value of an empty reduction; undefined if there is none. */
  readonly identity: number | undefined;
  combine(accumulator: number, element: number): number;
  /** How compiled code combines elements. */
  readonly emit: EmitReduction;
}

/** Axes a reduction removes, ascending. */
export type ReductionAttrs = Readonly<{ axes: readonly number[] }>;

/** How the error calls indices that an op looks at on behalf of another function. */
export interface IndexWords {
  /** The function: `crossEntropy(logits, labels)`. */
  readonly where: string;
  /** What must be in range: `every label`. */
  readonly subject: string;
  /** What to do. */
  readonly fix: string;
  /** What index 0 is called: 1 of lengths, of which one less is looked at. Default 0. */
  readonly first?: number;
}

/** Anything else: its reference fills the output from the inputs with plain loops. */
export interface GeneralOp<
  D extends DType = DType,
  I extends readonly Node[] = readonly Node[],
  A extends Attrs = Attrs,
> extends OpCommon<D, I, A> {
  readonly kind: "general";
  /** The axis along which the output is the inputs one after the other, for an op that does nothing else. */
  joinAxis?(attrs: A): number;
  /** `at` says which node and where, for the error about a value that cannot be known when the graph is built. */
  reference(inputs: { readonly [K in keyof I]: NdArray }, output: NdArray, attrs: A, at: () => string): void;
  /** Of an op that looks at indices on behalf of another function: how errors call them. */
  indexWords?(attrs: A): IndexWords;
  /** How it is compiled; "kernel": the code generator has its own; "host": the reference runs between compiled code. */
  readonly emit: EmitKernel<A> | "kernel" | "host";
}

/** Pairs of a node and something that belongs to it: a cotangent, a tangent. */
export type NodePairs = readonly (readonly [node: FloatNode, value: FloatNode])[];

/** What the derivative rules of a scan may look at. */
interface ScanRuleContext {
  readonly step: ScanStep;
  readonly inputs: readonly Node[];
}

/** Reverse mode through a scan, for all its results at once. */
export interface ScanVjpContext extends ScanRuleContext {
  /** The results that have a cotangent; no two are the same value. */
  readonly results: readonly ScanResult[];
  /** One per result. */
  readonly cotangents: readonly FloatNode[];
  /** Per input, whether its cotangent is asked for. */
  readonly isActive: readonly boolean[];
  /** Per input, what the cotangent of an invariant goes on from, as a sum over steps; undefined for zeros. */
  readonly seeds: readonly (FloatNode | undefined)[];
  /**
   * The cotangents of nodes of one graph, summed over several outputs, each together with its seed if it has one;
   * undefined where no derivative flows.
   */
  readonly vjp: (
    outputs: NodePairs,
    wrt: readonly FloatNode[],
    seeds: ReadonlyMap<Node, FloatNode>,
  ) => (FloatNode | undefined)[];
}

/** Forward mode through a scan, for all its results at once. */
export interface ScanJvpContext extends ScanRuleContext {
  readonly results: readonly ScanResult[];
  /** One per input; undefined where it is zero. */
  readonly tangents: readonly (FloatNode | undefined)[];
  /** The tangents of several nodes of one graph; undefined where they are zero. */
  readonly jvp: (nodes: readonly Node[], directions: NodePairs) => (FloatNode | undefined)[];
}

/**
 * A step repeated T times, given by the setting `body`; its inputs are the sequences, the initial values and the
 * invariants of the step, in this order. A scan has several results and no value of its own: its type is a dummy,
 * f32[0], and what it yields is read by nodes of kind `result`.
 */
export interface ScanOp<A extends Attrs = ScanAttrs> extends OpIdentity<"f32", readonly Node[], A> {
  readonly kind: "scan";
  readonly derivative: {
    readonly kind: "scan";
    /** One cotangent per input, or null where none flows or none was asked for. */
    vjp(context: ScanVjpContext): readonly (FloatNode | null)[];
    /** One tangent per result; undefined where it is zero. */
    jvp(context: ScanJvpContext): readonly (FloatNode | undefined)[];
  };
}

/** One of the results of its only input, a scan: a cotangent goes to the scan, a tangent comes from it. */
export interface ResultOp<
  A extends Attrs = Readonly<{ index: number }>,
  I extends readonly Node[] = [Node],
> extends OpIdentity<DType, I, A> {
  readonly kind: "result";
  readonly derivative: { readonly kind: "result" };
}

/** An operation of any kind, its inputs and attributes erased: the one erased type of the project. */
export type AnyOp =
  | LeafOp<Attrs, readonly Node[]>
  | ElementwiseOp<DType, readonly Node[], Attrs>
  | ViewOp<Attrs, readonly Node[]>
  | ReductionOp<DType, readonly Node[], Attrs>
  | GeneralOp<DType, readonly Node[]>
  | ScanOp<Attrs>
  | ResultOp<Attrs, readonly Node[]>;

/** `matmul(a, b)`: how errors name an op. */
export function signature(op: AnyOp): string {
  return `${op.name}(${op.parameters.join(", ")})`;
}
