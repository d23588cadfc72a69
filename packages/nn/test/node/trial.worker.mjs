// Threads have no loader for TypeScript by themselves.
import { register } from "tsx/esm/api";

register();
await import("./trial.ts");
