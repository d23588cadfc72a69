// One training step of an Elman network, on tokens or vectors (W1, W2, W8).
#pragma once

static float elman(void) {
  long R = (long)T * B;
  int BH = B * H;
  float *Wx = W[0], *Wh = W[1], *b = W[2], *Wy = W[3], *by = W[4];
  if (TOK)
    for (long r = 0; r < R; r++) {
      float *d = xw + r * H, *s = Wx + (long)XI[r] * H;
      for (int j = 0; j < H; j++) d[j] = s[j] + b[j];
    }
  else {
    pack(Wx, H, IN, H, pX);
    gemm(R, H, IN, X, IN, 1, pX, xw, H, 0);
    bias(xw, b, R, H);
  }
  if (B > 1) pack(Wh, H, H, H, pH);
  zero(hs, BH);
  for (int t = 0; t < T; t++) {
    float *z = xw + (long)t * BH, *hp = hs + (long)t * BH, *hn = hp + BH;
    if (B > 1) gemm(B, H, H, hp, H, 1, pH, z, H, 1);
    else gemv(H, H, hp, Wh, z);
    int i = 0;
    for (; i + VL <= BH; i += VL) st(hn + i, vtanh(ld(z + i)));
    for (; i < BH; i++) {
      float q[VL];
      st(q, vtanh(bc(z[i])));
      hn[i] = q[0];
    }
  }
  pack(Wy, OUT, H, OUT, pY);
  gemm(R, OUT, H, hs + BH, H, 1, pY, lg, OUT, 0);
  bias(lg, by, R, OUT);
  float l = softmax_ce(lg, YI, R, OUT);
  packT(Wy, OUT, OUT, H, pYT);
  gemm(R, H, OUT, lg, OUT, 1, pYT, dhs, H, 0);
  gemmTN(H, OUT, R, hs + BH, H, lg, OUT, G[3]);
  colsum(lg, R, OUT, G[4]);
  if (B > 1) packT(Wh, H, H, H, pHT);
  zero(dh, BH);
  for (int t = T - 1; t >= 0; t--) {
    float *d = dhs + (long)t * BH, *h = hs + (long)(t + 1) * BH, *o = dg + (long)t * BH;
    int i = 0;
    for (; i + VL <= BH; i += VL) {
      v q = ld(h + i);
      st(o + i, (ld(d + i) + ld(dh + i)) * (bc(1) - q * q));
    }
    for (; i < BH; i++) o[i] = (d[i] + dh[i]) * (1 - h[i] * h[i]);
    if (t) {
      if (B > 1) gemm(B, H, H, o, H, 1, pHT, dh, H, 0);
      else dot_rows(H, H, o, Wh, dh);
    }
  }
  gemmTN(H, H, R, hs, H, dg, H, G[1]);
  colsum(dg, R, H, G[2]);
  if (TOK) {
    zero(G[0], PN[0]);
    for (long r = 0; r < R; r++) {
      float *s = dg + r * H, *d = G[0] + (long)XI[r] * H;
      for (int j = 0; j < H; j++) d[j] += s[j];
    }
  } else gemmTN(IN, H, R, X, IN, dg, H, G[0]);
  update();
  return l;
}
