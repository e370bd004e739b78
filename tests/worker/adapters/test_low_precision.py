"""Real frameworks in bfloat16 and float16 on the CPU."""

from __future__ import annotations

import json
import re

import pytest

from fwcompare.domain.contender import FLOAT32_ONLY, MODES, Framework
from tests.worker.adapters.running import run, run_blocks


def of_architectures(folders, *names):
    return [one for one in folders if one.name.split("-")[0] in names]


def modes_in_low_precision(framework):
    """All modes for the perceptron, the first mode for the others too."""
    first, *others = MODES[framework]
    return [first, *(f"{mode}/mlp" for mode in others)]


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


@pytest.mark.parametrize("framework", [one for one in Framework if one not in FLOAT32_ONLY])
def test_every_mode_computes_in_bfloat16_on_the_cpu(framework, folders, tmp_path):
    found = run_blocks(
        framework,
        modes_in_low_precision(framework),
        of_architectures(folders, "mlp", "cnn", "lstm", "transformer"),
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
