// The model: its sizes, parameters and buffers, and one update of the optimizer.
#pragma once

enum { ELMAN, LSTM, GRU, MLP, LSTMI };
static int kind, IN, H, T, B, OUT, TOK, opt;
static float lr;
static long step_no;
static float *W[8], *G[8], *M1[8], *M2[8];
static long PN[8];
static int nP;
static float *X, *Yf;
static int *XI, *YI;
static float *xw, *hs, *cs_, *ga, *tc, *dg, *dx2, *lg, *dhs, *dh, *dc, *pX, *pH, *pHT, *pY, *pYT, *pXT, *hw, *em, *dem;
static void par(long n) {
  W[nP] = fa(n);
  G[nP] = fa(n);
  M1[nP] = fa(n);
  M2[nP] = fa(n);
  PN[nP++] = n;
}

EXPORT float *param_ptr(int i) { return W[i]; }
EXPORT float *x_ptr(void) { return X; }
EXPORT int *xi_ptr(void) { return XI; }
EXPORT int *y_ptr(void) { return YI; }
EXPORT float *yf_ptr(void) { return Yf; }
EXPORT long arena_bytes(void) { return total_bytes; }
EXPORT void setup(int kind_, int in, int h, int t, int b, int out, int tok, int opt_, float lr_) {
  kind = kind_;
  IN = in;
  H = h;
  T = t;
  B = b;
  OUT = out;
  TOK = tok;
  opt = opt_;
  lr = lr_;
  long R = (long)T * B;
  int g = kind == LSTM || kind == LSTMI ? 4 : kind == GRU ? 3 : 1, NG = g * H;
  if (kind == MLP) {
    par(784 * 256);
    par(256 * 128);
    par(128 * 10);
    par(256);
    par(128);
    par(10);
    X = fa(B * 784);
    YI = (int *)fa(B);
    pX = fa(psz(784, 256));
    pH = fa(psz(256, 128));
    pY = fa(psz(128, 10));
    pHT = fa(psz(128, 256));
    pYT = fa(psz(10, 128));
    xw = fa(B * 256);
    hs = fa(B * 128);
    lg = fa(B * 10);
    dg = fa(B * 256);
    dhs = fa(B * 128);
    PK = fa(256 * (256 + NR));
    return;
  }
  if (kind == LSTM || kind == LSTMI) par((long)TOK * IN);
  par((long)IN * NG);
  par((long)H * NG);
  par(NG);
  if (kind == GRU) par(NG);
  par((long)H * OUT);
  par(OUT);
  if (kind == LSTMI) {
    xw = fa(NG);
    hs = fa(H);
    cs_ = fa(H);
    lg = fa((OUT + GR - 1) / GR * GR);
    pX = fa((long)IN * NG);
    pH = fa((long)H * NG);
    pY = fa((long)H * ((OUT + GR - 1) / GR * GR));
    return;
  }
  X = fa(TOK ? 1 : R * IN);
  XI = (int *)fa(R);
  YI = (int *)fa(R);
  Yf = fa(B * OUT);
  xw = fa(R * NG);
  hs = fa((long)(T + 1) * B * H);
  lg = fa(R * OUT);
  dhs = fa(kind == GRU ? B * H : R * H);
  dh = fa(B * H);
  dg = fa(R * NG);
  pX = fa(psz(IN, NG));
  pXT = fa(psz(NG, IN));
  pH = fa(psz(H, NG));
  pHT = fa(psz(NG, H));
  pY = fa(psz(H, OUT));
  pYT = fa(psz(OUT, H));
  PK = fa(256 * ((NG > OUT ? NG : OUT) + NR));
  if (kind == LSTM) {
    em = fa(R * IN);
    dem = fa(R * IN);
    ga = xw;
    tc = fa(R * H);
    cs_ = fa((long)(T + 1) * B * H);
    dc = fa(B * H);
  }
  if (kind == GRU) {
    hw = fa(R * NG);
    dx2 = fa(R * NG);
  }
}

static void update(void) {
  step_no++;
  if (opt == 0) {
    static double b1 = 1, b2 = 1;
    b1 *= .9;
    b2 *= .999;
    v c1 = bc(1 / (1 - b1)), c2 = bc(1 / (1 - b2)), L = bc(lr), e = bc(1e-8f);
    for (int q = 0; q < nP; q++) {
      float *w = W[q], *g = G[q], *m = M1[q], *s = M2[q];
      long n = PN[q];
      for (long i = 0; i < n; i += VL) { /* arrays are padded */
        v gi = ld(g + i), mi = fma_(ld(m + i), bc(.9f), gi * bc(.1f)),
          si = fma_(ld(s + i), bc(.999f), gi * gi * bc(.001f));
        st(m + i, mi);
        st(s + i, si);
        st(w + i, ld(w + i) - L * (mi * c1) / (vsqrt(si * c2) + e));
      }
    }
  } else if (opt == 1) {
    for (int q = 0; q < nP; q++)
      for (long i = 0; i < PN[q]; i += VL) {
        v gi = ld(G[q] + i), m = fma_(gi, gi, ld(M1[q] + i));
        st(M1[q] + i, m);
        st(W[q] + i, ld(W[q] + i) - bc(lr) * gi / vsqrt(m + bc(1e-8f)));
      }
  } else
    for (int q = 0; q < nP; q++)
      for (long i = 0; i < PN[q]; i += VL) st(W[q] + i, ld(W[q] + i) - bc(lr) * ld(G[q] + i));
}
