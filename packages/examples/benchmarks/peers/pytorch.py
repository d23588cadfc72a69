"""PyTorch on one thread: the fastest of its own layers, a loop over time, and the same loop compiled with torch.jit.

The protocol is that of protocol.mjs.
"""
import base64
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)


class Loop(nn.Module):
    """What the recurrent workloads share: weights by name, a dense layer at the end."""

    def __init__(self, weights, units):
        super().__init__()
        self.units = units
        for name, value in weights.items():
            setattr(self, name, nn.Parameter(value.clone()))


class ElmanLoop(Loop):
    def forward(self, x):
        z = (F.embedding(x, self.Wx) if x.dim() == 2 else x.matmul(self.Wx)) + self.b
        h = torch.zeros(z.size(1), self.units)
        every = []
        # unbind and not z[t], whose gradient is a whole tensor of zeros for every step
        for zt in torch.unbind(z, 0):
            h = torch.tanh(zt + h.mm(self.Wh))
            every.append(h)
        return torch.stack(every).matmul(self.Wy) + self.by


class LstmLoop(Loop):
    def forward(self, x):
        z = F.embedding(x, self.E).matmul(self.Wx) + self.b
        h = torch.zeros(z.size(1), self.units)
        c = torch.zeros(z.size(1), self.units)
        every = []
        for zt in torch.unbind(z, 0):
            i, f, o, u = (zt + h.mm(self.Wh)).chunk(4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(u)
            h = torch.sigmoid(o) * torch.tanh(c)
            every.append(h)
        return torch.stack(every).matmul(self.Wy) + self.by


class LstmStep(Loop):
    def forward(self, x, h, c):
        i, f, o, u = (F.embedding(x, self.E).mm(self.Wx) + self.b + h.mm(self.Wh)).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(u)
        h = torch.sigmoid(o) * torch.tanh(c)
        return h.mm(self.Wy) + self.by, h, c


class GruLoop(Loop):
    def forward(self, x):
        z = x.matmul(self.Wx) + self.b
        h = torch.zeros(x.size(1), self.units)
        for zt in torch.unbind(z, 0):
            xr, xz, xn = zt.chunk(3, 1)
            hr, hz, hn = (h.mm(self.Wh) + self.bh).chunk(3, 1)
            n = torch.tanh(xn + torch.sigmoid(xr + hr) * hn)
            h = n + torch.sigmoid(xz + hz) * (h - n)
        return h.mm(self.Wy) + self.by


class Layers(nn.Module):
    """nn.RNN, nn.LSTM or nn.GRU, with the embedding or one-hot tokens before it and the dense layer after it."""

    def __init__(self, kind, workload, weights):
        super().__init__()
        self.last = kind == "gru"
        self.tokens = workload.get("tokens") if kind == "elman" else None
        self.table = nn.Embedding.from_pretrained(weights["E"].clone(), freeze=False) if "E" in weights else None
        layer = {"elman": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind]
        self.cell = layer(workload["inputs"], workload["units"])
        # PyTorch has the candidate of the LSTM before the output gate; the data have it last.
        order = {"elman": [0], "lstm": [0, 1, 3, 2], "gru": [0, 1, 2]}[kind]
        gates = lambda t: torch.cat([t.chunk(len(order), -1)[k] for k in order], -1).t().contiguous()
        with torch.no_grad():
            self.cell.weight_ih_l0.copy_(gates(weights["Wx"]))
            self.cell.weight_hh_l0.copy_(gates(weights["Wh"]))
            self.cell.bias_ih_l0.copy_(gates(weights["b"][None])[:, 0])
            self.cell.bias_hh_l0.zero_()
        self.readout = linear(weights["Wy"], weights["by"])

    def forward(self, x):
        if self.tokens is not None:
            x = F.one_hot(x, self.tokens).float()
        if self.table is not None:
            x = self.table(x)
        y, _ = self.cell(x)
        return self.readout(y[-1] if self.last else y)


def linear(weight, bias):
    layer = nn.Linear(*weight.shape)
    with torch.no_grad():
        layer.weight.copy_(weight.t())
        layer.bias.copy_(bias)
    return layer


def perceptron(weights):
    layers = [linear(weights[f"W{k}"], weights[f"b{k}"]) for k in range(3)]
    return nn.Sequential(layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2])


