"""Weights of Keras's for the tests, what its recurrent layers yield, and what they yield with ours: `python3 record.py`
(written with keras 3.15, jax 0.10, safetensors 0.8). Weights are called by their paths; sequences are written time-major.
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
T, B, F, H = 4, 2, 3, 2


def draw(*shape):
    """Numbers that are the same in f32 and f64."""
    return np.round(random.normal(size=shape) * 64) / 64


# `unroll` for jax to compile nothing.
options = {"return_sequences": True, "unroll": True}
layers = {
    "rnn": keras.layers.SimpleRNN(H, name="rnn", **options),
    "relu": keras.layers.SimpleRNN(H, activation="relu", name="relu", **options),
    "lstm": keras.layers.LSTM(H, name="lstm", **options),
    "gru": keras.layers.GRU(H, name="gru", **options),
    "paper": keras.layers.GRU(H, reset_after=False, name="paper", **options),
    "noBias": keras.layers.LSTM(H, use_bias=False, name="noBias", **options),
    "both": keras.layers.Bidirectional(keras.layers.GRU(H, name="gru", **options), name="both"),
}
xs = {name: draw(B, T, F) for name in layers}
for name, layer in layers.items():
    layer.build(xs[name].shape)
weights = {weight.path: weight for layer in layers.values() for weight in layer.weights}
for weight in weights.values():
    weight.assign(draw(*weight.shape))
save_file({path: np.float32(weight.numpy()) for path, weight in weights.items()}, os.path.join(here, "weights.safetensors"))


def time_major(x):
    return np.swapaxes(x, 0, 1)


def record(name, layer):
    trained, rest = [[w.value for w in group] for group in (layer.trainable_variables, layer.non_trainable_variables)]
    call = lambda trained, x: layer.stateless_call(trained, rest, x)[0]
    y = call(trained, xs[name])
    cotangent = draw(*y.shape)
    of_weights, of_x = jax.grad(lambda trained, x: (call(trained, x) * cotangent).sum(), (0, 1))(trained, xs[name])
    arrays = {"x": xs[name], "y": y, "cotangent": cotangent, "slope": of_x}
    slopes = {f"slope of {weight.path}": slope for weight, slope in zip(layer.trainable_variables, of_weights)}
    return {**{f"{name}/{key}": time_major(array) for key, array in arrays.items()}, **slopes}


def save(arrays, name):
    save_file({key: np.ascontiguousarray(array) for key, array in arrays.items()}, os.path.join(here, name))


save({key: array for name, layer in layers.items() for key, array in record(name, layer).items()}, "recorded.safetensors")

ours = os.path.join(here, "ours.safetensors")
if os.path.exists(ours):
    tensors = load_file(ours)
    assert set(tensors) == set(weights)
    for path, weight in weights.items():
        weight.assign(tensors[path])
    save({f"{name}/y": time_major(layer(xs[name])) for name, layer in layers.items()}, "with-ours.safetensors")
