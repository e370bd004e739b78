"""Keras on TensorFlow (modes "eager", "default" and "xla"), PyTorch ("default" and "compile") and JAX ("default").

"default" is what Keras does by itself: `predict_on_batch` and `train_on_batch`, NumPy in and out.
The other modes call the model, or a training step of one's own with a Keras loss and optimizer, on tensors
of the backend, as Keras's guides to custom training loops do: "eager" as it is, "xla" in one
`tf.function(jit_compile=True)`, "compile" with the model and its loss through `torch.compile`.
(`compile(jit_compile=True)` would compile the same, but copy from and to NumPy around it in each call.)
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, List

import numpy as np

from .. import workloads
from . import Counters, Environment, IncompatibleError, ModeProof, common

if os.environ.get("KERAS_BACKEND") != "jax":
    common.block_jax()

import keras

if keras.backend.backend() == "torch":
    from . import pytorch as backend
elif keras.backend.backend() == "jax":
    from . import jax as backend  # type: ignore[no-redef]
else:
    from . import tensorflow as backend  # type: ignore[no-redef]

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ..inputs import Inputs
    from ..wire import BlockRequest


_POLICIES = {"bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}
"""Keras's own: layers compute in that type, variables and losses are float32."""


class KerasProgram:
    """A Keras model with its weights and inputs in place: see `Program`. Its modes add how it is called."""

    def __init__(
        self,
        model: Any,
        layout: workloads.Layout,
        initial: List[np.ndarray],
        call: Callable[[], Any],
        request: BlockRequest,
    ) -> None:
        self._model = model
        self._layout = layout
        self._initial = initial
        self._request = request
        self.iterate = _synchronised(call, model, request)
        self.reset_parameters()

    def running(self) -> AbstractContextManager[Any]:
        """Nothing that Keras would not do by itself."""
        return nullcontext()

    def output(self, result: Any) -> np.ndarray:
        """Logits (batch, classes) of an inference iteration."""
        return np.asarray(result).astype(np.float32)

    def loss(self, result: Any) -> float:
        """Loss of a training iteration, read after each: some versions of Keras return a running mean."""
        self._model.reset_metrics()
        return float(result)

    def read_parameters(self) -> List[np.ndarray]:
        """Copies of the parameters, in canonical order and layout."""
        return self._layout.to_canonical([np.array(weights) for weights in self._model.get_weights()])

    def reset_parameters(self) -> None:
        """Put the initial weights back, in place."""
        self._model.set_weights(self._layout.to_native(self._initial))
        self._model.reset_metrics()

    def counters(self) -> Counters:
        """What the backend's allocator says."""
        return backend.counters(self._request.device)


class DefaultTraced(KerasProgram):
    """`predict_on_batch` or `train_on_batch` on TensorFlow or JAX, which trace their step for a compiler."""

    compiles = True

    def __init__(self, model: Any, *others: Any, step: str) -> None:
        self._runs = 0
        self._count_runs(model, step)
        super().__init__(model, *others)

    def compile_count(self) -> int:
        """How often Keras traced its step."""
        return self._runs

    def prove_mode(self) -> ModeProof:
        """A step that is not traced runs its Python code in each call; one more call tells."""
        traces = self._runs
        self.iterate()
        return ModeProof(
            traces >= 1 and self._runs == traces and not self._model.run_eagerly,
            f"Keras traced its step {traces} times and did not run it eagerly; {_choices(self._model)}",
        )

    def _count_runs(self, model: Any, step: str) -> None:
        """Count runs of the step's Python code, which costs nothing once it is traced."""
        python_step = getattr(model, step)

        def counted(*arguments: Any) -> Any:
            self._runs += 1
            return python_step(*arguments)

        setattr(model, step, counted)


class DefaultOnTorch(KerasProgram):
    """`predict_on_batch` or `train_on_batch` on PyTorch, which run eagerly."""

    compiles = False

    def compile_count(self) -> int:
        """Graphs that `torch.compile` captured: none, unless Keras was told to."""
        return int(backend.compiled_graphs())

    def prove_mode(self) -> ModeProof:
        """Keras's own choice on PyTorch is not to compile."""
        eager: ModeProof = backend.prove_eager()
        return replace(eager, evidence=f"{eager.evidence}; {_choices(self._model)}")


