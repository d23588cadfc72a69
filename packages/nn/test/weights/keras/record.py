"""Weights of Keras's for the tests, what its layers yield, and what they yield with ours: `python3 record.py`
(written with keras 3.15, jax 0.10, safetensors 0.8). Weights are called by their paths.
"""
import os

os.environ["KERAS_BACKEND"] = "jax"
import jax
import keras
import numpy as np
from keras.src.backend.common import dtypes
from safetensors.numpy import load_file, save_file

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
# Keras rounds to f32 with jax, whatever the precision of its layers, unless told otherwise here.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
here = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(1)


def draw(*shape):
    """Numbers that are the same in f32 and f64."""
    return np.round(random.normal(size=shape) * 64) / 64


layers = {
    "dense": (keras.layers.Dense(3, name="dense"), draw(2, 4)),
    "projection": (keras.layers.Dense(3, use_bias=False, name="projection"), draw(2, 3)),
    "embedding": (keras.layers.Embedding(5, 3, name="embedding"), np.array([[4, 0], [2, 2]], dtype=np.int32)),
    "conv1d": (keras.layers.Conv1D(6, 3, groups=2, name="conv1d"), draw(2, 5, 4)),
    "conv2d": (keras.layers.Conv2D(3, (3, 2), name="conv2d"), draw(2, 4, 3, 2)),
    "layerNorm": (keras.layers.LayerNormalization(name="layerNorm"), draw(2, 4)),
    "batchNorm": (keras.layers.BatchNormalization(name="batchNorm"), draw(2, 3)),
}
for layer, x in layers.values():
    layer.build(x.shape)
weights = {weight.path: weight for layer, _ in layers.values() for weight in layer.weights}
for path, weight in weights.items():
    weight.assign(np.abs(draw(*weight.shape)) + 0.5 if path.endswith("variance") else draw(*weight.shape))
save_file({path: np.float32(weight.numpy()) for path, weight in weights.items()}, os.path.join(here, "weights.safetensors"))


def record(name, layer, x):
    trained, rest = [[w.value for w in group] for group in (layer.trainable_variables, layer.non_trainable_variables)]
    call = lambda trained, x: layer.stateless_call(trained, rest, x)[0]
    y = call(trained, x)
    cotangent = draw(*y.shape)
    loss = lambda trained, x: (call(trained, x) * cotangent).sum()
    recorded = {f"{name}/x": x, f"{name}/y": y, f"{name}/cotangent": cotangent}
    for variable, slope in zip(layer.trainable_variables, jax.grad(loss)(trained, x)):
        recorded[f"slope of {variable.path}"] = slope
    if np.issubdtype(x.dtype, np.floating):
        recorded[f"{name}/slope"] = jax.grad(loss, 1)(trained, x)
    return recorded


def save(recorded, name):
    save_file({key: np.ascontiguousarray(array) for key, array in recorded.items()}, os.path.join(here, name))


save({key: a for name, (layer, x) in layers.items() for key, a in record(name, layer, x).items()}, "recorded.safetensors")

ours = os.path.join(here, "ours.safetensors")
if os.path.exists(ours):
    tensors = load_file(ours)
    assert set(tensors) == set(weights)
    for path, weight in weights.items():
        weight.assign(tensors[path])
    save({f"{name}/y": layer(x) for name, (layer, x) in layers.items()}, "with-ours.safetensors")
