/** Initializers to the last bit, in a browser: the same values as in Node. */
import { expect, test } from "vitest";
import { goldens, valuesOf } from "./golden.js";

test.each([...goldens])("$title: every bit is as in Node", (golden) => {
  expect(valuesOf(golden)).toEqual(golden.values);
});
