"""Every contender on real frameworks, one child process for each framework (two can't share one)."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from fwcompare.domain.contender import MODES, MODULES, NO_TRAINING_OF, Contender, Framework
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import prepare_inputs
from fwcompare.worker import workloads
from fwcompare.worker.adapters import ADAPTERS
from fwcompare.worker.equivalence import LIMITS
from fwcompare.worker.inputs import read_inputs
from tests.frameworks import python_with

ROOT = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("contender_child.py")

LEFT_EAGER = {"compile/lstm/inference": "left eager: ", "compile/lstm/training": "left partly eager: "}
"""How the proof begins where `torch.compile` does not compile all: it leaves `nn.LSTM` alone."""


SLOW = {(Framework.KERAS_TORCH, "compile"): "mlp", (Framework.PYTORCH, "aot"): "mlp"}
"""Modes that take long to compile, and the one architecture for which they do so here."""


def modes_of(framework):
    """Its modes as the child is told them."""
    return ["/".join(filter(None, (mode, SLOW.get((framework, mode))))) for mode in MODES[framework]]


RUNTIMES = {Framework.ONNXRUNTIME, Framework.LITERT}
"""They run what another framework exported, in another process."""


def run(framework, *arguments, **environment):
    """Run Python with that framework's environment, its compile caches and JAX's absence apart."""
    python = python_with(framework)
    if python is None:
        pytest.skip(f"{framework} is not installed")
    given = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KERAS_BACKEND": framework.partition("-")[2] or "tensorflow",
        "NPROC": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        **environment,
    }
    child = subprocess.run(
        [python, *arguments], check=False, env=given, capture_output=True, text=True, timeout=1800
    )
    assert child.returncode == 0, child.stderr[-4000:]
    return child.stdout.splitlines()[-1]


def run_blocks(framework, modes, folders, first="", precision="float32", **environment):
    arguments = [str(CHILD), framework, precision, ",".join(modes), first, *map(str, folders)]
    return json.loads(run(framework, *arguments, **environment))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return [
        prepare_inputs(
            Workload(architecture, task, Size.TINY, workloads.default_batch(architecture, "tiny"), "cpu"),
            5,
            cache,
        )
        for architecture in workloads.architectures()
        for task in Task
        if task is Task.INFERENCE or architecture not in NO_TRAINING_OF
    ]


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

    assert set(result["frameworks"]) == {first, *(() if framework in RUNTIMES else others)}


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


SWAP_GATES = """
from fwcompare.worker.workloads.lstm import pytorch as lstm
layout = lstm.layout
def swapped(array):
    return array.reshape(4, -1, *array.shape[1:])[[0, 1, 3, 2]].reshape(array.shape)
def swapped_layout(spec):
    right = layout(spec)
    def to_native(parameters):
        *recurrent, kernel, bias = right.to_native(parameters)
        return [*map(swapped, recurrent), kernel, bias]
    return type(right)(right.to_input, to_native, right.to_canonical)
lstm.layout = swapped_layout
"""

TRAIN_BOTH_BIASES = """
from fwcompare.worker.workloads.lstm import pytorch as lstm
build = lstm.build
lstm.build = lambda spec: build(spec).requires_grad_(True)
"""


@pytest.mark.parametrize(
    ("mistake", "seen_in"),
    [
        (SWAP_GATES, {"output", "parameter_change", "loss_after_1", "loss_after_5"}),
        (TRAIN_BOTH_BIASES, {"parameter_change", "loss_after_1", "loss_after_5"}),
    ],
    ids=["other order of the gates", "both biases of PyTorch trained"],
)
def test_a_mistake_in_the_lstm_is_seen_by_the_check(folders, mistake, seen_in):
    lstm = [folder for folder in folders if folder.name.startswith("lstm-")]

    blocks = run_blocks(Framework.PYTORCH, ["eager"], lstm, mistake)["blocks"]

    allowed = LIMITS["float32"]
    limits = {"output": allowed.output, "parameter_change": allowed.parameter_change}
    errors = {name: error for block in blocks.values() for name, error in block["checks"].items()}
    assert {name for name, error in errors.items() if error > limits.get(name, allowed.loss)} == seen_in, (
        errors
    )


GENERATOR_FIRST = """
from fwcompare.worker.workloads.gan import pytorch as gan
SGD = adapter.torch.optim.SGD
def training_step(model, forward, wrap, latents, real):
    generator_loss, discriminator_loss = gan._losses(model.discriminator)
    def step():
        found_out = generator_loss(model(latents))
        model.zero_grad()
        found_out.backward()
        SGD(model.generator.parameters(), lr=0.1).step()
        told_apart = discriminator_loss(real, model(latents).detach())
        model.zero_grad()
        told_apart.backward()
        SGD(model.discriminator.parameters(), lr=0.1).step()
        return told_apart + found_out
    return step
