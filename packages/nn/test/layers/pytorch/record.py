"""Records what PyTorch's layers and their derivatives are: run `python3 record.py > layers.json` (written with torch 1.13).

Arrays are written in this package's layouts: weights [inputs, units], channels last, sequences time-major.
"""
import json

import torch
import torch.nn as nn

torch.set_default_dtype(torch.float64)
torch.manual_seed(1)


def draw(*shape):
    return torch.randn(*shape)


def array(x):
    return {"shape": list(x.shape), "data": x.detach().contiguous().flatten().tolist()}


def randomize(module):
    """Biases and scales start at 0 and 1, which would hide mistakes."""
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    return module


def same(x):
    return x


def swap(x):
    return x.transpose(-1, -2)


def channels_last(x):
    return x.movedim(1, -1)


def kernel(w):
    """[D, C, ...K] to [...K, C, D]"""
    return w.movedim((0, 1), (-1, -2))


def record(module, inputs, run, names, of_x=same, of_y=same):
    """names: the parameters' names here, and how PyTorch's are laid out and cut; of_x, of_y: layouts of x and y."""
    inputs = {name: x.requires_grad_() for name, x in inputs.items()}
    y = run(module, *inputs.values())
    cotangent = draw(*y.shape)
    (y * cotangent).sum().backward()
    return {
        "inputs": {name: array(of_x(x)) for name, x in inputs.items()},
        "y": array(of_y(y)),
        "cotangent": array(of_y(cotangent)),
        "parameters": {name: array(layout(p)) for name, (p, layout) in names(module).items()},
        "slopes": {
            **{name: array(of_x(x.grad)) for name, x in inputs.items()},
            **{name: array(layout(p.grad)) for name, (p, layout) in names(module).items()},
        },
    }


def call(module, x):
    return module(x)


def affine(layout):
    return lambda m: {"weight": (m.weight, layout), **({} if m.bias is None else {"bias": (m.bias, same)})}


def convolution(make, *shape):
    return record(randomize(make), {"x": draw(*shape)}, call, affine(kernel), channels_last, channels_last)


def pooling(module, *shape):
    return record(module, {"x": draw(*shape)}, call, lambda m: {}, channels_last, channels_last)


def of_attention(m):
    def third(i, layout):
        return lambda p: layout(p.chunk(3)[i])

    separate = m.in_proj_weight is None
    found = {}
    for i, part in enumerate(["query", "key", "value"]):
        weight = getattr(m, f"{part[0]}_proj_weight") if separate else m.in_proj_weight
        found[f"{part}/weight"] = (weight, swap if separate else third(i, swap))
        found[f"{part}/bias"] = (m.in_proj_bias, third(i, same))
    return {**found, "output/weight": (m.out_proj.weight, swap), "output/bias": (m.out_proj.bias, same)}


def attend(**options):
    return lambda m, x, source=None: m(x, *([x, x] if source is None else [source, source]), **options)[0]


CAUSAL = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
# Of 4 keys of 3 sequences, the last ones are padding.
PADDING = torch.tensor([[False] * 4, [False, True, True, True], [False, False, True, True]])


def attention(**settings):
    return randomize(nn.MultiheadAttention(6, 2, **settings))


def batch_norm():
    """Two batches in training, then an evaluation with the running statistics."""
    module = randomize(nn.BatchNorm1d(3, momentum=0.2))
    batches = [draw(5, 3), 2 * draw(4, 3) + 1]
    first = record(module, {"x": batches[0]}, call, affine(same))
    module.zero_grad()
    module(batches[1])
    statistics = {"mean": array(module.running_mean), "variance": array(module.running_var)}
    module.eval()
    x = draw(2, 3)
    return {
        **first,
        "second": array(batches[1]),
        "statistics": statistics,
        "evaluated": {"x": array(x), "y": array(module(x))},
    }


class RMSNorm(nn.Module):
    """Equation 4 of Zhang & Sennrich 2019; torch 1.13 has none."""

    def __init__(self, units, eps):
        super().__init__()
        self.weight, self.eps = nn.Parameter(torch.ones(units)), eps

    def forward(self, x):
        return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


CASES = {
    "dense": record(randomize(nn.Linear(4, 3)), {"x": draw(2, 5, 4)}, call, affine(swap)),
    "layerNorm": record(randomize(nn.LayerNorm(4, eps=1e-3)), {"x": draw(2, 5, 4)}, call, affine(same)),
    "batchNorm": batch_norm(),
    "convolution1d": convolution(nn.Conv1d(4, 6, 3, stride=2, padding=1), 2, 4, 9),
    "convolution1d, dilated groups": convolution(nn.Conv1d(4, 6, 3, dilation=2, groups=2, bias=False), 2, 4, 9),
    "convolution2d": convolution(nn.Conv2d(2, 3, (3, 2), stride=(1, 2), padding=(2, 1)), 2, 2, 5, 6),
    "convolution2d, depthwise": convolution(nn.Conv2d(3, 6, 3, groups=3), 2, 3, 5, 4),
    "maxPooling1d": pooling(nn.MaxPool1d(3, stride=2, padding=1), 2, 3, 8),
    "maxPooling2d": pooling(nn.MaxPool2d(2), 2, 3, 4, 6),
    "averagePooling1d": pooling(nn.AvgPool1d(3, stride=2, padding=1, count_include_pad=False), 2, 3, 8),
    "averagePooling2d": pooling(nn.AvgPool2d((2, 3), padding=1), 2, 3, 4, 6),
    "attention": record(attention(), {"x": draw(5, 3, 6)}, attend(), of_attention),
    "attention, causal": record(attention(), {"x": draw(5, 3, 6)}, attend(attn_mask=CAUSAL), of_attention),
    "attention, cross, padded": record(
        attention(kdim=4, vdim=4),
        {"x": draw(5, 3, 6), "source": draw(4, 3, 4)},
        attend(key_padding_mask=PADDING),
        of_attention,
    ),
    "rmsNorm": record(
        randomize(RMSNorm(4, eps=1e-3)), {"x": draw(2, 5, 4)}, call, lambda m: {"weight": (m.weight, same)}
    ),
}
print(json.dumps(CASES))
