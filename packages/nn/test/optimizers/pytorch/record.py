"""Records what PyTorch's optimizers and schedules do: run `python3 record.py > traces.json` (written with torch 1.13)."""
import json

import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)
START = torch.randn(3, generator=generator)
GRADIENTS = [torch.randn(3, generator=generator) for _ in range(12)]
optim = torch.optim


class NAdam(optim.Optimizer):
    """The step of PyTorch 2; that of 1.13 multiplied mu into its product twice."""

    def __init__(self, parameters, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        super().__init__(parameters, {})
        self.settings = (lr, betas, eps, weight_decay, momentum_decay)
        self.step_number, self.mu_product, self.m, self.v = 0, 1.0, 0, 0

    @torch.no_grad()
    def step(self):
        lr, (beta1, beta2), eps, weight_decay, momentum_decay = self.settings
        (parameter,) = self.param_groups[0]["params"]
        gradient = parameter.grad + weight_decay * parameter
        self.step_number += 1
        mu = beta1 * (1.0 - 0.5 * (0.96 ** (self.step_number * momentum_decay)))
        mu_next = beta1 * (1.0 - 0.5 * (0.96 ** ((self.step_number + 1) * momentum_decay)))
        self.mu_product *= mu
        self.m = beta1 * self.m + (1 - beta1) * gradient
        self.v = beta2 * self.v + (1 - beta2) * gradient**2
        denominator = (self.v / (1 - beta2**self.step_number)).sqrt() + eps
        parameter -= lr * (1 - mu) / (1 - self.mu_product) * gradient / denominator
        parameter -= lr * mu_next / (1 - self.mu_product * mu_next) * self.m / denominator


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
