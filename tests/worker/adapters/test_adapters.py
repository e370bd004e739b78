"""Every contender on real frameworks, one child process for each framework (two can't share one)."""

from __future__ import annotations

import os

import pytest

from fwcompare.domain.contender import MODES, MODULES, Contender, Framework
from fwcompare.domain.workload import Task
from fwcompare.worker import workloads
from fwcompare.worker.adapters import ADAPTERS
from tests.worker.adapters.running import CHILD, ROOT, SLOW, run, run_blocks

LEFT_EAGER = {"compile/lstm/inference": "left eager: ", "compile/lstm/training": "left partly eager: "}
"""How the proof begins where `torch.compile` does not compile all: it leaves `nn.LSTM` alone."""


def modes_of(framework):
    """Its modes as the child is told them."""
    return ["/".join(filter(None, (mode, SLOW.get((framework, mode))))) for mode in MODES[framework]]


RUNTIMES = {Framework.ONNXRUNTIME, Framework.LITERT}
"""They run what another framework exported, in another process."""


@pytest.fixture(scope="module", params=Framework)
def framework(request):
    return request.param


@pytest.fixture(scope="module")
def result(framework, folders, tmp_path_factory):
    """What all modes of one framework gave, beside a package `jax` that leaves a mark when it is imported."""
    folder = tmp_path_factory.mktemp("beside")
    if framework is not Framework.KERAS_JAX:
        (folder / "jax.py").write_text(f"open({str(folder / 'imported')!r}, 'w').close()\n")
    found = run_blocks(
        framework,
        modes_of(framework),
        folders,
        PYTHONPATH=os.pathsep.join([str(ROOT), str(folder)]),
        TORCHINDUCTOR_CACHE_DIR=str(folder / "inductor"),
    )
    return {**found, "jax_imported": (folder / "imported").exists()}


def test_every_mode_computes_the_same_as_the_reference(framework, result):
    blocks = result["blocks"]

    architectures = [
        (mode, architecture)
        for mode in MODES[framework]
        for architecture in workloads.architectures()
        if SLOW.get((framework, mode), architecture) == architecture
    ]
    assert list(blocks) == [
        f"{mode}/{architecture}/{task}"
        for mode, architecture in architectures
        for task in Task
        if not Contender(framework, mode, "").obstacle_to(task, architecture)
    ]
    for name, block in blocks.items():
        expected = {"output"} if "inference" in name else {"loss_after_1", "loss_after_5", "parameter_change"}
        assert set(block["checks"]) == expected
        assert block["passed"], (name, block["checks"])
        assert block["passed_again"], name


def test_every_mode_is_proved_or_says_what_was_left_eager(result):
    for name, block in result["blocks"].items():
        assert block["proved"] == (name not in LEFT_EAGER), (name, block["evidence"])
        assert block["evidence"].startswith(LEFT_EAGER.get(name, ""))
        assert block["evidence"]
        assert block["proved"] or "LSTM" in block["evidence"]


def test_what_compiles_does_so_in_the_first_calls_and_never_again(result):
    for name, block in result["blocks"].items():
        left_eager = LEFT_EAGER.get(name) == "left eager: "
        assert (block["compiled_by_first_calls"] > 0) == (block["compiles"] and not left_eager), name
        assert block["compiled_later"] == 0, name


def test_eager_modes_and_keras_on_torch_do_not_compile(framework, result):
    for name, block in result["blocks"].items():
        mode = name.split("/")[0]
        eager = mode == "eager" or (framework is Framework.KERAS_TORCH and mode == "default")
        assert block["compiles"] == (not eager), name


def test_pytorch_infers_in_a_mode_that_is_entered_once(framework, result):
    for name, block in result["blocks"].items():
        mode, _, task = name.split("/")
        enters = framework is Framework.PYTORCH or (framework is Framework.KERAS_TORCH and mode == "compile")
        assert block["infers"] == (enters and task == "inference"), name


