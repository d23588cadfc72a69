// One training step of the multilayer perceptron (W5).
#pragma once

static float mlp(void) {
  pack(W[0], 256, 784, 256, pX);
  pack(W[1], 128, 256, 128, pH);
  pack(W[2], 10, 128, 10, pY);
  gemm(B, 256, 784, X, 784, 1, pX, xw, 256, 0);
  bias(xw, W[3], B, 256);
  relu(xw, B * 256);
  gemm(B, 128, 256, xw, 256, 1, pH, hs, 128, 0);
  bias(hs, W[4], B, 128);
  relu(hs, B * 128);
  gemm(B, 10, 128, hs, 128, 1, pY, lg, 10, 0);
  bias(lg, W[5], B, 10);
  float l = softmax_ce(lg, YI, B, 10);
  packT(W[2], 10, 10, 128, pYT);
  packT(W[1], 128, 128, 256, pHT);
  gemmTN(128, 10, B, hs, 128, lg, 10, G[2]);
  colsum(lg, B, 10, G[5]);
  gemm(B, 128, 10, lg, 10, 1, pYT, dhs, 128, 0);
  relug(dhs, hs, B * 128);
  gemmTN(256, 128, B, xw, 256, dhs, 128, G[1]);
  colsum(dhs, B, 128, G[4]);
  gemm(B, 256, 128, dhs, 128, 1, pHT, dg, 256, 0);
  relug(dg, xw, B * 256);
  gemmTN(784, 256, B, X, 784, dg, 256, G[0]);
  colsum(dg, B, 256, G[3]);
  update();
  return l;
}
