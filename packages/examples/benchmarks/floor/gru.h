// One training step of a GRU and a dense layer after its last step (W4).
#pragma once

static float gru(void) {
  long R = (long)T * B;
  int N = 3 * H, BH = B * H;
  float *Wx = W[0], *Wh = W[1], *b = W[2], *bh = W[3], *Wy = W[4], *by = W[5];
  pack(Wx, N, IN, N, pX);
  gemm(R, N, IN, X, IN, 1, pX, xw, N, 0);
  bias(xw, b, R, N);
  pack(Wh, N, H, N, pH);
  zero(hs, BH);
  for (int t = 0; t < T; t++) {
    float *a = xw + (long)t * B * N, *g = hw + (long)t * B * N, *hp = hs + (long)t * BH, *hn = hp + BH;
    gemm(B, N, H, hp, H, 1, pH, g, N, 0);
    for (int r = 0; r < B; r++) {
      float *x = a + (long)r * N, *q = g + (long)r * N;
      for (int j = 0; j < H; j += VL) {
        v rr = vsig(ld(x + j) + ld(q + j) + ld(bh + j)), z = vsig(ld(x + H + j) + ld(q + H + j) + ld(bh + H + j)),
          hnn = ld(q + 2 * H + j) + ld(bh + 2 * H + j), n = vtanh(fma_(rr, hnn, ld(x + 2 * H + j)));
        st(x + j, rr);
        st(x + H + j, z);
        st(x + 2 * H + j, n);
        st(q + 2 * H + j, hnn);
        st(hn + r * H + j, fma_(z, ld(hp + r * H + j) - n, n));
      }
    }
  }
  float *hl = hs + (long)T * BH, l = 0;
  for (int r = 0; r < B; r++)
    for (int o = 0; o < OUT; o++) {
      float s = by[o];
      for (int j = 0; j < H; j++) s += hl[r * H + j] * Wy[j * OUT + o];
      float e = s - Yf[r * OUT + o];
      l += e * e;
      lg[r * OUT + o] = 2 * e / (B * OUT);
    }
  l /= B * OUT;
  zero(G[4], PN[4]);
  zero(G[5], OUT);
  for (int r = 0; r < B; r++)
    for (int o = 0; o < OUT; o++) {
      float e = lg[r * OUT + o];
      G[5][o] += e;
      for (int j = 0; j < H; j++) G[4][j * OUT + o] += e * hl[r * H + j];
    }
  for (int r = 0; r < B; r++)
    for (int j = 0; j < H; j++) {
      float s = 0;
      for (int o = 0; o < OUT; o++) s += lg[r * OUT + o] * Wy[j * OUT + o];
      dh[r * H + j] = s;
    }
  packT(Wh, N, N, H, pHT);
  for (int t = T - 1; t >= 0; t--) {
    float *a = xw + (long)t * B * N, *g = hw + (long)t * B * N, *hp = hs + (long)t * BH, *d = dg + (long)t * B * N,
          *e = dx2 + (long)t * B * N;
    for (int r = 0; r < B; r++) {
      float *x = a + (long)r * N, *q = g + (long)r * N, *dd = d + (long)r * N, *ee = e + (long)r * N;
      for (int j = 0; j < H; j += VL) {
        long k = r * H + j;
        v rr = ld(x + j), z = ld(x + H + j), n = ld(x + 2 * H + j), hnn = ld(q + 2 * H + j), D = ld(dh + k),
          one = bc(1);
        v dn = D * (one - z) * (one - n * n), dz = D * (ld(hp + k) - n) * z * (one - z),
          dr = dn * hnn * rr * (one - rr);
        st(dd + j, dr);
        st(dd + H + j, dz);
        st(dd + 2 * H + j, dn * rr);
        st(ee + j, dr);
        st(ee + H + j, dz);
        st(ee + 2 * H + j, dn);
        st(dh + k, D * z);
      }
    }
    if (t) gemm(B, H, N, d, N, 1, pHT, dh, H, 1);
  }
  gemmTN(H, N, R, hs, H, dg, N, G[1]);
  colsum(dg, R, N, G[3]);
  gemmTN(IN, N, R, X, IN, dx2, N, G[0]);
  colsum(dx2, R, N, G[2]);
  update();
  return l;
}