def test_the_initial_weights_come_back_bit_for_bit(result):
    assert all(block["weights_back"] for block in result["blocks"].values())


def test_settings_and_versions_are_read_back(framework, result):
    settings, versions = result["environment"]["settings"], result["environment"]["versions"]

    assert settings["intra_op_threads"] == 1
    assert settings["inter_op_threads"] == (None if framework is Framework.KERAS_JAX else 1)
    assert (settings["precision"], settings["tf32"], settings["loss_scale"]) == ("float32", False, None)
    assert settings["omp_num_threads"] == "1"
    assert {"onednn", "cudnn_benchmark", "memory_growth", "deterministic"} <= set(settings)
    assert {"python", "numpy", *MODULES[framework]} <= set(versions)
    assert result["environment"]["device"] == "cpu"


def test_gpu_counters_are_unavailable_with_a_reason_on_the_cpu(result):
    for block in result["blocks"].values():
        assert block["counters"]["values"] == {}
        assert set(block["counters"]["unavailable"]) == {
            "framework_allocated_peak_bytes",
            "framework_reserved_peak_bytes",
        }
        assert all(block["counters"]["unavailable"].values())


def test_no_framework_shares_a_process_with_another(framework, result):
    first, *others = MODULES[framework]
    own = {first, *(() if framework in RUNTIMES else others)}

    assert (
        own <= set(result["frameworks"]) <= own | {"keras" if "tensorflow" in own else first}
    )  # TensorFlow brings it


def test_jax_stays_out_of_tensorflow_and_keras(framework, result):
    assert framework is Framework.PYTORCH or not result["jax_imported"]


WITHOUT_XNNPACK = """
from functools import partial
from ai_edge_litert.interpreter import OpResolverType
without = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
adapter.Interpreter = partial(adapter.Interpreter, experimental_op_resolver_type=without)
"""


@pytest.mark.parametrize(
    ("framework", "modes", "first"),
    [
        (
            Framework.PYTORCH,
            ["compile", "script"],
            "adapter.torch.compile = lambda function, **_: function; adapter.torch.jit.script = lambda model: model",
        ),
        (Framework.TENSORFLOW, ["function", "xla"], "adapter.tf.config.run_functions_eagerly(True)"),
        (
            Framework.KERAS_TENSORFLOW,
            ["default", "xla"],
            "adapter.backend.tf.config.run_functions_eagerly(True)",
        ),
        (Framework.KERAS_JAX, ["default/mlp"], "adapter.backend.jax.config.update('jax_disable_jit', True)"),
        (Framework.ONNXRUNTIME, ["default/mlp"], "adapter._PROVIDERS['cpu'] = 'CUDAExecutionProvider'"),
        (
            Framework.LITERT,
            ["default/mlp"],
            WITHOUT_XNNPACK,
        ),
    ],
    ids=[
        "torch.compile and TorchScript disabled",
        "tf.function disabled",
        "tf.function disabled under Keras",
        "jax.jit disabled",
        "a provider that ONNX Runtime replaces by that of the CPU",
        "LiteRT without XNNPACK",
    ],
)
def test_a_silent_fall_back_is_not_proved(folders, framework, modes, first):
    """The results are right, which is why only the proof can tell; old torch.compile does this when disabled."""
    blocks = run_blocks(framework, modes, folders, first)["blocks"]

    assert {name.partition("/")[0] for name in blocks} == {mode.partition("/")[0] for mode in modes}
    for name, block in blocks.items():
        assert block["passed"], name
        assert not block["proved"], (name, block["evidence"])


def test_a_graph_without_xla_is_not_proved_as_xla():
    code = (
        "from fwcompare.worker.adapters import tensorflow as adapter\n"
        "work = adapter.Work(adapter.tf.square, (adapter.tf.ones(3),), 'function')\n"
        "work.call(); work.mode = 'xla'; print(work.prove_mode())"
    )

    answer = run(Framework.TENSORFLOW, "-c", code)

    assert "proved=False" in answer
    assert "not marked for XLA" in answer


