"""A state dict of PyTorch's for the tests, what its recurrent layers yield, and what they yield with ours:
`python3 record.py` (written with torch 1.13, safetensors 0.8). Sequences are time-major.
"""
import os

import torch
import torch.nn as nn
from safetensors.torch import load_file, save_file

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)
T, B, F, H = 4, 2, 3, 2


def draw(*shape):
    """Numbers that are the same in f32 and f64."""
    return ((torch.randn(*shape) * 64).round() / 64).double()


model = nn.ModuleDict({
    "rnn": nn.RNN(F, H),
    "relu": nn.RNN(F, H, nonlinearity="relu"),
    "lstm": nn.LSTM(F, H),
    "lstm with one bias": nn.LSTM(F, H),
    "gru": nn.GRU(F, H),
    "projected": nn.LSTM(F, 3, proj_size=2),
    "rnn both ways": nn.RNN(F, H, 2, bidirectional=True),
    "lstm both ways": nn.LSTM(F, H, 2, bidirectional=True),
    "gru both ways": nn.GRU(F, H, 2, bidirectional=True),
    "projected both ways": nn.LSTM(F, 3, 2, bidirectional=True, proj_size=2),
    "stack": nn.GRU(F, H, 3),
    "no bias": nn.GRU(F, H, bias=False),
})
with torch.no_grad():
    for parameter in model.parameters():
        parameter.copy_(draw(*parameter.shape))
save_file(model.state_dict(), os.path.join(here, "weights.safetensors"))
model.double()
xs = {name: draw(T, B, F) for name in model}


def record(name, net):
    x = xs[name].clone().requires_grad_()
    y, _ = net(x)
    cotangent = draw(*y.shape)
    (y * cotangent).sum().backward()
    arrays = {f"{name}/x": x, f"{name}/y": y, f"{name}/cotangent": cotangent, f"{name}/slope": x.grad}
    return {**arrays, **{f"slope of {name}.{key}": p.grad for key, p in net.named_parameters()}}


def save(arrays, name):
    save_file({key: array.detach().contiguous() for key, array in arrays.items()}, os.path.join(here, name))


save({key: array for name, net in model.items() for key, array in record(name, net).items()}, "recorded.safetensors")

ours = os.path.join(here, "ours.safetensors")
if os.path.exists(ours):
    # Strict: every tensor must be there, and none besides.
    model.load_state_dict(load_file(ours), strict=True)
    save({f"{name}/y": net(xs[name])[0] for name, net in model.items()}, "with-ours.safetensors")
