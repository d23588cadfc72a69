/** Forms that overflow, or lose digits, become those that do not. */
import { rewriting, type Pass } from "./pass.js";
import { firstOf } from "./pattern.js";
import { stableRules } from "./rules/stable-rules.js";

/** Applies the rules of stable forms; values come closer to the true ones, so other bits. */
export const stabilize: Pass = { ...rewriting("stabilize", firstOf(stableRules)), inexact: true };
