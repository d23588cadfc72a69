// What a compiler of whole graphs could emit, written by hand: a training step in one call, all memory planned ahead,
// the products with inputs and with the dense layer outside the loop over time, weight gradients as one product over
// all steps after it, and weights packed once per step.
#include <stdint.h>
#include <wasm_simd128.h>

#define EXPORT __attribute__((visibility("default"), used))

#include "vector.h"
#include "arena.h"
#include "products.h"
#include "rows.h"
#include "model.h"
#include "elman.h"
#include "lstm.h"
#include "gru.h"
#include "mlp.h"
#include "lstm-token.h"

EXPORT float step(void) { return kind == ELMAN ? elman() : kind == LSTM ? lstm() : kind == GRU ? gru() : mlp(); }
