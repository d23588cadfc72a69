"""Records what PyTorch's losses and their derivatives are: run `python3 record.py > losses.json` (written with torch 1.13)."""
import json

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)


def draw(*shape):
    return torch.randn(*shape, generator=generator)


LOGITS, OTHER = 2 * draw(6, 4), 2 * draw(6, 4)
LABELS = torch.tensor([0, 3, 1, 2, 3, 0])
PROBABILITIES = torch.rand(6, 4, generator=generator)
CLASS_WEIGHTS = torch.tensor([0.5, 2.0, 0.0, 1.5])
IGNORED = torch.tensor([0, -100, 1, -100, 3, 0])


def reduce(each, reduction):
    return each if reduction == "none" else getattr(each, reduction)()


def kl(log_prediction, reduction):
    target = F.log_softmax(OTHER, -1)
    return reduce(F.kl_div(log_prediction, target, log_target=True, reduction="none").sum(-1), reduction)


LOSSES = {
    "meanSquaredError": lambda x, r: F.mse_loss(x, OTHER, reduction=r),
    "absoluteError": lambda x, r: F.l1_loss(x, OTHER, reduction=r),
    "huber": lambda x, r: F.huber_loss(x, OTHER, delta=0.7, reduction=r),
    "crossEntropy": lambda x, r: F.cross_entropy(x, LABELS, reduction=r),
    "crossEntropy, label smoothing": lambda x, r: F.cross_entropy(x, LABELS, label_smoothing=0.2, reduction=r),
    "crossEntropy, class weights": lambda x, r: F.cross_entropy(x, LABELS, CLASS_WEIGHTS, reduction=r),
    "crossEntropy, ignored labels": lambda x, r: F.cross_entropy(x, IGNORED, reduction=r),
    "negativeLogLikelihood": lambda x, r: F.nll_loss(x, LABELS, reduction=r),
    "binaryCrossEntropy": lambda x, r: F.binary_cross_entropy_with_logits(x, PROBABILITIES, reduction=r),
    "binaryCrossEntropy, positive weight": lambda x, r: F.binary_cross_entropy_with_logits(
        x, PROBABILITIES, pos_weight=torch.tensor(3.0), reduction=r
    ),
    "multiclassHinge": lambda x, r: 4 * F.multi_margin_loss(x, LABELS, margin=0.5, reduction=r),
    "multiclassHinge, squared": lambda x, r: 4 * F.multi_margin_loss(x, LABELS, p=2, reduction=r),
    "klDivergence": kl,
    "cosineDistance": lambda x, r: reduce(1 - F.cosine_similarity(x, OTHER), r),
    "gaussianLikelihood": lambda x, r: F.gaussian_nll_loss(x, LOGITS, OTHER.exp(), full=True, eps=0, reduction=r),
}


def record(loss):
    x = LOGITS.clone().requires_grad_()
    if loss is LOSSES["gaussianLikelihood"]:
        x = (LOGITS + 1).requires_grad_()
    loss(x, "sum").backward()
    values = {reduction: loss(x, reduction).tolist() for reduction in ("none", "mean", "sum")}
    return {**values, "x": x.flatten().tolist(), "slope": x.grad.flatten().tolist()}


def flat(values):
    return values.flatten().tolist() if isinstance(values, torch.Tensor) else values


print(
    json.dumps(
        {
            "logits": flat(LOGITS),
            "other": flat(OTHER),
            "labels": flat(LABELS),
            "probabilities": flat(PROBABILITIES),
            "classWeights": flat(CLASS_WEIGHTS),
            "losses": {name: record(loss) for name, loss in LOSSES.items()},
        }
    )
)
