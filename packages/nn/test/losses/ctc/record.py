"""Records PyTorch's CTC losses and their gradients: run `python3 record.py > recorded.json` (written with torch 1.13)."""
import json

import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(1)

# Name, T, V, blank, factor of the logits, labels of each sequence, steps of each sequence.
CASES = [
    ("one sequence", 6, 4, 0, 1, [[1, 2, 3]], [6]),
    ("repetitions", 9, 3, 0, 1, [[1, 1, 2, 2], [2, 2, 2, 2]], [9, 9]),
    ("lengths", 8, 5, 0, 1, [[1, 2, 3, 4], [4], [], [3, 3]], [8, 1, 5, 3]),
    ("another blank", 7, 5, 2, 1, [[0, 1, 0], [4, 4, 3]], [7, 6]),
    ("the last class is blank", 5, 3, 2, 1, [[0, 1, 0]], [5]),
    ("one alignment only", 5, 3, 0, 1, [[1, 1, 2, 1]], [5]),
    ("sure logits", 12, 6, 0, 40, [[1, 2, 3, 4, 5], [5, 5, 1]], [12, 10]),
    ("many steps", 60, 8, 0, 2, [[1 + i % 7 for i in range(25)], [1 + 3 * i % 7 for i in range(12)]], [60, 50]),
    ("no alignment", 4, 3, 0, 1, [[1, 1, 1], [1, 2], [2, 1, 2, 1, 2]], [4, 3, 4]),
]


def losses(case):
    name, steps, classes, blank, factor, labels, input_lengths = case
    # Whole multiples of 1/64 are written exactly, in few digits.
    logits = torch.randint(-128, 129, (steps, len(labels), classes), generator=generator).double() / 64 * factor
    logits.requires_grad_()
    length = max(len(line) for line in labels)
    padded = torch.tensor([line + [classes - 1] * (length - len(line)) for line in labels])
    label_lengths = [len(line) for line in labels]

    def loss(reduction, zero_infinity):
        return torch.nn.functional.ctc_loss(
            logits.log_softmax(-1), padded, input_lengths, label_lengths, blank, reduction, zero_infinity
        )

    def gradient(reduction):
        return torch.autograd.grad(loss(reduction, True), logits)[0].flatten().tolist()

    return {
        "name": name,
        "blank": blank,
        "logits": logits.tolist(),
        "labels": padded.T.tolist(),
        "inputLengths": input_lengths,
        "labelLengths": label_lengths,
        "losses": [value if value < float("inf") else "Infinity" for value in loss("none", False).tolist()],
        "zeroInfinity": {reduction: loss(reduction, True).item() for reduction in ("mean", "sum")},
        "gradients": {reduction: gradient(reduction) for reduction in ("mean", "sum")},
    }


print(json.dumps({"cases": [losses(case) for case in CASES]}))
