// One training step of embedding, LSTM and a dense layer at every step (W3).
#pragma once

static float lstm(void) {
  long R = (long)T * B;
  int N = 4 * H, BH = B * H;
  float *E = W[0], *Wx = W[1], *Wh = W[2], *b = W[3], *Wy = W[4], *by = W[5];
  for (long r = 0; r < R; r++) {
    float *d = em + r * IN, *s = E + (long)XI[r] * IN;
    for (int j = 0; j < IN; j++) d[j] = s[j];
  }
  pack(Wx, N, IN, N, pX);
  gemm(R, N, IN, em, IN, 1, pX, xw, N, 0);
  bias(xw, b, R, N);
  pack(Wh, N, H, N, pH);
  zero(hs, BH);
  zero(cs_, BH);
  for (int t = 0; t < T; t++) {
    float *z = xw + (long)t * B * N, *hp = hs + (long)t * BH, *hn = hp + BH, *cp = cs_ + (long)t * BH, *cn = cp + BH,
          *tt = tc + (long)t * BH;
    gemm(B, N, H, hp, H, 1, pH, z, N, 1);
    for (int r = 0; r < B; r++) {
      float *q = z + (long)r * N;
      for (int j = 0; j < H; j += VL) {
        v i = vsig(ld(q + j)), f = vsig(ld(q + H + j)), o = vsig(ld(q + 2 * H + j)), u = vtanh(ld(q + 3 * H + j));
        v c = fma_(f, ld(cp + r * H + j), i * u), th = vtanh(c);
        st(q + j, i);
        st(q + H + j, f);
        st(q + 2 * H + j, o);
        st(q + 3 * H + j, u);
        st(cn + r * H + j, c);
        st(tt + r * H + j, th);
        st(hn + r * H + j, o * th);
      }
    }
  }
  pack(Wy, OUT, H, OUT, pY);
  gemm(R, OUT, H, hs + BH, H, 1, pY, lg, OUT, 0);
  bias(lg, by, R, OUT);
  float l = softmax_ce(lg, YI, R, OUT);
  packT(Wy, OUT, OUT, H, pYT);
  gemm(R, H, OUT, lg, OUT, 1, pYT, dhs, H, 0);
  gemmTN(H, OUT, R, hs + BH, H, lg, OUT, G[4]);
  colsum(lg, R, OUT, G[5]);
  packT(Wh, N, N, H, pHT);
  zero(dh, BH);
  zero(dc, BH);
  for (int t = T - 1; t >= 0; t--) {
    float *z = xw + (long)t * B * N, *d = dg + (long)t * B * N, *dd = dhs + (long)t * BH, *cp = cs_ + (long)t * BH,
          *tt = tc + (long)t * BH;
    for (int r = 0; r < B; r++) {
      float *q = z + (long)r * N, *o_ = d + (long)r * N;
      for (int j = 0; j < H; j += VL) {
        long k = r * H + j;
        v i = ld(q + j), f = ld(q + H + j), o = ld(q + 2 * H + j), u = ld(q + 3 * H + j), th = ld(tt + k), one = bc(1);
        v dhv = ld(dd + k) + ld(dh + k);
        v dcv = fma_(dhv * o, one - th * th, ld(dc + k));
        st(o_ + j, dcv * u * i * (one - i));
        st(o_ + H + j, dcv * ld(cp + k) * f * (one - f));
        st(o_ + 2 * H + j, dhv * th * o * (one - o));
        st(o_ + 3 * H + j, dcv * i * (one - u * u));
        st(dc + k, dcv * f);
      }
    }
    if (t) gemm(B, H, N, d, N, 1, pHT, dh, H, 0);
  }
  gemmTN(H, N, R, hs, H, dg, N, G[2]);
  gemmTN(IN, N, R, em, IN, dg, N, G[1]);
  colsum(dg, R, N, G[3]);
  packT(Wx, N, N, IN, pXT);
  gemm(R, IN, N, dg, N, 1, pXT, dem, IN, 0);
  zero(G[0], PN[0]);
  for (long r = 0; r < R; r++) {
    float *s = dem + r * IN, *d = G[0] + (long)XI[r] * IN;
    for (int j = 0; j < IN; j++) d[j] += s[j];
  }
  update();
  return l;
}
