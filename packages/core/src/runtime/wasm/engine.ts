/** What is used of the engine's WebAssembly: published sources are compiled without the names of Node or browsers. */

/** Memory that compiled code and JavaScript share; a new buffer after it has grown. */
export interface EngineMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** A compiled module. */
export type EngineModule = object;

/** A module with its imports. */
export interface EngineInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

/** The global `WebAssembly`. */
export interface Engine {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => EngineMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => EngineModule;
  readonly Instance: new (module: EngineModule, imports: object) => EngineInstance;
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<EngineModule>;
  instantiate(module: EngineModule, imports: object): Promise<EngineInstance>;
}

/** What the engine was told to do that compiled code must fit; made by the switches of `@unfold/core/node`. */
export interface EngineSettings {
  /** Neighboring vectors of four become one of eight. */
  readonly revectorized?: boolean;
}

/** The engine's WebAssembly; undefined where there is none. */
export function engine(): Engine | undefined {
  return (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
}