def variants(workload, weights):
    """The networks of a workload, by name."""
    kind = workload["kind"]
    if kind in ("mlp", "mnist"):
        return {"layers": perceptron(weights), "jit": torch.jit.script(perceptron(weights))}
    loop = {"elman": ElmanLoop, "lstm": LstmLoop, "gru": GruLoop}[kind]
    return {
        "layers": Layers(kind, workload, weights),
        "loop": loop(weights, workload["units"]),
        "jit loop": torch.jit.script(loop(weights, workload["units"])),
    }


def training(workload, net, x, y):
    adagrad = {"eps": 1e-8} if workload["optimizer"] == "adagrad" else {}
    rule = {"adam": torch.optim.Adam, "adagrad": torch.optim.Adagrad, "sgd": torch.optim.SGD}[workload["optimizer"]]
    optimizer = rule(net.parameters(), lr=workload["learningRate"], foreach=True, **adagrad)

    def loss_of(result):
        if y.is_floating_point():
            return F.mse_loss(result, y)
        return F.cross_entropy(result.reshape(-1, result.size(-1)), y.reshape(-1))

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(net(x))
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def epoch(workload, net, x, y):
    batch = workload["batch"]
    optimizer = torch.optim.SGD(net.parameters(), lr=workload["learningRate"], foreach=True)

    def run():
        total = 0
        for read, labels in zip(x.split(batch), y.split(batch)):
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(read), labels)
            loss.backward()
            optimizer.step()
            total += loss.item()
        return total / workload["steps"]

    return run


def tokens(workload, net):
    state = {"x": torch.zeros(1, dtype=torch.long), "h": torch.zeros(1, net.units), "c": torch.zeros(1, net.units)}

    def run():
        with torch.inference_mode():
            logits, state["h"], state["c"] = net(state["x"], state["h"], state["c"])
            state["x"] = logits.argmax(1)
            return int(state["x"])

    return run


def layer_tokens(net):
    state = {"x": torch.zeros(1, dtype=torch.long), "hc": None}

    def run():
        with torch.inference_mode():
            y, state["hc"] = net.cell(net.table(state["x"])[None], state["hc"])
            state["x"] = net.readout(y[0]).argmax(1)
            return int(state["x"])

    return run


def product(a, b):
    def run():
        with torch.inference_mode():
            return torch.mm(a, b)[0, 0].item()

    return run


class ConvNet(nn.Module):
    """Features of the dense layer in the order in which its weight has them: channels last."""

    def __init__(self, weights):
        super().__init__()
        self.layers = nn.ModuleList(convolution(weights[f"K{k}"], weights[f"b{k}"]) for k in range(2))
        self.readout = linear(weights["Wy"], weights["by"])

    def forward(self, x):
        for layer in self.layers:
            x = F.max_pool2d(F.relu(layer(x)), 2)
        return self.readout(x.permute(0, 2, 3, 1).flatten(1))


def convolution(kernel, bias):
    rows, _, inputs, outputs = kernel.shape
    layer = nn.Conv2d(inputs, outputs, rows)
    with torch.no_grad():
        layer.weight.copy_(channels_first(kernel, True))
        layer.bias.copy_(bias)
    return layer


def channels_first(value, is_kernel=False):
    spatial = list(range(value.dim() - 2)) if is_kernel else list(range(1, value.dim() - 1))
    first = [value.dim() - 1, value.dim() - 2] if is_kernel else [0, value.dim() - 1]
    return value.permute(*first, *spatial).contiguous()


def scores(net, x):
    def run():
        with torch.inference_mode():
            return net(x).flatten()[0].item()

    return run


