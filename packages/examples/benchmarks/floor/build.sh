#!/bin/sh
# Builds static_rnn.wasm and static_relaxed.wasm. Needs clang 16 and lld 16 (Debian: clang-16, lld-16).
set -eu
cd "$(dirname "$0")"
compile() {
  "${CLANG:-clang-16}" --target=wasm32 -O3 -msimd128 -fno-math-errno -nostdlib -mbulk-memory -fno-builtin-memset \
    -Wl,--no-entry -Wl,--export-dynamic -Wl,--export-memory -Wl,-z,stack-size=65536 -Wl,--strip-all static_rnn.c "$@"
}
compile -o static_rnn.wasm
compile -mrelaxed-simd -DRELAXED -o static_relaxed.wasm
chmod 644 ./*.wasm
