"""TensorFlow in its own operations: modes "eager", "function" (`tf.function`), "xla" (`jit_compile`), "savedmodel"."""

from __future__ import annotations

import os
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from .. import workloads
from . import Counters, Environment, IncompatibleError, ModeProof, common

common.block_jax()

import tensorflow as tf  # noqa: E402

from . import saved_model, tensorflow_precision  # noqa: E402

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from ..inputs import Inputs
    from ..wire import BlockRequest


_SYNC_DEVICES = getattr(tf.test.experimental, "sync_devices", None)


class Work:
    """A function of tensors with the tensors that it is called with.

    Attributes:
        function: The `tf.function`, None in eager mode.
        call: One iteration.
    """

    def __init__(self, python_function: Callable[..., Any], arguments: Tuple[Any, ...], mode: str) -> None:
        self.mode = mode
        self.arguments = arguments
        self.function: Any = None
        if mode != "eager":
            self.function = tf.function(python_function, jit_compile=True if mode == "xla" else None)
        self.call = partial(self.function or python_function, *arguments)

    def trace_count(self) -> int:
        """How often the function was traced; 0 in eager mode, and if `tf.function` was switched off."""
        return 0 if self.function is None else int(self.function.experimental_get_tracing_count())

    def prove_mode(self) -> ModeProof:
        """Graphs were traced where they had to be, and XLA was the only way to run them."""
        traces = self.trace_count()
        if self.mode == "eager":
            return ModeProof(tf.executing_eagerly(), "TensorFlow executes eagerly and no tf.function is used")
        if traces == 0:
            return ModeProof(False, "tf.function traced nothing, so it ran eagerly")
        if self.mode == "function":
            return ModeProof(True, f"tf.function traced {traces} graphs")
        return self._prove_xla(traces)

    def _prove_xla(self, traces: int) -> ModeProof:
        """`_XlaMustCompile` forbids TensorFlow to run the graph in any other way than through XLA."""
        graph = self.function.get_concrete_function(*self.arguments)
        if not graph.function_def.attr["_XlaMustCompile"].b:
            return ModeProof(False, "the graph that was traced is not marked for XLA")
        hlo = self.function.experimental_get_compiler_ir(*self.arguments)(stage="hlo")
        return ModeProof(
            hlo.lstrip().startswith("HloModule"),
            f"tf.function traced {traces} graphs that must run through XLA; its program has {hlo.count(' = ')} "
            "instructions",
        )


class TensorFlowProgram:
    """A TensorFlow model with its weights and inputs on the device: see `Program`."""

    def __init__(
        self,
        parameters: List[Any],
        layout: workloads.Layout,
        initial: List[np.ndarray],
        work: Work,
        device: str,
    ) -> None:
        self._parameters = parameters
        self._layout = layout
        self._initial = initial
        self._work = work
        self._device = device
        self.compiles = work.function is not None
        self.iterate = common.then(work.call, synchronise) if device == "cuda" else work.call
        self.reset_parameters()

    def running(self) -> AbstractContextManager[Any]:
        """There is nothing to enter."""
        return nullcontext()

    def output(self, result: Any) -> np.ndarray:
        """Logits (batch, classes) of an inference iteration."""
        logits: np.ndarray = result.numpy().astype(np.float32)
        return logits

    def loss(self, result: Any) -> float:
        """Loss of a training iteration."""
        return float(result)

    def read_parameters(self) -> List[np.ndarray]:
        """Copies of the parameters, in canonical order and layout."""
        return self._layout.to_canonical([np.array(parameter) for parameter in self._parameters])

    def reset_parameters(self) -> None:
        """Put the initial weights back, in place."""
        for parameter, value in zip(self._parameters, self._layout.to_native(self._initial)):
            parameter.assign(value)

    def compile_count(self) -> int:
        """How often `tf.function` traced."""
        return self._work.trace_count()

    def prove_mode(self) -> ModeProof:
        """See `Work.prove_mode`."""
        return self._work.prove_mode()

    def counters(self) -> Counters:
        """What the allocator says."""
        return counters(self._device)


class SavedProgram(TensorFlowProgram):
    """A model that the first iteration saves, as it is then, and loads: from then on it is the loaded one."""

    def __init__(self, model: Any, *others: Any) -> None:
        self._model = model
        self._loaded: Optional[saved_model.Loaded] = None
        super().__init__(list(model.parameters), *others)
        self.compiles = True
        self.iterate = self._save_load_and_iterate

    def _save_load_and_iterate(self) -> Any:
        self._loaded = saved_model.save_and_load(self._model, self._work.call.func, self._work.arguments)
        self._parameters = list(self._loaded.model.parameters)
        call = self._loaded.call
        self.iterate = common.then(call, synchronise) if self._device == "cuda" else call
        return self.iterate()

    def compile_count(self) -> int:
        """How often the model was traced and saved."""
        return int(self._loaded is not None)

    def prove_mode(self) -> ModeProof:
        """See `saved_model.Loaded.prove`."""
        return ModeProof(False, "nothing was saved") if self._loaded is None else self._loaded.prove()


