/** How elementwise operations are written in books. An operation that is not listed is written as a function of its name. */
import type { AnyOp, Attrs } from "../graph/op.js";
import { absOp } from "../ops/abs.js";
import { addOp } from "../ops/add.js";
import { castOp } from "../ops/cast.js";
import { equalOp, greaterEqualOp, greaterOp, lessEqualOp, lessOp, notEqualOp } from "../ops/comparisons.js";
import { divOp } from "../ops/div.js";
import { logOp } from "../ops/log.js";
import { logicalAndOp, logicalNotOp, logicalOrOp, logicalXorOp } from "../ops/logical.js";
import { maximumOp } from "../ops/maximum.js";
import { minimumOp } from "../ops/minimum.js";
import { mulOp } from "../ops/mul.js";
import { negOp } from "../ops/neg.js";
import { powOp } from "../ops/pow.js";
import { reciprocalOp } from "../ops/reciprocal.js";
import { selectOp } from "../ops/select.js";
import { sigmoidOp } from "../ops/sigmoid.js";
import { sqrtOp } from "../ops/sqrt.js";
import { squareOp } from "../ops/square.js";
import { subOp } from "../ops/sub.js";
import { negative, numberOf, powerOf, productOf, quotientOf, sumOf } from "./build-formula.js";
import type { Formula, Relation } from "./formula.js";

/** The formula of an op applied to the formulas of its operands. */
type Notation = (...operands: readonly Formula[]) => Formula;

const relation =
  (sign: Relation): Notation =>
  (left, right) => ({ kind: "relation", relation: sign, left: left, right: right });

const named =
  (name: string): Notation =>
  (...operands) => ({ kind: "call", name, arguments: operands });

const NOTATIONS: ReadonlyMap<AnyOp, Notation> = new Map<AnyOp, Notation>([
  [addOp, (a, b) => sumOf([a, b])],
  [subOp, (a, b) => sumOf([a, negative(b)])],
  [negOp, (x) => negative(x)],
  [mulOp, (a, b) => productOf([a, b])],
  [divOp, (a, b) => quotientOf(a, b)],
  [reciprocalOp, (x) => quotientOf(numberOf(1), x)],
  [squareOp, (x) => powerOf(x, numberOf(2))],
  [sqrtOp, (x) => powerOf(x, numberOf(0.5))],
  [powOp, (a, b) => powerOf(a, b)],
  [absOp, named("abs")],
  [logOp, named("ln")],
  [sigmoidOp, named("σ")],
  [maximumOp, named("max")],
  [minimumOp, named("min")],
  [equalOp, relation("=")],
  [notEqualOp, relation("≠")],
  [lessOp, relation("<")],
  [lessEqualOp, relation("≤")],
  [greaterOp, relation(">")],
  [greaterEqualOp, relation("≥")],
  [logicalAndOp, relation("∧")],
  [logicalOrOp, relation("∨")],
  [logicalXorOp, relation("⊕")],
  [logicalNotOp, named("¬")],
  [selectOp, (condition, a, b) => choiceOf(condition, a, b)],
]);

/** What is written with signs between its operands. */
const ARITHMETIC: ReadonlySet<AnyOp> = new Set<AnyOp>([
  addOp,
  divOp,
  mulOp,
  negOp,
  powOp,
  reciprocalOp,
  sqrtOp,
  squareOp,
  subOp,
]);

/** What an elementwise op makes of one element of each operand. */
export function writeElementwise(op: AnyOp, attrs: Attrs, operands: readonly Formula[]): Formula {
  const notation = NOTATIONS.get(op);
  if (notation !== undefined) return notation(...operands);
  // Only a number that loses its fraction is another one afterwards.
  if (op === (castOp as AnyOp) && attrs["dtype"] === "f32") return operands[0]!;
  const settings = Object.values(attrs).filter((setting) => typeof setting === "number");
  return { kind: "call", name: op.name, arguments: [...operands, ...settings.map(numberOf)] };
}

/** Whether the op is written as a function or a choice, which another one inside makes hard to read. */
export function isWrittenAsFunction(op: AnyOp): boolean {
  if (op.kind === "reduction") return op.derivative.kind !== "linear";
  return op.kind === "elementwise" && op !== (castOp as AnyOp) && !ARITHMETIC.has(op);
}

function choiceOf(condition: Formula, chosen: Formula, otherwise: Formula): Formula {
  const isSame = chosen.kind === "number" && otherwise.kind === "number" && chosen.value === otherwise.value;
  return isSame ? chosen : { kind: "choice", condition, chosen, otherwise };
}
