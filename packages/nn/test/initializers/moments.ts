/** Sample moments, and how far they may be from the true ones. */
import { initialValue, type Shape } from "@unfold/core";
import { initializedParam, type Initializer } from "@unfold/nn";

/** Standard errors between a sample moment and the true one: chance exceeds it once in two million. */
const STANDARD_ERRORS = 5;

/** Mean and variance of a sample. */
export interface Moments {
  readonly mean: number;
  readonly variance: number;
}

/** The elements of a parameter with a fixed seed. */
export function sample(initializer: Initializer, shape: Shape): Float64Array {
  return Float64Array.from(initialValue(initializedParam("sample", shape, initializer, 1)).data);
}

/** Mean and variance. */
export function moments(elements: Float64Array): Moments {
  const mean = average(elements);
  return { mean, variance: average(elements.map((element) => (element - mean) ** 2)) };
}

/**
 * How far mean and variance of a sample may be from the true ones.
 *
 * @param kurtosis - fourth central moment over the squared variance: 9/5 of a uniform, 3 of a normal distribution
 */
export function tolerances(variance: number, kurtosis: number, size: number): Moments {
  return {
    mean: STANDARD_ERRORS * Math.sqrt(variance / size),
    variance: STANDARD_ERRORS * variance * Math.sqrt((kurtosis - 1) / size),
  };
}

function average(elements: Float64Array): number {
  return elements.reduce((total, element) => total + element, 0) / elements.length;
}
