/** Rules that need to look at a node and what it reads only; each says why it changes no bit. */
import { rewriting, type Pass } from "./pass.js";
import { firstOf, type Rule } from "./pattern.js";
import { arithmeticRules } from "./rules/arithmetic-rules.js";
import { broadcastRules } from "./rules/broadcast-rules.js";
import { choiceRules } from "./rules/choice-rules.js";
import { joinRules } from "./rules/join-rules.js";
import { matmulRules } from "./rules/matmul-rules.js";
import { viewRules } from "./rules/view-rules.js";

/** All exact rules, in the order in which they are tried. */
export const exactRules: readonly Rule[] = [
  ...arithmeticRules,
  ...choiceRules,
  ...viewRules,
  ...joinRules,
  ...broadcastRules,
  ...matmulRules,
];

/** Applies the exact rules. */
export const simplifyAlgebra: Pass = rewriting("simplify-algebra", firstOf(exactRules));
