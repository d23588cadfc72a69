/** The public names of @unfold/core/node: switches of Node's engine, to be used before anything is compiled. */
export { enableRelaxedSimd } from "./relaxed-simd.js";
export type { RelaxedSimd } from "./relaxed-simd.js";
export { enableRevectorization } from "./revectorization.js";
export type { Revectorization } from "./revectorization.js";