class CalledOnTensors(KerasProgram):
    """The model or its training step called on TensorFlow's tensors, compiled by XLA or not at all."""

    def __init__(self, *others: Any, work: Any) -> None:
        self._work = work
        self.compiles = work.function is not None
        super().__init__(*others)

    def compile_count(self) -> int:
        """How often `tf.function` traced."""
        return int(self._work.trace_count())

    def prove_mode(self) -> ModeProof:
        """See `Work.prove_mode`."""
        proof: ModeProof = self._work.prove_mode()
        return proof


class CompiledByTorch(KerasProgram):
    """The model, or model and loss of its training step, through `torch.compile`."""

    compiles = True

    def running(self) -> AbstractContextManager[Any]:
        """See `backend.mode_of`."""
        entered: AbstractContextManager[Any] = backend.mode_of(self._request.task)
        return entered

    def output(self, result: Any) -> np.ndarray:
        """Logits (batch, classes) of an inference iteration."""
        logits: np.ndarray = result.float().cpu().numpy()
        return logits

    def compile_count(self) -> int:
        """Graphs compiled in this process so far."""
        return int(backend.compiled_graphs())

    def prove_mode(self) -> ModeProof:
        """See `backend.prove_compiled`."""
        proof: ModeProof = backend.prove_compiled()
        return proof


def init_device(request: BlockRequest) -> Environment:
    """Make all settings, bring up the backend's device, read everything back.

    Raises:
        IncompatibleError: Keras is too old or on another backend, or there is no usable GPU.
    """
    if int(keras.__version__.split(".")[0]) < 3:
        raise IncompatibleError(
            f"Keras {keras.__version__} is too old. Install Keras 3 (pip install 'keras>=3')."
        )
    wanted = request.framework.partition("-")[2]
    if keras.backend.backend() != wanted:
        raise IncompatibleError(
            f"Keras runs on {keras.backend.backend()} here instead of {wanted}. Start it with KERAS_BACKEND={wanted}."
        )
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(_POLICIES.get(request.precision, "float32"))
    found = backend.init_device(request)
    computed = keras.config.dtype_policy().compute_dtype
    return replace(
        found,
        versions={**found.versions, "keras": keras.__version__},
        settings={
            **found.settings,
            "precision": "tf32" if found.settings["tf32"] and computed == "float32" else computed,
            "keras_backend": keras.backend.backend(),
            "image_data_format": keras.config.image_data_format(),
        },
    )


def build(request: BlockRequest, inputs: Inputs) -> KerasProgram:
    """Build the model, load the weights, place the inputs where the mode wants them."""
    spec = workloads.spec(request.architecture, request.size)
    implementation = workloads.implementation(request.architecture, "keras")
    layout: workloads.Layout = implementation.layout(spec)
    model = implementation.build(spec)
    x = layout.to_input(inputs.x)
    training = request.task == "training"
    make_step = getattr(implementation, "training_step", None)
    if request.mode == "compile":
        call = _compiled_call(model, make_step, request, inputs, x)
        return CompiledByTorch(model, layout, inputs.parameters, call, request)
    if request.mode in ("eager", "xla"):
        work = _tensorflow_work(model, make_step, request, inputs, x)
        return CalledOnTensors(model, layout, inputs.parameters, work.call, request, work=work)
    if training:
        model.compile(optimizer=_sgd(), loss=_loss())  # in float16 it adds the loss scale by itself
        call = partial(model.train_on_batch, x, inputs.labels)
    else:
        call = partial(model.predict_on_batch, x)
    if keras.backend.backend() == "torch":
        return DefaultOnTorch(model, layout, inputs.parameters, call, request)
    step = "train_step" if training else "predict_step"
    return DefaultTraced(model, layout, inputs.parameters, call, request, step=step)


