// Memory: one arena that only grows.
#pragma once

extern unsigned char __heap_base;
static uintptr_t top;
static void *alloc(long bytes) {
  if (!top) top = ((uintptr_t)&__heap_base + 63) & ~63ul;
  uintptr_t p = top;
  top += (bytes + 63) & ~63l;
  while (top + 65536 > __builtin_wasm_memory_size(0) * 65536ul)
    if (__builtin_wasm_memory_grow(0, 256) == (unsigned long)-1) __builtin_trap();
  return (void *)p;
}

static long total_bytes;
static float *fa(long n) {
  total_bytes += n * 4;
  return (float *)alloc((n + 16) * 4);
}

static void zero(float *p, long n) {
  v z = bc(0);
  long i = 0;
  for (; i + VL <= n; i += VL) st(p + i, z);
  for (; i < n; i++) p[i] = 0;
}