def init_device(request: BlockRequest) -> Environment:
    """Make all settings, bring up the device, read everything back.

    TF32 is off unless it is what was asked for; operations need not be deterministic, because that is
    how TensorFlow is used. oneDNN and cuDNN's autotuning are set by environment
    variables before the worker starts.

    Raises:
        IncompatibleError: There is no usable GPU.
    """
    tf.config.threading.set_intra_op_parallelism_threads(request.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    tf.config.experimental.enable_tensor_float_32_execution(request.precision == "tf32")
    gpus = tf.config.list_physical_devices("GPU")
    if request.device == "cuda":
        _require_gpu(gpus)
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
    else:
        tf.config.set_visible_devices([], "GPU")
        gpus = []
    tf.zeros(1).numpy()
    return Environment(_versions(), _settings(request, gpus), _device_name(gpus))


def build(request: BlockRequest, inputs: Inputs) -> TensorFlowProgram:
    """Build the model, load the weights, place the inputs on the device."""
    spec = workloads.spec(request.architecture, request.size)
    implementation = workloads.implementation(request.architecture, "tensorflow")
    layout: workloads.Layout = implementation.layout(spec)
    with tf.device(device_name(request.device)):
        model = implementation.build(spec)
        forward = tensorflow_precision.casting(model, request)
        x = tf.constant(layout.to_input(inputs.x))
        mode = "eager" if request.mode == "savedmodel" else request.mode
        if request.task == "training":
            make_step = getattr(implementation, "training_step", None)
            update = tensorflow_precision.gradient_step(model, request)
            step = make_step(model) if make_step else _training_step(forward, update)
            work = Work(step, (x, tf.constant(inputs.labels)), mode)
        else:
            work = Work(forward, (x,), mode)
    if request.mode == "savedmodel":
        return SavedProgram(model, layout, inputs.parameters, work, request.device)
    return TensorFlowProgram(list(model.parameters), layout, inputs.parameters, work, request.device)


def is_out_of_memory(error: BaseException) -> bool:
    """True if the GPU's memory ran out; `ResourceExhaustedError` alone may also mean a full disk."""
    text = str(error)
    signs = ("OOM", "out of memory", "Out of memory", "failed to allocate", "CUDA_ERROR_OUT_OF_MEMORY")
    kinds = (tf.errors.ResourceExhaustedError, tf.errors.InternalError)
    return isinstance(error, kinds) and any(sign in text for sign in signs)


def device_name(device: str) -> str:
    """TensorFlow's name for "cpu" or "cuda"."""
    return "/GPU:0" if device == "cuda" else "/CPU:0"


def synchronise() -> None:
    """Wait for the GPU; where TensorFlow is too old for that, by fetching what was computed last."""
    if _SYNC_DEVICES is None:
        tf.zeros(1).numpy()
    else:
        _SYNC_DEVICES()


def counters(device: str) -> Counters:
    """Peak of what TensorFlow's allocator handed out."""
    reserved = "TensorFlow does not tell how much its allocator holds"
    if device != "cuda":
        reason = "TensorFlow counts the memory of GPUs only"
        names = ("framework_allocated_peak_bytes", "framework_reserved_peak_bytes")
        return Counters({}, dict.fromkeys(names, reason))
    peak = int(tf.config.experimental.get_memory_info("GPU:0")["peak"])
    return Counters({"framework_allocated_peak_bytes": peak}, {"framework_reserved_peak_bytes": reserved})


def _training_step(
    forward: Callable[[Any], Any], update: Callable[[Any, Any], None]
) -> Callable[[Any, Any], Any]:
    def step(x: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            logits = tensorflow_precision.in_float32(forward(x))
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            loss = tf.reduce_mean(losses)
        update(tape, loss)
        return loss

    return step


def _require_gpu(gpus: List[Any]) -> None:
    if gpus:
        return
    if not tf.test.is_built_with_cuda():
        raise IncompatibleError(
            f"TensorFlow {tf.__version__} was built without CUDA. Install tensorflow[and-cuda], or choose the "
            "device cpu."
        )
    raise IncompatibleError(
        f"TensorFlow {tf.__version__} finds no GPU that it can use. Check the NVIDIA driver and that "
        "tensorflow[and-cuda] is installed, or choose the device cpu."
    )


def _versions() -> Dict[str, str]:
    build_info = tf.sysconfig.get_build_info()
    libraries = {name: build_info.get(f"{name}_version") for name in ("cuda", "cudnn")}
    return common.versions(
        tensorflow=tf.__version__, **{name: str(version) for name, version in libraries.items() if version}
    )


def _settings(request: BlockRequest, gpus: List[Any]) -> Dict[str, Any]:
    return {
        "intra_op_threads": tf.config.threading.get_intra_op_parallelism_threads(),
        "inter_op_threads": tf.config.threading.get_inter_op_parallelism_threads(),
        **tensorflow_precision.settings(request),
        "onednn": _one_dnn(),
        "cudnn_benchmark": os.environ.get("TF_CUDNN_USE_AUTOTUNE", "1") != "0",
        "deterministic": os.environ.get("TF_DETERMINISTIC_OPS", "0") not in ("0", "false"),
        "memory_growth": _memory_growth(gpus),
        **common.thread_variables(),
    }


def _one_dnn() -> Optional[bool]:
    """What the environment says; None leaves it to TensorFlow's own choice for this processor."""
    value = os.environ.get("TF_ENABLE_ONEDNN_OPTS")
    return None if value is None else value != "0"


def _memory_growth(gpus: List[Any]) -> Optional[bool]:
    return all(tf.config.experimental.get_memory_growth(gpu) for gpu in gpus) if gpus else None


def _device_name(gpus: List[Any]) -> str:
    if not gpus:
        return "cpu"
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"))
