"""Records what PyTorch's layers yield, and their gradients: run `python3 record.py > layers.json` (written with torch 1.13)."""
import json

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
T, B, F, H = 4, 2, 3, 2
LENGTHS = [4, 2]


def numbers(tensor):
    return [round(number, 12) for number in tensor.detach().flatten().tolist()]


def record(kind, layers, bidirectional, lengths):
    torch.manual_seed(1)
    makers = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
    net = makers[kind](F, H, layers, bidirectional=bidirectional)
    with torch.no_grad():
        # Numbers that are short when written down.
        for parameter in net.parameters():
            parameter.copy_(parameter.mul(100).round().div(100))
    x = torch.randn(T, B, F).mul(100).round().div(100).requires_grad_()
    packed = x if lengths is None else pack_padded_sequence(x, torch.tensor(lengths))
    y, state = net(packed)
    if lengths is not None:
        y, _ = pad_packed_sequence(y, total_length=T)
    h = state[0] if kind == "lstm" else state
    # Every output has a weight of its own.
    loss = (y * torch.linspace(-1, 1, y.numel()).reshape(y.shape)).sum() + h.sum()
    loss.backward()
    cells = []
    for layer in range(layers):
        for suffix in [f"_l{layer}"] + ([f"_l{layer}_reverse"] if bidirectional else []):
            names = {
                "inputWeight": "weight_ih", "recurrentWeight": "weight_hh",
                "inputBias": "bias_ih", "recurrentBias": "bias_hh",
            }
            cell = {}
            for ours, theirs in names.items():
                parameter = getattr(net, theirs + suffix)
                # A weight of ours is [inputs, units].
                cell[ours] = {"value": numbers(parameter.t()), "gradient": numbers(parameter.grad.t())}
            cells.append(cell)
    return {
        "kind": kind, "layers": layers, "bidirectional": bidirectional, "lengths": lengths, "cells": cells,
        "x": numbers(x), "y": numbers(y), "h": numbers(h), "dx": numbers(x.grad), "loss": round(loss.item(), 12),
    }


print(json.dumps([
    record(kind, layers, bidirectional, lengths)
    for kind in ["lstm", "gru", "rnn"]
    for layers, bidirectional, lengths in [(2, False, None), (1, True, None), (2, True, LENGTHS)]
]))