gan.training_step = training_step
"""

NOT_DETACHED = """
from fwcompare.worker.workloads.gan import pytorch as gan
SGD = adapter.torch.optim.SGD
def training_step(model, forward, wrap, latents, real):
    generator_loss, discriminator_loss = gan._losses(model.discriminator)
    def step():
        model.zero_grad()
        told_apart = discriminator_loss(real, model(latents))
        told_apart.backward()
        SGD(model.discriminator.parameters(), lr=0.1).step()
        found_out = generator_loss(model(latents))
        found_out.backward()
        SGD(model.generator.parameters(), lr=0.1).step()
        return told_apart + found_out
    return step
gan.training_step = training_step
"""


@pytest.mark.parametrize("mistake", [GENERATOR_FIRST, NOT_DETACHED], ids=["generator first", "not detached"])
def test_another_way_of_taking_turns_is_seen_by_the_check(folders, mistake):
    gan = [folder for folder in folders if folder.name.startswith("gan-training")]

    blocks = run_blocks(Framework.PYTORCH, ["eager"], gan, mistake)["blocks"]

    assert not blocks["eager/gan/training"]["passed"], blocks


ONE_TURN_FEWER = """
from fwcompare.worker.workloads.dynamic import {module} as dynamic
dynamic.MAX_TURNS = {turns} - 1
"""

TRACE_ALL_THE_SAME = "from fwcompare.domain import contender; contender.GAPS.clear()"


def turns_of(folder):
    """How many turns the loop takes on the inputs of this folder."""
    given = read_inputs(str(folder))
    reference = workloads.implementation("dynamic", "reference")
    return reference.forward(None, given.parameters, given.x)[1].residuals.shape[1]


@pytest.mark.parametrize(
    ("framework", "mode"),
    [(Framework.PYTORCH, "eager"), (Framework.TENSORFLOW, "function"), (Framework.KERAS_TENSORFLOW, "xla")],
)
def test_a_loop_with_a_turn_fewer_is_seen_by_the_check(folders, framework, mode):
    (folder,) = [folder for folder in folders if folder.name.startswith("dynamic-")]
    module = ADAPTERS[framework]
    statement = ONE_TURN_FEWER.format(module=module, turns=turns_of(folder))

    blocks = run_blocks(framework, [mode], [folder], statement)["blocks"]

    assert not blocks[f"{mode}/dynamic/inference"]["passed"], blocks


def test_a_trace_that_keeps_the_turns_of_its_example_is_seen_by_the_check(folders):
    (folder,) = [folder for folder in folders if folder.name.startswith("dynamic-")]

    blocks = run_blocks(Framework.PYTORCH, ["trace", "script"], [folder], TRACE_ALL_THE_SAME)["blocks"]

    assert {name: block["passed"] for name, block in blocks.items()} == {
        "trace/dynamic/inference": False,
        "script/dynamic/inference": True,
    }


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


def of_architectures(folders, *names):
    return [one for one in folders if one.name.split("-")[0] in names]


def modes_in_low_precision(framework):
    """All modes for two architectures, the first mode for the others too."""
    first, *others = MODES[framework]
    known = [f"{mode}/{SLOW.get((framework, mode), only)}" for mode in others for only in ("mlp", "cnn")]
    return [first, *dict.fromkeys(known)]


def assert_low_precision(blocks, precision):
    """Every block is within its limits and not better than its precision can be, or says what is lacking."""
    for name, block in blocks.items():
        if "obstacle" in block:
            assert "/lstm/" in name, block
            assert re.match(f"PyTorch .* has no LSTM in {precision} for this processor: ", block["obstacle"])
            continue
        assert block["passed"], (name, block["checks"])
        assert block["passed_again"], name
        assert block["proved"], (name, block["evidence"])
        assert not block["too_exact"], name
        assert block["weights_back"], name
        assert block["compiled_later"] == 0, name


def test_every_mode_computes_in_bfloat16_on_the_cpu(framework, folders, tmp_path):
    found = run_blocks(
        framework,
        modes_in_low_precision(framework),
        folders,
        precision="bfloat16",
        TORCHINDUCTOR_CACHE_DIR=str(tmp_path),
    )

    settings = found["environment"]["settings"]
    assert (settings["precision"], settings["tf32"], settings["loss_scale"]) == ("bfloat16", False, None)
    assert len(found["blocks"]) > len(MODES[framework])
    assert_low_precision(found["blocks"], "bfloat16")


@pytest.mark.parametrize(
    ("framework", "modes"),
    [
        (Framework.PYTORCH, ["eager", "script"]),
        (Framework.TENSORFLOW, ["eager", "xla", "savedmodel"]),
        (Framework.KERAS_TENSORFLOW, ["eager", "default", "xla"]),
        (Framework.KERAS_TORCH, ["default"]),
    ],
)
def test_float16_learns_with_a_loss_scale(folders, framework, modes):
    """A run refuses it on the CPU; the adapters' arithmetic is the same there."""
    found = run_blocks(framework, modes, of_architectures(folders, "cnn", "transformer"), precision="float16")

    assert found["environment"]["settings"]["precision"] == "float16"
    assert len(found["blocks"]) == 4 * len(modes)
    assert_low_precision(found["blocks"], "float16")


