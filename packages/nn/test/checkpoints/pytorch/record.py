"""Files of Python's safetensors for the tests, and what Python reads in ours: `python3 record.py` (safetensors 0.8, torch 1.13)."""
import json
import os

import torch
from safetensors import safe_open
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
values = torch.tensor([[0.0, -0.0, 1.5], [-2.25, 65504.0, 2.0**-24]])
tensors = {
    "f32": values,
    "f64": values.double() / 3,
    "f16": values.half(),
    "bf16": torch.tensor([1.0, -3.140625, 2.0**100, float("inf")]).bfloat16(),
    "i64": torch.tensor([1, -2, 2**31 - 1, -(2**31)]),
    "i32": torch.tensor([[7], [-7]], dtype=torch.int32),
    "i16": torch.tensor([-300, 300], dtype=torch.int16),
    "i8": torch.tensor([-128, 127], dtype=torch.int8),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(0.1),
    "empty": torch.zeros(0, 3),
    "encoder/wörter": torch.tensor([1.0]),
}
save_file(tensors, os.path.join(here, "python.safetensors"), metadata={"format": "pt", "note": "größer"})
expected = {name: {"shape": list(t.shape), "values": t.double().flatten().tolist()} for name, t in tensors.items()}
expected["bf16"]["values"][3] = "Infinity"
json.dump(expected, open(os.path.join(here, "python.json"), "w"), ensure_ascii=False)

ours = os.path.join(here, "ours.safetensors")
if os.path.exists(ours):
    with safe_open(ours, "pt") as file:
        read = {name: file.get_tensor(name) for name in file.keys()}
        result = {
            name: {"dtype": str(t.dtype), "shape": list(t.shape), "values": t.double().flatten().tolist()}
            for name, t in read.items()
        }
        json.dump({"metadata": file.metadata(), "tensors": result}, open(os.path.join(here, "ours.json"), "w"), ensure_ascii=False)