def is_out_of_memory(error: BaseException) -> bool:
    """True if the device's memory ran out."""
    return bool(backend.is_out_of_memory(error))


def _synchronised(call: Callable[[], Any], model: Any, request: BlockRequest) -> Callable[[], Any]:
    """The call with the device synchronised at its end.

    JAX doesn't wait for new parameters on the CPU either; for outputs Keras has waited, as they are in NumPy.
    """
    if keras.backend.backend() == "jax":
        wait = partial(backend.synchronise, model)  # type: ignore[call-arg]
        return common.then(call, wait) if request.task == "training" else call
    return common.then(call, backend.synchronise) if request.device == "cuda" else call


def _tensorflow_work(model: Any, make_step: Any, request: BlockRequest, inputs: Inputs, x: np.ndarray) -> Any:
    """The model or its training step with its inputs on TensorFlow's device."""
    tf = backend.tf  # type: ignore[attr-defined]
    for layer in model.layers if request.mode == "xla" else ():
        if hasattr(layer, "use_cudnn"):
            layer.use_cudnn = False  # XLA can't compile cuDNN's recurrent operations
    with tf.device(backend.device_name(request.device)):  # type: ignore[attr-defined]
        arguments = [tf.constant(x)]
        if request.task == "training":
            arguments.append(tf.constant(inputs.labels))
    if request.task == "training":
        step = (make_step or _tensorflow_step)(model, partial(_optimizer, request))
    else:
        step = partial(model, training=False)
    return backend.Work(step, tuple(arguments), request.mode)  # type: ignore[attr-defined]


def _compiled_call(
    model: Any, make_step: Any, request: BlockRequest, inputs: Inputs, x: np.ndarray
) -> Callable[[], Any]:
    """The model or its training step with its inputs on PyTorch's device, the forward pass compiled."""
    torch = backend.torch  # type: ignore[attr-defined]
    x, labels = (torch.from_numpy(array.copy()).to(request.device) for array in (x, inputs.labels))
    if request.task == "training":
        return partial(
            (make_step or _torch_step)(model, partial(_optimizer, request), torch.compile), x, labels
        )
    return partial(torch.compile(partial(model, training=False)), x)


def _tensorflow_step(model: Any, make_optimizer: Callable[[], Any]) -> Callable[[Any, Any], Any]:
    """The step of Keras's guide "Writing a training loop from scratch in TensorFlow"."""
    tf = backend.tf  # type: ignore[attr-defined]
    optimizer, loss_of = make_optimizer(), _loss()
    optimizer.build(model.trainable_variables)

    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of(labels, model(x, training=True))
            scaled = optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss

    return step


def _torch_step(
    model: Any, make_optimizer: Callable[[], Any], wrap: Callable[[Any], Any]
) -> Callable[[Any, Any], Any]:
    """The step of Keras's guide "Writing a training loop from scratch in PyTorch"."""
    torch = backend.torch  # type: ignore[attr-defined]
    optimizer, loss_function = make_optimizer(), _loss()
    optimizer.build(model.trainable_variables)

    def loss_of(x: Any, labels: Any) -> Any:
        return loss_function(labels, model(x, training=True))

    wrapped = wrap(loss_of)

    def step(x: Any, labels: Any) -> Any:
        model.zero_grad()
        loss = wrapped(x, labels)
        optimizer.scale_loss(loss).backward()
        with torch.no_grad():
            optimizer.apply(
                [variable.value.grad for variable in model.trainable_variables], model.trainable_variables
            )
        return loss

    return step


def _sgd() -> Any:
    return keras.optimizers.SGD(workloads.LEARNING_RATE)


def _optimizer(request: BlockRequest) -> Any:
    """For a step of one's own."""
    if request.precision != "float16":
        return _sgd()
    return keras.optimizers.LossScaleOptimizer(
        _sgd(), initial_scale=workloads.LOSS_SCALE, dynamic_growth_steps=workloads.LOSS_SCALE_STEPS
    )


def _loss() -> Any:
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _choices(model: Any) -> str:
    return f"it chose jit_compile={model.jit_compile} and run_eagerly={model.run_eagerly}"
