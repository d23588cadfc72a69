/** Import directions: data flows one way, and so do imports. */
const core = "^packages/core/src/";
const only = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const group = (...folders) => `${core}(${folders.join("|")})`;
/** Rules by which folders of a package import only those that stand before them. */
const inOrder = (name, ...folders) =>
  folders.slice(0, -1).map((folder, i) => {
    const [source, later] = [`^packages/${name}/src/`, folders.slice(i + 1).join("|")];
    return only(
      `${name}-${folder}`,
      "Data flows one way.",
      { path: `${source}${folder}/` },
      { path: `${source}(${later})/` },
    );
  });

module.exports = {
  forbidden: [
    // A node points at its op, an op's rules take nodes, and a scan's setting is made of nodes; a lane's value is read at
    // indices that are lanes: one idea each, as types only.
    only(
      "no-circular",
      "A cycle has no reading order.",
      { pathNot: `${core}(graph/(node|op|scan-body)|codegen/(lane-expression|loop-nest))\\.ts$` },
      { circular: true },
    ),
    only(
      "packages-by-name",
      "Packages use each other's public names only.",
      { path: "^packages/([^/]+)/src/" },
      { path: "^packages/", pathNot: "^packages/($1/|[^/]+/src/(node/)?index\\.ts$)" },
    ),
    only(
      "core-stands-alone",
      "core imports no package.",
      { path: core },
      { path: "^packages/(nn|rnn|report|examples|testkit)/" },
    ),
    only(
      "nn-needs-core",
      "nn imports core only.",
      { path: "^packages/nn/src/" },
      { path: "^packages/(rnn|report|examples|testkit)/" },
    ),
    only(
      "rnn-needs-core-and-nn",
      "rnn imports core and nn only.",
      { path: "^packages/rnn/src/" },
      { path: "^packages/(report|examples|testkit)/" },
    ),
    only(
      "report-needs-core-and-nn",
      "report imports core and nn only.",
      { path: "^packages/report/src/" },
      { path: "^packages/(rnn|examples|testkit)/" },
    ),
    only(
      "published-without-dependencies",
      "Networks need nothing from outside; only their reports do.",
      { path: "^packages/(core|nn|rnn)/src/" },
      { dependencyTypes: ["npm", "npm-dev"], pathNot: "^packages/" },
    ),
    only(
      "built-ins-in-node",
      "Node's built-ins are for the folders node/.",
      { path: "^packages/(core|nn|rnn|report)/src/", pathNot: "^packages/(core|nn|report)/src/node/" },
      { dependencyTypes: ["core"] },
    ),
    only(
      "node-by-itself",
      "Nothing that browsers run imports a folder node/.",
      { path: "^packages/(core|nn|rnn|report)/src/", pathNot: "^packages/(core|nn|report)/src/node/" },
      { path: "^packages/(core|nn|report)/src/node/" },
    ),
    only(
      "node-after-runtime",
      "node/ ← runtime: it switches the engine and asks what came of it",
      { path: group("node/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "runtime/", "node/") },
    ),
    only(
      "errors-first",
      "errors.ts knows how values are shown, nothing else.",
      { path: `${core}(errors|show-value)\\.ts$` },
      { path: core, pathNot: `${core}show-value\\.ts$` },
    ),
    only(
      "tensor-after-errors",
      "tensor ← errors",
      { path: group("tensor/", "random/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "random/") },
    ),
    only(
      "graph-after-tensor",
      "graph ← tensor",
      { path: group("graph/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "graph/") },
    ),
    only(
      "ops-after-graph",
      "ops ← graph",
      { path: group("ops/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "random/", "graph/", "ops/") },
    ),
    only(
      "autodiff-after-ops",
      "autodiff ← ops",
      { path: group("autodiff/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "graph/", "ops/", "autodiff/") },
    ),
    only(
      "passes-after-ops",
      "passes ← ops; they neither differentiate nor run anything",
      { path: group("passes/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "graph/", "ops/", "passes/") },
    ),
    only(
      "passes-for-compile",
      "Only compile.ts runs passes, and explain/ unfolds scans with one; the package root names their reports.",
      { path: core, pathNot: group("index\\.ts", "compile\\.ts", "explain/", "passes/") },
      { path: group("passes/") },
    ),
    only(
      "codegen-after-graph",
      "codegen ← graph; it knows no single op",
      { path: group("codegen/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "graph/", "codegen/") },
    ),
    only(
      "runtime-after-codegen",
      "runtime ← codegen; it knows no single op",
      { path: group("runtime/") },
      { path: core, pathNot: group("errors\\.ts", "show-value\\.ts", "tensor/", "graph/", "codegen/", "runtime/") },
    ),
    only(
      "no-list-of-ops",
      "Only the package root, tests and tools see all ops at once.",
      { path: core, pathNot: `${core}index\\.ts$` },
      { path: `${core}ops/index\\.ts$` },
    ),
    only(
      "inspect-on-top",
      "Only the package root, and what makes several programs, import inspect/ and compile.ts.",
      { path: core, pathNot: group("index\\.ts", "specialize\\.ts", "inspect/", "explain/") },
      { path: group("inspect/", "compile\\.ts") },
    ),
    only(
      "explain-on-top",
      "Only the package root imports explain/.",
      { path: core, pathNot: group("index\\.ts", "explain/") },
      { path: group("explain/") },
    ),
    ...inOrder(
      "nn",
      ...["settings", "random", "initializers", "parameters", "layers", "losses", "schedules", "optimizers"],
      ...["checkpoints", "data", "metrics", "training", "weights", "search", "node"],
    ),
    ...inOrder(
      "rnn",
      ...["folded", "sequences", "unfold", "bptt", "diagnostics", "cells", "layers"],
      ...["dropout", "generation", "weights", "attention", "decoders"],
    ),
    only("no-deprecated", "A deprecated package or built-in will go away.", {}, { dependencyTypes: ["deprecated"] }),
    only("resolvable", "Every import must be found.", {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(dist|runs)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@unfold/source", "import", "node", "default"],
    },
  },
};
