// Matrix products: weights packed into panels, a kernel that holds a block of the result in registers; products of a
// vector.
#pragma once

static long psz(long K, long N) { return (N + NR - 1) / NR * NR * K; }
static void pack(const float *B, long ldb, int K, int N, float *P) {
  for (int n = 0; n < N; n += NR) {
    int w = N - n < NR ? N - n : NR;
    if (w == NR)
      for (int k = 0; k < K; k++, P += NR) {
        UNROLL for (int j = 0; j < NV; j++) st(P + j * VL, ld(B + k * ldb + n + j * VL));
      }
    else
      for (int k = 0; k < K; k++, P += NR) {
        for (int j = 0; j < w; j++) P[j] = B[k * ldb + n + j];
        for (int j = w; j < NR; j++) P[j] = 0;
      }
  }
}

static void packT(const float *W, long ldw, int K, int N, float *P) { /* B[k][n]=W[n][k] */
  for (int n = 0; n < N; n += NR) {
    int w = N - n < NR ? N - n : NR;
    for (int k = 0; k < K; k++, P += NR) {
      for (int j = 0; j < w; j++) P[j] = W[(long)(n + j) * ldw + k];
      for (int j = w; j < NR; j++) P[j] = 0;
    }
  }
}

#define KERNEL(NAME, R)                                                                                                \
  static inline __attribute__((always_inline)) void NAME(int K, const float *A, long rs, long cs, const float *P,      \
                                                         float *C, long ldc, int w, int acc) {                         \
    v c[R][NV];                                                                                                        \
    UNROLL for (int i = 0; i < R; i++) UNROLL for (int j = 0; j < NV; j++) c[i][j] = bc(0);                            \
    NOUNROLL for (int k = 0; k < K; k++) {                                                                             \
      v b[NV];                                                                                                         \
      UNROLL for (int j = 0; j < NV; j++) b[j] = ld(P + j * VL);                                                       \
      P += NR;                                                                                                         \
      UNROLL for (int i = 0; i < R; i++) {                                                                             \
        v a = bc(A[i * rs]);                                                                                           \
        UNROLL for (int j = 0; j < NV; j++) c[i][j] = fma_(a, b[j], c[i][j]);                                          \
      }                                                                                                                \
      A += cs;                                                                                                         \
    }                                                                                                                  \
    if (w == NR) {                                                                                                     \
      UNROLL for (int i = 0; i < R; i++) UNROLL for (int j = 0; j < NV; j++) {                                         \
        float *d = C + i * ldc + j * VL;                                                                               \
        st(d, acc ? c[i][j] + ld(d) : c[i][j]);                                                                        \
      }                                                                                                                \
    } else UNROLL for (int i = 0; i < R; i++) {                                                                        \
        float t[NR];                                                                                                   \
        UNROLL for (int j = 0; j < NV; j++) st(t + j * VL, c[i][j]);                                                   \
        for (int j = 0; j < w; j++) C[i * ldc + j] = (acc ? C[i * ldc + j] : 0) + t[j];                                \
      }                                                                                                                \
  }
KERNEL(kM, MR);
KERNEL(k2, 2);
KERNEL(k1, 1);

static void gemm(int M, int N, int K, const float *A, long rs, long cs, const float *P, float *C, long ldc, int acc) {
  for (int n = 0; n < N; n += NR, P += (long)K * NR) {
    int w = N - n < NR ? N - n : NR, m = 0;
    for (; m + MR <= M; m += MR) kM(K, A + m * rs, rs, cs, P, C + m * ldc + n, ldc, w, acc);
    for (; m + 2 <= M; m += 2) k2(K, A + m * rs, rs, cs, P, C + m * ldc + n, ldc, w, acc);
    for (; m < M; m++) k1(K, A + m * rs, rs, cs, P, C + m * ldc + n, ldc, w, acc);
  }
}

