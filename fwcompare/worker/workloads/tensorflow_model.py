"""What the models in TensorFlow's own operations have in common: their weights, and the type they compute in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

import tensorflow as tf

if TYPE_CHECKING:
    from . import Spec


class Model(tf.Module):  # type: ignore[misc]
    """Float32 variables, which the forward pass sees in the type that it computes in.

    Attributes:
        parameters: The variables, in the order of the spec.
        loss_scale: Variables of a loss scale, none without one; here so that they are saved with the model.
        compute_type: What the forward pass computes in.
    """

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.parameters = [
            tf.Variable(tf.zeros(parameter.shape), name=parameter.name.replace(".", "_"))
            for parameter in spec.parameters
        ]
        self.loss_scale: List[Any] = []
        self.compute_type = tf.float32

    @property
    def weights(self) -> List[Any]:
        """The parameters as the forward pass takes them, cast anew in each."""
        return [in_type(parameter, self.compute_type) for parameter in self.parameters]


def in_type(given: Any, wanted: Any) -> Any:
    """A tensor or variable cast to a type; itself if it is of that type, which `tf.cast` would read anew."""
    return given if given.dtype == wanted else tf.cast(given, wanted)
