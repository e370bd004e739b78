"""TensorFlow's mode "savedmodel": a function is exported as a SavedModel, loaded again, and called by its signature."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from typing import Any, Callable, Tuple

import tensorflow as tf

from . import ModeProof

_SIGNATURE = "iterate"
_RESULT = "result"


@dataclass(frozen=True)
class Loaded:
    """What was loaded.

    Attributes:
        model: Has the attributes that the saved one had; its variables are its own.
        call: One iteration.
        signature: The function that it calls.
    """

    model: Any
    call: Callable[[], Any]
    signature: Any

    def prove(self) -> ModeProof:
        """What is called was loaded: it works on the loaded variables, and has a graph but no Python code."""
        loaded = {id(variable) for variable in (*self.model.parameters, *self.model.loss_scale)}
        used = {id(variable) for variable in self.signature.variables}
        node_count = sum(len(function.node_def) for function in _functions(self.signature))
        return ModeProof(
            bool(used) and used <= loaded and node_count > 0,
            f"the signature of a loaded SavedModel ran, {node_count} operations on {len(used)} loaded variables",
        )


def save_and_load(model: tf.Module, function: Callable[..., Any], arguments: Tuple[Any, ...]) -> Loaded:
    """Save a model whose signature is the function of tensors like these arguments, and load it.

    The files are gone afterwards: loading has read them.
    """
    names = [f"argument_{place}" for place in range(len(arguments))]
    specs = [tf.TensorSpec(given.shape, given.dtype, name) for name, given in zip(names, arguments)]
    traced = tf.function(lambda *tensors: {_RESULT: function(*tensors)}).get_concrete_function(*specs)
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(model, folder, signatures={_SIGNATURE: traced})
        loaded = tf.saved_model.load(folder)
    signature = loaded.signatures[_SIGNATURE]
    given = dict(zip(names, arguments))
    return Loaded(loaded, lambda: signature(**given)[_RESULT], signature)


def _functions(signature: Any) -> Any:
    return signature.graph.as_graph_def().library.function