def layouts(value):
    """Channels first, and the same with channels last in memory, where torch has that."""
    last = {4: torch.channels_last}.get(value.dim())
    return {"channels first": value, **({} if last is None else {"channels last": value.contiguous(memory_format=last)})}


def conv_net(workload, weights, data):
    runs = {}
    for name, x in layouts(channels_first(tensor(data["x"]))).items():
        net = ConvNet(weights)
        if name == "channels last":
            net = net.to(memory_format=torch.channels_last)
        runs[name] = training(workload, net, x, tensor(data["y"])) if workload["isTrained"] else scores(net, x)
    return runs


def sliding_window(workload, weights, x):
    window = workload["window"]
    compute = {
        "convolution": lambda x, k: (F.conv1d if x.dim() == 3 else F.conv2d)(x, k),
        "max": lambda x: F.max_pool2d(x, window),
        "average": lambda x: F.avg_pool2d(x, window),
    }[workload["operation"]]
    kernel = [channels_first(weights["K"], True)] if "K" in weights else []

    def forward(given):
        def run():
            with torch.inference_mode():
                return compute(*given).flatten()[0].item()

        return run

    def backward(given):
        def run():
            leaves = [value.requires_grad_() for value in given]
            loss = compute(*leaves).square().mean()
            torch.autograd.grad(loss, leaves)
            return loss.item()

        return run

    make = backward if workload["isDifferentiated"] else forward
    return {name: make([value, *kernel]) for name, value in layouts(channels_first(x)).items()}


def build(workload, data):
    """Runs by the names of their variants."""
    weights = {name: tensor(value) for name, value in data["weights"].items()}
    kind = workload["kind"]
    if kind == "product":
        return {"mm": product(weights["a"], weights["b"])}
    if kind == "lstm-token":
        step = LstmStep(weights, workload["units"])
        return {
            "layers": layer_tokens(Layers("lstm", workload, weights)),
            "loop": tokens(workload, step),
            "jit loop": tokens(workload, torch.jit.script(LstmStep(weights, workload["units"]))),
        }
    if kind == "conv-net":
        return conv_net(workload, weights, data)
    if kind == "window":
        return sliding_window(workload, weights, tensor(data["x"]))
    x, y = tensor(data["x"]), tensor(data["y"])
    make = epoch if kind == "mnist" else training
    return {name: make(workload, net, x, y) for name, net in variants(workload, weights).items()}


def tensor(value):
    dtype = torch.int32 if value["dtype"] == "i32" else torch.float32
    flat = torch.frombuffer(bytearray(base64.b64decode(value["base64"])), dtype=dtype)
    whole = flat.reshape(value["shape"])
    return whole.long() if dtype == torch.int32 else whole


def time_runs(run, milliseconds):
    times, start = [], time.perf_counter()
    while not times or time.perf_counter() - start < milliseconds / 1000:
        before = time.perf_counter()
        run()
        times.append((time.perf_counter() - before) * 1000)
    return times


TRIAL = 500  # milliseconds each variant is tried


def fastest(runs):
    """The name of the fastest variant, and what its first run gave."""
    first = {name: run() for name, run in runs.items()}
    for run in runs.values():
        time_runs(run, TRIAL)  # torch.jit compiles in the first runs
    best = min(runs, key=lambda name: sorted(time_runs(runs[name], TRIAL))[0])
    return best, first[best]


run = None
for line in sys.stdin:
    request = json.loads(line)
    try:
        if "workload" in request:
            runs = build(request["workload"], request["data"])
            name, first = fastest(runs)
            run = runs[name]
            reply = {"runsOn": f"PyTorch {torch.__version__}, {name}", "first": first}
        else:
            reply = {"times": time_runs(run, request["slice"])}
    except Exception as error:  # whatever it is, it must be said
        reply = {"refusal": str(error).split("\n")[0]}
    print(json.dumps(reply), flush=True)
