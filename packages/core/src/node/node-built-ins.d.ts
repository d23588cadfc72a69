/** What is used of Node's built-ins: published sources are compiled without Node's types, so that nothing else is used. */
declare module "node:v8" {
  /** Changes how V8 works. An unknown flag is only reported on the standard error stream. */
  export function setFlagsFromString(flags: string): void;
}

declare module "node:process" {
  /** The processor: `x64`, `arm64`, … */
  export const arch: string;
  export const versions: { readonly v8: string };
}
