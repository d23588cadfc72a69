/** A random graph as text: a counterexample is read as lines, not as nested nodes. */
import { printGraph, type NdArray, type Node } from "@unfold/core";

/** The graph of the results and the values of its inputs. */
export function describeGraph(
  results: Node | Readonly<Record<string, Node>>,
  values: Readonly<Record<string, NdArray>>,
): string {
  const fed = Object.entries(values).map(([name, { data }]) => `${name} = [${data.join(", ")}]`);
  return ["", printGraph(results), ...fed].join("\n");
}
