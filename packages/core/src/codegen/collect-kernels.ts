/** What a general op says through `KernelEmitter`, as kernels. */
import { InternalError } from "../errors.js";
import type { KernelTypes, LoopEmitter, Position } from "../graph/emitter.js";
import { signature, type Attrs, type GeneralOp } from "../graph/op.js";
import type { DType } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import { asExpression, asLoad, expressionBuilder } from "./lane-expression.js";
import type { Access, LoopNest, Store } from "./loop-nest.js";
import { collectProcedure } from "./procedure/collect-procedure.js";
import type { Procedure } from "./procedure/procedure.js";

/**
 * The kernels that compute a general op, to be run one after the other. Operands 0 to n - 1 are the inputs and n is the
 * output, all contiguous. Loops over nothing are left out.
 *
 * @throws InternalError if the op is not compiled to kernels of its own: its `emit` is "kernel" or "host".
 */
export function collectKernels(op: GeneralOp, types: KernelTypes, attrs: Attrs): readonly (LoopNest | Procedure)[] {
  const { emit } = op;
  if (typeof emit === "string") throw new InternalError("codegen", `${signature(op)} has no kernels of its own`);
  const { inputs, output } = types;
  const operands = [...inputs, output].map(({ dtype }) => dtype);
  const kernels: (LoopNest | Procedure)[] = [];
  const loop = (shape: readonly number[], body: (e: LoopEmitter) => void): void => {
    if (sizeOf(shape) === 0) return;
    kernels.push({ kind: "loop-nest", shape, operands, stores: storesOf(body, operands) });
  };
  emit(
    {
      fill: (value) => {
        loop([sizeOf(output.shape)], (e) => {
          e.store({ constant: 0, strides: [1] }, e.constant(value, output.dtype));
        });
      },
      loop,
      procedure: (body) => {
        if (sizeOf(output.shape) > 0) kernels.push(collectProcedure(body, operands));
      },
    },
    types,
    attrs,
  );
  return kernels;
}

/** The stores of a loop's body; the last operand is the output. */
function storesOf(body: (e: LoopEmitter) => void, operands: readonly DType[]): readonly Store[] {
  const builder = expressionBuilder();
  const stores: Store[] = [];
  const output = operands.length - 1;
  body({
    ...builder,
    load: (input, position) => builder.load(accessOf(input, position), operands[input]!),
    store: (position, value) => {
      stores.push({ access: accessOf(output, position), value: asExpression(value), mode: { kind: "set" } });
    },
    accumulate: (position, value) => {
      stores.push({ access: accessOf(output, position), value: asExpression(value), mode: { kind: "accumulate" } });
    },
  });
  return stores;
}

function accessOf(operand: number, { constant, strides, indirect = [] }: Position): Access {
  return {
    operand,
    constant,
    strides,
    indirect: indirect.map(({ index, stride, extent }) => ({ index: asLoad(index), stride, extent })),
  };
}
