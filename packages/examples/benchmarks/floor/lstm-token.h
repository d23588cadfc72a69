// One token of the LSTM without training (W6): weights are packed once, h and c stay.
#pragma once

EXPORT void infer_prepare(void) {
  int N = 4 * H, OP = (OUT + GR - 1) / GR * GR;
  for (int n = 0; n < N; n += GR) {
    for (int k = 0; k < IN; k++)
      for (int j = 0; j < GR; j++) pX[(long)n * IN + k * GR + j] = W[1][(long)k * N + n + j];
    for (int k = 0; k < H; k++)
      for (int j = 0; j < GR; j++) pH[(long)n * H + k * GR + j] = W[2][(long)k * N + n + j];
  }
  for (int n = 0; n < OP; n += GR)
    for (int k = 0; k < H; k++)
      for (int j = 0; j < GR; j++) pY[(long)n * H + k * GR + j] = n + j < OUT ? W[4][(long)k * OUT + n + j] : 0;
}

EXPORT int infer(int tok) {
  int N = 4 * H, OP = (OUT + GR - 1) / GR * GR;
  for (int j = 0; j < N; j += VL) st(xw + j, ld(W[3] + j));
  gemvp(IN, N, W[0] + (long)tok * IN, pX, xw);
  gemvp(H, N, hs, pH, xw);
  for (int j = 0; j < H; j += VL) {
    v c = fma_(vsig(ld(xw + H + j)), ld(cs_ + j), vsig(ld(xw + j)) * vtanh(ld(xw + 3 * H + j)));
    st(cs_ + j, c);
    st(hs + j, vsig(ld(xw + 2 * H + j)) * vtanh(c));
  }
  for (int j = 0; j < OP; j++) lg[j] = j < OUT ? W[5][j] : 0;
  gemvp(H, OP, hs, pY, lg);
  int m = 0;
  for (int j = 1; j < OUT; j++)
    if (lg[j] > lg[m]) m = j;
  return m;
}
