/** Mazur's page and that of anotsorandomwalk.com, generated: every number they print is in the text that explains them. */
import { expect, test } from "vitest";
import { example as anotsorandomwalk } from "../../src/shelf/anotsorandomwalk/main.js";
import { example as mazur } from "../../src/shelf/mazur/main.js";
import { runQuietly } from "../../src/shelf/run-quietly.js";

test("the text has every number of Mazur's forward and backward pass", async () => {
  const { text } = await runQuietly(mazur, { updates: 2 });
  const numbers = new Set(text.match(/\d+\.\d+/g));
  const forward = ["0.3775", "0.593269992", "0.596884378", "1.105905967", "0.75136507", "0.772928465"];
  const errors = ["0.274811083", "0.023560026", "0.298371109"];
  const w5 = ["0.74136507", "0.186815602", "0.138498562", "0.082167041", "0.35891648"];
  const w1 = ["0.055399425", "0.036350306", "0.241300709", "0.000438568", "0.149780716"];
  const weights = ["0.408666186", "0.51130127", "0.561370121"];
  const printed = [...forward, ...errors, ...w5, ...w1, ...weights, "0.291027924"];
  expect(printed.filter((number) => !numbers.has(number))).toEqual([]);
});

test("the text follows his: products of the chain rule for w5 and w1, the sum at out_h1", async () => {
  const { text } = await runQuietly(mazur, { updates: 1 });
  for (const line of [
    "net_h1 = w1 · i1 + w2 · i2 + b1 = 0.15 · 0.05 + 0.2 · 0.1 + 0.35 = 0.3775",
    "E_o1 = 0.5 · (target_o1 - out_o1)^2 = 0.5 · (0.01 - 0.75136507)^2 = 0.274811083",
    "∂E_o1/∂out_o1 = -(target_o1 - out_o1) = -(0.01 - 0.75136507) = 0.74136507",
    "∂out_o1/∂net_o1 = out_o1 · (1 - out_o1) = 0.75136507 · (1 - 0.75136507) = 0.186815602",
    "∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5 = 0.74136507 · 0.186815602 · 0.593269992 = 0.082167041",
    "∂E/∂out_h1 = ∂E/∂net_o1 · ∂net_o1/∂out_h1 + ∂E/∂net_o2 · ∂net_o2/∂out_h1 = 0.055399425 - 0.019049118 = 0.036350306",
    "∂E/∂w1 = ∂E/∂out_h1 · ∂out_h1/∂net_h1 · ∂net_h1/∂w1 = 0.036350306 · 0.241300709 · 0.05 = 0.000438568",
  ])
    expect(text).toContain(`\n  ${line}\n`);
});

test("a bias that two units share gets the sum of what each passes back", async () => {
  const { text } = await runQuietly(anotsorandomwalk, { updates: 1 });
  expect(text).toContain(
    "\n  ∂E/∂b1 = ∂E/∂z_h1 · ∂z_h1/∂b1 + ∂E/∂z_h2 · ∂z_h2/∂b1 = 0.001983912 + 0.000404289 = 0.002388201\n",
  );
});
