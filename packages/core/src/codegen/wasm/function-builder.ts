/** One WebAssembly function: typed locals, instructions by name, structured loops. Writes bytes as it goes. */
import { InternalError } from "../../errors.js";
import { ByteWriter } from "./byte-writer.js";
import {
  MEMORY,
  PLAIN,
  SATURATING,
  SIMD,
  SIMD_LANE,
  SIMD_LANE_MEMORY,
  SIMD_MEMORY,
  VALUE_TYPES,
  type LaneMemoryName,
  type LaneName,
  type MemoryName,
  type PlainName,
  type ValueType,
} from "./instructions.js";

/** A local or parameter of one function. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** What a call needs to know of a function. */
export interface FunctionReference {
  readonly index: number;
}

/** Parameters and results of a function. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

const EMPTY_BLOCK = 0x40;

/** Builds the body of a function. Instructions take and leave operands on WebAssembly's stack, as in the text format. */
export class FunctionBuilder {
  readonly signature: Signature;
  readonly parameters: readonly Local[];
  readonly #locals: ValueType[];
  readonly #free = new Map<ValueType, Local[]>();
  readonly #code = new ByteWriter();
  readonly #parameterCount: number;
  #depth = 0;

  constructor(signature: Signature) {
    this.signature = signature;
    this.#locals = [...signature.parameters];
    this.#parameterCount = signature.parameters.length;
    this.parameters = signature.parameters.map((type, index) => ({ index, type }));
  }

  /** A local; one that was freed, if there is one: its value is garbage. */
  local(type: ValueType): Local {
    const free = this.#free.get(type)?.pop();
    return free ?? { index: this.#locals.push(type) - 1, type };
  }

  /** Lets a later `local` of this type use the same one. */
  free(...locals: readonly Local[]): void {
    for (const local of locals) {
      const list = this.#free.get(local.type);
      if (list === undefined) this.#free.set(local.type, [local]);
      else list.push(local);
    }
  }

  get(local: Local): this {
    return this.#indexed(0x20, local.index);
  }

  set(local: Local): this {
    return this.#indexed(0x21, local.index);
  }

  tee(local: Local): this {
    return this.#indexed(0x22, local.index);
  }

  i32(value: number): this {
    this.#code.byte(0x41);
    this.#code.signed(value);
    return this;
  }

  f32(value: number): this {
    this.#code.byte(0x43);
    this.#code.f32(value);
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44);
    this.#code.f64(value);
    return this;
  }

  /** A vector of four equal f32 or i32. */
  splat(dtype: "f32" | "i32", value: number): this {
    const lanes = dtype === "f32" ? new Float32Array(4).fill(value) : new Int32Array(4).fill(value);
    return this.v128(new Uint8Array(lanes.buffer));
  }

  /** A vector of 16 bytes. */
  v128(bytes: Uint8Array): this {
    this.#simd(12);
    this.#code.bytes(bytes);
    return this;
  }

  /** An instruction without immediate operands. */
  op(name: PlainName): this {
    if (name in PLAIN) this.#code.byte(PLAIN[name as keyof typeof PLAIN]);
    else if (name in SATURATING) {
      this.#code.byte(0xfc);
      this.#code.unsigned(SATURATING[name as keyof typeof SATURATING]);
    } else this.#simd(SIMD[name as keyof typeof SIMD]);
    return this;
  }

  /** A load or store; the address (and the value to store) are on the stack. Alignment is a hint: a smaller one never fails. */
  memory(name: MemoryName, offset = 0): this {
    if (name in MEMORY) {
      const [code, alignment] = MEMORY[name as keyof typeof MEMORY];
      this.#code.byte(code);
      return this.#memoryArgument(alignment, offset);
    }
    const [code, alignment] = SIMD_MEMORY[name as keyof typeof SIMD_MEMORY];
    this.#simd(code);
    return this.#memoryArgument(name === "v128.load" || name === "v128.store" ? 2 : alignment, offset);
  }

  /** A load into, or store of, one lane; the address and the vector are on the stack. */
  laneMemory(name: LaneMemoryName, lane: number, offset = 0): this {
    const [code, alignment] = SIMD_LANE_MEMORY[name];
    this.#simd(code);
    this.#memoryArgument(Math.min(alignment, 2), offset);
    this.#code.byte(lane);
    return this;
  }

