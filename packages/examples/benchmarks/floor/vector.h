// Vectors of four floats, and exp, tanh and sigmoid of them.
#pragma once

#define VL 4         // lanes of a vector
#define MR 4         // rows of the block that a product's kernel holds
#define NV 2         // vectors per row of it
#define NR (NV * VL) // columns of it
#define GP 8         // vectors of a panel of the product with a vector
#define GR (GP * VL) // columns of such a panel

typedef float v __attribute__((vector_size(4 * VL)));
typedef float vu __attribute__((vector_size(4 * VL), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(4 * VL)));

static inline v ld(const float *p) { return (v) * (const vu *)p; }
static inline void st(float *p, v a) { *(vu *)p = (vu)a; }
static inline v bc(float x) { return (v){x, x, x, x}; }
#ifdef RELAXED
static inline v fma_(v a, v b, v c) { return (v)__builtin_wasm_relaxed_madd_f32x4(a, b, c); }
#else
static inline v fma_(v a, v b, v c) { return a * b + c; }
#endif
static inline v vmin(v a, v b) { return (v)wasm_f32x4_pmin((v128_t)a, (v128_t)b); }
static inline v vmax(v a, v b) { return (v)wasm_f32x4_pmax((v128_t)a, (v128_t)b); }
static inline v vround(v a) { return (v)wasm_f32x4_nearest((v128_t)a); }
static inline vi vtoi(v a) { return (vi)wasm_i32x4_trunc_sat_f32x4((v128_t)a); }
static inline v vsqrt(v a) { return (v)wasm_f32x4_sqrt((v128_t)a); }

#define UNROLL _Pragma("unroll")
#define NOUNROLL _Pragma("clang loop unroll(disable)")

static inline v vexp(v x) {
  x = vmax(vmin(x, bc(88.f)), bc(-87.f));
  v n = vround(x * bc(1.44269504f));
  v r = fma_(n, bc(-0.693359375f), x);
  r = fma_(n, bc(2.12194440e-4f), r);
  v p = bc(1.9875691500e-4f);
  p = fma_(p, r, bc(1.3981999507e-3f));
  p = fma_(p, r, bc(8.3334519073e-3f));
  p = fma_(p, r, bc(4.1665795894e-2f));
  p = fma_(p, r, bc(1.6666665459e-1f));
  p = fma_(p, r, bc(5.0000001201e-1f));
  p = fma_(p, r * r, r + bc(1.f));
  vi e = (vtoi(n) + 127) << 23;
  return p * (v)e;
}

static inline v vtanh(v x) {
  x = vmax(vmin(x, bc(7.90531110763549805f)), bc(-7.90531110763549805f));
  v x2 = x * x; // Eigen's rational approximation
  v p = bc(-2.76076847742355e-16f);
  p = fma_(p, x2, bc(2.00018790482477e-13f));
  p = fma_(p, x2, bc(-8.60467152213735e-11f));
  p = fma_(p, x2, bc(5.12229709037114e-08f));
  p = fma_(p, x2, bc(1.48572235717979e-05f));
  p = fma_(p, x2, bc(6.37261928875436e-04f));
  p = fma_(p, x2, bc(4.89352455891786e-03f));
  p = p * x;
  v q = bc(1.19825839466702e-06f);
  q = fma_(q, x2, bc(1.18534705686654e-04f));
  q = fma_(q, x2, bc(2.26843463243900e-03f));
  q = fma_(q, x2, bc(4.89352518554385e-03f));
  return p / q;
}

static inline v vsig(v x) { return fma_(vtanh(x * bc(.5f)), bc(.5f), bc(.5f)); }
static float logf_(float x) {
  union {
    float f;
    int32_t i;
  } u = {x};
  int e = (u.i >> 23) - 127;
  u.i = (u.i & 0x7fffff) | 0x3f800000;
  float m = u.f;
  if (m > 1.41421356f) {
    m *= .5f;
    e++;
  }
  float f = (m - 1) / (m + 1), f2 = f * f;
  return 2 * f * (1 + f2 * (.33333333f + f2 * (.2f + f2 * (.14285714f + f2 * .11111111f)))) + e * .69314718f;
}
