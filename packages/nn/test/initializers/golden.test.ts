/** Initializers to the last bit, in Node. */
import { expect, test } from "vitest";
import { goldens, valuesOf } from "./golden.js";

test.each([...goldens])("$title: every bit is known", (golden) => {
  expect(valuesOf(golden)).toEqual(golden.values);
});
