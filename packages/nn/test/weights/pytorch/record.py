"""A state dict of PyTorch's for the tests, what its layers yield, and what they yield with ours: `python3 record.py`
(written with torch 1.13, safetensors 0.8).

Inputs and outputs are written with channels last; weights, and the gradients of weights, as PyTorch has them.
"""
import os

import torch
import torch.nn as nn
from safetensors.torch import load_file, save_file

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)


def short(x):
    """Numbers that are the same in f32 and f64."""
    return (x * 64).round() / 64


def draw(*shape):
    return short(torch.randn(*shape)).double()


model = nn.ModuleDict({
    "dense": nn.Linear(4, 3),
    "projection": nn.Linear(3, 3, bias=False),
    "embedding": nn.Embedding(5, 3),
    "conv1d": nn.Conv1d(4, 6, 3, groups=2),
    "conv2d": nn.Conv2d(2, 3, (3, 2)),
    "layerNorm": nn.LayerNorm(4),
    "batchNorm": nn.BatchNorm1d(3),
})
inputs = {
    "dense": draw(2, 4),
    "projection": draw(2, 3),
    "embedding": torch.tensor([[4, 0], [2, 2]]),
    "conv1d": draw(2, 4, 5),
    "conv2d": draw(2, 2, 4, 3),
    "layerNorm": draw(2, 4),
    "batchNorm": draw(2, 3),
}
with torch.no_grad():
    for tensor in [*model.parameters(), model["batchNorm"].running_mean]:
        tensor.copy_(short(torch.randn(tensor.shape)))
    model["batchNorm"].running_var.copy_(short(torch.rand(3) + 0.5))
    model["batchNorm"].num_batches_tracked += 7
save_file(model.state_dict(), os.path.join(here, "weights.safetensors"))


def channels_last(name, x):
    return x.movedim(1, -1) if name.startswith("conv") else x


def run(with_slopes):
    recorded = {}
    for name, module in model.items():
        x = inputs[name]
        x = x.clone().requires_grad_() if x.is_floating_point() and with_slopes else x
        y = module(x)
        recorded[f"{name}/y"] = channels_last(name, y)
        if not with_slopes:
            continue
        cotangent = draw(*y.shape)
        (y * cotangent).sum().backward()
        recorded[f"{name}/x"] = channels_last(name, x)
        recorded[f"{name}/cotangent"] = channels_last(name, cotangent)
        if x.grad is not None:
            recorded[f"{name}/slope"] = channels_last(name, x.grad)
        for key, parameter in module.named_parameters():
            recorded[f"slope of {name}.{key}"] = parameter.grad
    return {name: tensor.detach().contiguous() for name, tensor in recorded.items()}


model.double().eval()
save_file(run(True), os.path.join(here, "recorded.safetensors"))

ours = os.path.join(here, "ours.safetensors")
if os.path.exists(ours):
    # Strict: every tensor must be there, and none besides.
    model.load_state_dict(load_file(ours), strict=True)
    save_file(run(False), os.path.join(here, "with-ours.safetensors"))