@pytest.mark.parametrize(
    ("framework", "mode", "device", "environment", "sentence"),
    [
        (Framework.PYTORCH, "eager", "cuda", {}, "choose the device cpu"),
        (Framework.PYTORCH, "compile", "cpu", {"CXX": "/no/such/g++"}, "choose the mode eager"),
        (Framework.TENSORFLOW, "xla", "cuda", {}, "choose the device cpu"),
        (Framework.KERAS_TORCH, "default", "cuda", {}, "choose the device cpu"),
        (
            Framework.KERAS_TORCH,
            "default",
            "cpu",
            {"KERAS_BACKEND": "tensorflow"},
            "with KERAS_BACKEND=torch",
        ),
        (Framework.KERAS_JAX, "default", "cuda", {}, "choose the device cpu"),
        (Framework.ONNXRUNTIME, "default", "cuda", {}, "choose the device cpu"),
        (Framework.LITERT, "default", "cuda", {}, "choose the device cpu"),
    ],
    ids=[
        "no GPU for torch",
        "no compiler",
        "no GPU for TensorFlow",
        "no GPU for Keras",
        "other Keras backend",
        "no GPU for JAX",
        "no GPU for ONNX Runtime",
        "no GPU for LiteRT",
    ],
)
def test_what_cannot_run_here_is_refused_with_a_remedy(framework, mode, device, environment, sentence):
    code = (
        "from dataclasses import replace\n"
        "from contender_child import REQUEST\n"
        f"from fwcompare.worker.adapters import IncompatibleError, {ADAPTERS[framework]} as adapter\n"
        f"request = replace(REQUEST, framework={str(framework)!r}, mode={mode!r}, device={device!r})\n"
        "try: adapter.init_device(request)\n"
        "except IncompatibleError as error: print(error)\n"
        "else: print('it was not refused')"
    )

    answer = run(framework, "-c", code, PYTHONPATH=f"{ROOT}{os.pathsep}{CHILD.parent}", **environment)

    assert answer.endswith(f"{sentence}.")


@pytest.mark.parametrize(
    ("framework", "module", "device_errors", "other_errors"),
    [
        (
            Framework.PYTORCH,
            "pytorch",
            [
                "torch.cuda.OutOfMemoryError('CUDA out of memory')",
                "RuntimeError('CUDA error: out of memory')",
            ],
            ["RuntimeError('shapes differ')", "MemoryError()", "ValueError('CUDA error: out of memory')"],
        ),
        (
            Framework.TENSORFLOW,
            "tensorflow",
            ["tf.errors.ResourceExhaustedError(None, None, 'OOM when allocating tensor')"],
            ["tf.errors.ResourceExhaustedError(None, None, 'No space left on device')", "MemoryError()"],
        ),
        (
            Framework.KERAS_JAX,
            "jax",
            ["jax.errors.JaxRuntimeError('RESOURCE_EXHAUSTED: Out of memory allocating 8 bytes.')"],
            ["jax.errors.JaxRuntimeError('INTERNAL: no')", "RuntimeError('RESOURCE_EXHAUSTED')"],
        ),
        (
            Framework.ONNXRUNTIME,
            "onnxruntime",
            ["RuntimeError('CUDA failure 2: out of memory')"],
            ["RuntimeError('shapes differ')", "MemoryError()"],
        ),
    ],
)
def test_only_the_device_running_out_of_memory_is_that(framework, module, device_errors, other_errors):
    library = {"pytorch": "torch", "tensorflow": "tf"}.get(module, module)
    code = (
        f"from fwcompare.worker.adapters import {module} as adapter\n{library} = adapter.{library}\n"
        f"print([adapter.is_out_of_memory(error) for error in [{', '.join(device_errors + other_errors)}]])"
    )

    answer = run(framework, "-c", code)

    assert answer == str([True] * len(device_errors) + [False] * len(other_errors))
