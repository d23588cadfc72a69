/** Random loop nests on every target against a plain evaluation, bit for bit where the order of operations is given. */
import fc from "fast-check";
import { describe, test } from "vitest";
import { choices } from "./choose.js";
import { chooseNest, type Kind } from "./choose-nest.js";
import { emitNest, validate } from "./compile-nest.js";
import { expectAgreement } from "./expect-agreement.js";
import { TARGETS } from "./targets.js";

describe.each(TARGETS)("%s", (_, target) => {
  test.each<Kind>(["set", "reduce", "accumulate"])("random nests that %s", (kind) => {
    const isTame = kind !== "set";
    fc.assert(
      fc.property(fc.gen(), fc.integer(), (g, seed) => {
        expectAgreement(chooseNest(choices(g), kind), target, seed, isTame);
      }),
      { numRuns: 400 },
    );
  });

  test("modules are valid", () => {
    fc.assert(
      fc.property(fc.gen(), fc.constantFrom<Kind>("set", "reduce", "accumulate"), (g, kind) => {
        validate(emitNest(chooseNest(choices(g), kind).nest, target));
      }),
    );
  });
});
