"""Records what PyTorch's optimizers and schedules do: run `python3 record.py > traces.json` (written with torch 1.13)."""
import inspect
import json
import types

import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)
START = torch.randn(3, generator=generator)
GRADIENTS = [torch.randn(3, generator=generator) for _ in range(12)]
optim = torch.optim


def nadam_of_pytorch_2():
    """torch.optim.NAdam with the one line that PyTorch 2 mended: 1.13 multiplies mu into the product of the next step twice."""
    source = open(inspect.getfile(optim.NAdam)).read()
    wrong, right = "mu_product_next = mu_product * mu * mu_next", "mu_product_next = mu_product * mu_next"
    assert source.count(wrong) == 1
    module = types.ModuleType("torch.optim.nadam")
    module.__package__ = "torch.optim"
    exec(source.replace(wrong, right), module.__dict__)
    return module.NAdam


NAdam = nadam_of_pytorch_2()


class Lion(optim.Optimizer):
    """Algorithm 2 of Chen et al. 2023, "Symbolic discovery of optimization algorithms", line by line."""

    def __init__(self, parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for parameter in group["params"]:
                momentum = self.state[parameter].setdefault("m", torch.zeros_like(parameter))
                direction = torch.sign(torch.lerp(parameter.grad, momentum, beta1))
                parameter.sub_(group["lr"] * (direction + group["weight_decay"] * parameter))
                momentum.copy_(torch.lerp(parameter.grad, momentum, beta2))


class Lookahead(optim.Optimizer):
    """Algorithm 1 of Zhang et al. 2019, "Lookahead optimizer: k steps forward, 1 step back", around an optimizer of PyTorch."""

    def __init__(self, fast, k, alpha):
        self.fast, self.k, self.alpha, self.steps = fast, k, alpha, 0
        self.slow = [p.detach().clone() for p in self.parameters()]

    def parameters(self):
        return [p for group in self.fast.param_groups for p in group["params"]]

    @torch.no_grad()
    def step(self):
        self.fast.step()
        self.steps += 1
        if self.steps % self.k != 0:
            return
        for slow, parameter in zip(self.slow, self.parameters()):
            slow.lerp_(parameter, self.alpha)
            parameter.copy_(slow)


OPTIMIZERS = {
    "sgd": lambda p: optim.SGD(p, lr=0.1),
    "sgd, weight decay": lambda p: optim.SGD(p, lr=0.1, weight_decay=0.2),
    "sgd, momentum": lambda p: optim.SGD(p, lr=0.1, momentum=0.9),
    "sgd, nesterov": lambda p: optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adagrad": lambda p: optim.Adagrad(p, lr=0.1, initial_accumulator_value=0.5, weight_decay=0.1),
    "adadelta": lambda p: optim.Adadelta(p, lr=0.5, rho=0.8, eps=1e-3, weight_decay=0.1),
    "adadelta, defaults": lambda p: optim.Adadelta(p),
    "rmsProp": lambda p: optim.RMSprop(p),
    "rmsProp, centered": lambda p: optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-4, centered=True, momentum=0.5, weight_decay=0.1),
    "adam": lambda p: optim.Adam(p, lr=0.1, weight_decay=0.1),
    "adam, amsgrad": lambda p: optim.Adam(p, lr=0.1, betas=(0.5, 0.6), amsgrad=True),
    "adamW": lambda p: optim.AdamW(p, lr=0.1),
    "adamW, amsgrad": lambda p: optim.AdamW(p, lr=0.1, betas=(0.8, 0.9), weight_decay=0.3, amsgrad=True),
    "adamax": lambda p: optim.Adamax(p, weight_decay=0.1),
    "nadam": lambda p: NAdam(p, weight_decay=0.1),
    "nadam, other settings": lambda p: NAdam(p, lr=0.1, betas=(0.7, 0.8), eps=1e-3, momentum_decay=0.1),
    "lion": lambda p: Lion(p),
    "lion, weight decay": lambda p: Lion(p, lr=0.1, betas=(0.8, 0.9), weight_decay=0.3),
    "lookahead": lambda p: Lookahead(optim.SGD(p, lr=0.1, momentum=0.9), 5, 0.5),
    "lookahead around adam": lambda p: Lookahead(optim.Adam(p, lr=0.1), 3, 0.8),
}


def trace(make):
    parameter = torch.nn.Parameter(START.clone())
    optimizer = make([parameter])
    values = []
    for gradient in GRADIENTS:
        parameter.grad = gradient.clone()
        optimizer.step()
        values.append(parameter.tolist())
    return values