def test_a_loss_scale_of_tensorflow_s_own_step_shrinks_and_grows():
    code = """
from types import SimpleNamespace
from fwcompare.worker import workloads
from fwcompare.worker.adapters.tensorflow import tensorflow_precision, tf
model = SimpleNamespace(parameters=[tf.Variable(1.0)], loss_scale=[])
update = tensorflow_precision.gradient_step(model, SimpleNamespace(precision="float16", task="training"))
seen = []
def step(factor):
    with tf.GradientTape() as tape:
        loss = factor * model.parameters[0]
    update(tape, loss)
    seen.append([round(float(one), 4) for one in (*model.parameters, *model.loss_scale)])
step(float("inf"))
step(2.0)
model.loss_scale[1].assign(workloads.LOSS_SCALE_STEPS - 1)
step(0.0)
print(seen)
"""

    answer = json.loads(run(Framework.TENSORFLOW, "-c", code))

    assert answer == [[1.0, 16384.0, 0.0], [0.8, 16384.0, 1.0], [0.8, 32768.0, 0.0]]


def test_a_silent_fall_back_to_float32_is_told_by_the_result(folders):
    """The settings say bfloat16, and the result is too good for that."""
    forgets = "adapter.torch_precision.casting = lambda request: lambda function: function"

    found = run_blocks(
        Framework.PYTORCH, ["eager"], of_architectures(folders, "cnn"), forgets, precision="bfloat16"
    )

    assert found["environment"]["settings"]["precision"] == "bfloat16"
    for block in found["blocks"].values():
        assert block["passed"]
        assert block["too_exact"].startswith("computed in float32 instead of bfloat16: ")
