// What layers do besides products: biases, sums of columns, rectifiers, softmax with cross-entropy.
#pragma once

static void bias(float *Y, const float *b, long R, int N) {
  for (long r = 0; r < R; r++) {
    int j = 0;
    for (; j + VL <= N; j += VL) st(Y + r * N + j, ld(Y + r * N + j) + ld(b + j));
    for (; j < N; j++) Y[r * N + j] += b[j];
  }
}

static void colsum(const float *Y, long R, int N, float *o) {
  zero(o, N);
  for (long r = 0; r < R; r++) {
    int j = 0;
    for (; j + VL <= N; j += VL) st(o + j, ld(o + j) + ld(Y + r * N + j));
    for (; j < N; j++) o[j] += Y[r * N + j];
  }
}

static float softmax_ce(float *L, const int *y, long R,
                        int N) { /* in place: L <- dL = (softmax-onehot)/R, returns mean CE */
  double loss = 0;
  float ir = 1.f / R;
  for (long r = 0; r < R; r++) {
    float *p = L + r * N;
    float m = p[0];
    for (int j = 1; j < N; j++) m = p[j] > m ? p[j] : m;
    float s = 0, py = p[y[r]];
    int j = 0;
    v sv = bc(0);
    for (; j + VL <= N; j += VL) {
      v e = vexp(ld(p + j) - bc(m));
      st(p + j, e);
      sv += e;
    }
    for (int q = 0; q < VL; q++) s += sv[q];
    for (; j < N; j++) {
      float t[VL];
      st(t, vexp(bc(p[j] - m)));
      p[j] = t[0];
      s += t[0];
    }
    loss -= (py - m) - logf_(s);
    float k = ir / s;
    for (j = 0; j < N; j++) p[j] *= k;
    p[y[r]] -= ir;
  }
  return loss / R;
}

static void relu(float *p, long n) {
  for (long i = 0; i < n; i += VL) st(p + i, vmax(ld(p + i), bc(0)));
}

static void relug(float *d, const float *a, long n) {
  for (long i = 0; i < n; i++) d[i] = a[i] > 0 ? d[i] : 0;
}