def lbfgs(settings):
    """Steps on the function of Rosenbrock in four variables: one evaluation for each."""
    x = torch.nn.Parameter(torch.tensor([-1.2, 1.0, -0.5, 0.7]))
    optimizer = optim.LBFGS([x], max_iter=1, tolerance_grad=0, tolerance_change=0, **settings)
    values = []

    def closure():
        optimizer.zero_grad()
        loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(25):
        optimizer.step(closure)
        values.append(x.tolist())
    return values


def average(decay):
    """The averages that torch.optim.swa_utils keeps, from the initial weights on, beside SGD with momentum."""
    model = torch.nn.ParameterList([START.clone()])
    averaged = torch.optim.swa_utils.AveragedModel(model, avg_fn=lambda a, w, _: decay * a + (1 - decay) * w)
    averaged.update_parameters(model)
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    values = []
    for gradient in GRADIENTS:
        model[0].grad = gradient.clone()
        optimizer.step()
        averaged.update_parameters(model)
        values.append(averaged.module[0].tolist())
    return values


def bold_driver(rate, curvatures=(0.5, 1.0, 3.0), steps=40):
    """Gradient descent whose rate grows by 5 % while the error falls; when it rises, the weights return and the rate is halved."""
    x = torch.nn.Parameter(torch.tensor([0.5, -1.25, 2.0]))
    optimizer = optim.SGD([x], lr=rate)
    saved, error, values = None, None, []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (torch.tensor(curvatures) * x**2).sum()
        loss.backward()
        (group,) = optimizer.param_groups
        if error is not None and loss.item() > error:
            group["lr"] *= 0.5
            x.data.copy_(saved)
        else:
            if error is not None:
                group["lr"] *= 1.05
            saved, error = x.detach().clone(), loss.item()
            optimizer.step()
        values.append([group["lr"], *x.tolist()])
    return values


def rates(make, steps=24, rate=0.5):
    optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate, momentum=0.9)
    schedule = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


def plateau(measures, **settings):
    optimizer = optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = optim.lr_scheduler.ReduceLROnPlateau(optimizer, eps=0, **settings)
    values = []
    for measure in measures:
        schedule.step(measure)
        values.append(optimizer.param_groups[0]["lr"])
    return values


s = optim.lr_scheduler
SCHEDULES = {
    "stepDecay": rates(lambda o: s.StepLR(o, 5, 0.3)),
    "multiStepDecay": rates(lambda o: s.MultiStepLR(o, [4, 9, 10], 0.5)),
    "exponentialDecay": rates(lambda o: s.ExponentialLR(o, 0.9)),
    "polynomialDecay": rates(lambda o: s.PolynomialLR(o, 15, 2.0)),
    "cosineDecay": rates(lambda o: s.CosineAnnealingLR(o, 23, 0.01)),
    "cosineDecay, restarts 1": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 5, 1, 0.01)),
    "cosineDecay, restarts 2": rates(lambda o: s.CosineAnnealingWarmRestarts(o, 3, 2, 0.01), 50),
    "oneCycle": rates(lambda o: s.OneCycleLR(o, 0.7, total_steps=24)),
    "oneCycle, other settings": rates(
        lambda o: s.OneCycleLR(o, 0.7, total_steps=24, pct_start=0.6, div_factor=10, final_div_factor=100)
    ),
}
MEASURES = [5, 4, 4, 4.1, 3.9, 3.9, 3.9, 3.9, 3.9, 3.8999, 4, 2, 3, 3, 3, 3, 3, 3, 3, 1]
print(
    json.dumps(
        {
            "start": START.tolist(),
            "gradients": [gradient.tolist() for gradient in GRADIENTS],
            "optimizers": {name: trace(make) for name, make in OPTIMIZERS.items()},
            "averages": {str(decay): average(decay) for decay in [0.5, 0.999]},
            "boldDriver": {str(rate): bold_driver(rate) for rate in [0.125, 0.75]},
            "lbfgs": {
                "history 3": lbfgs({"lr": 0.3, "history_size": 3}),
                "history 10": lbfgs({"lr": 0.5, "history_size": 10}),
            },
            "schedules": SCHEDULES,
            "plateau": {
                "measures": MEASURES,
                "fall": plateau(MEASURES, factor=0.5, patience=2, cooldown=2, threshold=1e-3, min_lr=0.05),
                "rise": plateau(MEASURES, mode="max", factor=0.5, patience=3),
            },
        }
    )
)