static float *PK; // scratch for packing activations in weight-gradient GEMMs
static void gemmTN(int Ko, int N, long R, const float *A, long lda, const float *B, long ldb,
                   float *C) { /* C[Ko,N] = A[R,Ko]^T B[R,N], blocked over R */
  const int KB = 256;
  for (long r = 0; r < R; r += KB) {
    int kb = R - r < KB ? R - r : KB;
    pack(B + r * ldb, ldb, kb, N, PK);
    gemm(Ko, N, kb, A + r * lda, 1, lda, PK, C, N, r > 0);
  }
}

static void gemv(int K, int N, const float *x, const float *W, float *y) { /* y[N] += x[K] W[K][N] */
  int n = 0;
  for (; n + GR <= N; n += GR) {
    v a[GP];
    UNROLL for (int j = 0; j < GP; j++) a[j] = ld(y + n + j * VL);
    NOUNROLL for (int k = 0; k < K; k++) {
      v b = bc(x[k]);
      const float *w = W + (long)k * N + n;
      UNROLL for (int j = 0; j < GP; j++) a[j] = fma_(b, ld(w + j * VL), a[j]);
    }
    UNROLL for (int j = 0; j < GP; j++) st(y + n + j * VL, a[j]);
  }
  for (; n + 2 * VL <= N; n += 2 * VL) {
    v a0 = ld(y + n), a1 = ld(y + n + VL), b0 = bc(0), b1 = bc(0);
    int k = 0;
    for (; k + 1 < K; k += 2) {
      const float *w = W + (long)k * N + n;
      v p = bc(x[k]), q = bc(x[k + 1]);
      a0 = fma_(p, ld(w), a0);
      a1 = fma_(p, ld(w + VL), a1);
      b0 = fma_(q, ld(w + N), b0);
      b1 = fma_(q, ld(w + N + VL), b1);
    }
    for (; k < K; k++) {
      const float *w = W + (long)k * N + n;
      v p = bc(x[k]);
      a0 = fma_(p, ld(w), a0);
      a1 = fma_(p, ld(w + VL), a1);
    }
    st(y + n, a0 + b0);
    st(y + n + VL, a1 + b1);
  }
  for (; n + VL <= N; n += VL) {
    v a = ld(y + n);
    for (int k = 0; k < K; k++) a = fma_(bc(x[k]), ld(W + (long)k * N + n), a);
    st(y + n, a);
  }
  for (; n < N; n++) {
    float s = y[n];
    for (int k = 0; k < K; k++) s += x[k] * W[(long)k * N + n];
    y[n] = s;
  }
}

static void gemvp(int K, int N, const float *x, const float *P, float *y) { /* W packed in GR panels, N%GR==0 */
  for (int n = 0; n < N; n += GR) {
    v a[GP];
    UNROLL for (int j = 0; j < GP; j++) a[j] = ld(y + n + j * VL);
    NOUNROLL for (int k = 0; k < K; k++, P += GR) {
      v b = bc(x[k]);
      UNROLL for (int j = 0; j < GP; j++) a[j] = fma_(b, ld(P + j * VL), a[j]);
    }
    UNROLL for (int j = 0; j < GP; j++) st(y + n + j * VL, a[j]);
  }
}

static void dot_rows(int K, int N, const float *x, const float *Wm, float *y) { /* y[k] = sum_n W[k][n] x[n] */
  for (int k = 0; k < K; k += 2) {
    int two = k + 1 < K;
    const float *a = Wm + (long)k * N, *b = two ? a + N : a;
    v s0 = bc(0), s1 = bc(0), u0 = bc(0), u1 = bc(0);
    int n = 0;
    for (; n + 2 * VL <= N; n += 2 * VL) {
      v p = ld(x + n), q = ld(x + n + VL);
      s0 = fma_(ld(a + n), p, s0);
      u0 = fma_(ld(a + n + VL), q, u0);
      s1 = fma_(ld(b + n), p, s1);
      u1 = fma_(ld(b + n + VL), q, u1);
    }
    s0 += u0;
    s1 += u1;
    float f0 = 0, f1 = 0;
    for (int j = 0; j < VL; j++) {
      f0 += s0[j];
      f1 += s1[j];
    }
    for (; n < N; n++) {
      f0 += a[n] * x[n];
      f1 += b[n] * x[n];
    }
    y[k] = f0;
    if (two) y[k + 1] = f1;
  }
}