  /** Extracts or replaces a lane. */
  lane(name: LaneName, lane: number): this {
    this.#simd(SIMD_LANE[name]);
    this.#code.byte(lane);
    return this;
  }

  /** Bytes of two vectors by number, 0 to 31. */
  shuffle(bytes: readonly number[]): this {
    this.#simd(13);
    this.#code.bytes(bytes);
    return this;
  }

  /** Copies bytes: destination, source and count are on the stack. */
  memoryCopy(): this {
    this.#code.bytes([0xfc, 10, 0, 0]);
    return this;
  }

  /** Fills bytes: destination, byte and count are on the stack. */
  memoryFill(): this {
    this.#code.bytes([0xfc, 11, 0]);
    return this;
  }

  call({ index }: FunctionReference): this {
    return this.#indexed(0x10, index);
  }

  /** Runs `body`; `exit` inside it leaves the block (a branch), `exitIf` if the i32 on the stack is not 0. */
  block(body: (exits: Exits) => void): this {
    return this.#nested(0x02, body);
  }

  /** Runs `body` once; `exit` inside it starts again. */
  loop(body: (exits: Exits) => void): this {
    return this.#nested(0x03, body);
  }

  /** Takes an i32 from the stack. */
  if(then: () => void, otherwise?: () => void): this {
    this.#code.byte(0x04);
    this.#code.byte(EMPTY_BLOCK);
    this.#depth++;
    then();
    if (otherwise !== undefined) {
      this.#code.byte(0x05);
      otherwise();
    }
    this.#depth--;
    this.#code.byte(0x0b);
    return this;
  }

  /**
   * Counts `counter` (i32) from 0 up to `limit` in steps; the body runs while counter < limit. Nothing runs if limit is 0.
   * A limit that is not a multiple of the step must be a local's business: the last run starts below it.
   */
  count(counter: Local, limit: number | Local, step: number, body: () => void): this {
    if (typeof limit === "number" && limit <= 0) return this;
    this.i32(0).set(counter);
    const loop = (): void => {
      this.loop(({ exitIf }) => {
        body();
        this.get(counter).i32(step).op("i32.add").tee(counter);
        if (typeof limit === "number") this.i32(limit);
        else this.get(limit);
        this.op("i32.lt_s");
        exitIf();
      });
    };
    if (typeof limit === "number") loop();
    else this.get(limit).i32(0).op("i32.gt_s").if(loop);
    return this;
  }

  /** The function as the code section holds it, without its size. */
  finish(): ByteWriter {
    if (this.#depth !== 0) throw new InternalError("FunctionBuilder", "a block left open");
    const body = new ByteWriter();
    const declared = this.#locals.slice(this.#parameterCount);
    const groups: { type: ValueType; count: number }[] = [];
    for (const type of declared) {
      const last = groups.at(-1);
      if (last?.type === type) last.count++;
      else groups.push({ type, count: 1 });
    }
    body.unsigned(groups.length);
    for (const { type, count } of groups) {
      body.unsigned(count);
      body.byte(VALUE_TYPES[type]);
    }
    body.bytes(this.#code.result());
    body.byte(0x0b);
    return body;
  }

  #nested(code: number, body: (exits: Exits) => void): this {
    this.#code.byte(code);
    this.#code.byte(EMPTY_BLOCK);
    const depth = ++this.#depth;
    const branch = (instruction: number) => (): void => {
      this.#indexed(instruction, this.#depth - depth);
    };
    body({ exit: branch(0x0c), exitIf: branch(0x0d) });
    this.#depth--;
    this.#code.byte(0x0b);
    return this;
  }

  #indexed(code: number, index: number): this {
    this.#code.byte(code);
    this.#code.unsigned(index);
    return this;
  }

  #simd(code: number): void {
    this.#code.byte(0xfd);
    this.#code.unsigned(code);
  }

  #memoryArgument(alignment: number, offset: number): this {
    this.#code.unsigned(alignment);
    this.#code.unsigned(offset);
    return this;
  }
}

/** Branches to a block's end, or a loop's start. */
export interface Exits {
  readonly exit: () => void;
  /** Takes an i32 from the stack. */
  readonly exitIf: () => void;
}
