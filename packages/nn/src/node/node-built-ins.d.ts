/** What is used of Node's built-ins: published sources are compiled without Node's types, so that nothing else is used. */
declare module "node:fs/promises" {
  export interface FileHandle {
    appendFile(data: string): Promise<void>;
    writeFile(data: Uint8Array | string): Promise<void>;
    sync(): Promise<void>;
    close(): Promise<void>;
  }
  export function mkdir(path: string, options: { readonly recursive: true }): Promise<string | undefined>;
  export function open(path: string, flags: "r" | "w" | "a"): Promise<FileHandle>;
  export function readdir(path: string): Promise<string[]>;
  export function readFile(path: string): Promise<Uint8Array>;
  export function readFile(path: string, encoding: "utf8"): Promise<string>;
  export function rename(from: string, to: string): Promise<void>;
  export function rm(path: string, options: { readonly force: true }): Promise<void>;
  export function stat(path: string): Promise<{ isFile(): boolean; isDirectory(): boolean }>;
}

declare module "node:path" {
  export function basename(path: string): string;
  export function dirname(path: string): string;
  export function join(...parts: string[]): string;
}

declare module "node:crypto" {
  export function randomUUID(): string;
}

declare module "node:process" {
  export const pid: number;
  export function kill(pid: number, signal: 0): true;
}

declare module "node:os" {
  export function availableParallelism(): number;
}

declare module "node:worker_threads" {
  /** This thread's end of what it and the thread that started it say to each other; null in the main thread. */
  export const parentPort: {
    on(event: "message", listener: (message: unknown) => void): void;
    postMessage(message: unknown): void;
  } | null;
  export class Worker {
    constructor(module: { readonly href: string }, options: { readonly execArgv?: readonly string[] });
    on(event: string, listener: (value: unknown) => void): void;
    off(event: string, listener: (value: unknown) => void): void;
    postMessage(message: unknown): void;
    terminate(): Promise<number>;
  }
}
