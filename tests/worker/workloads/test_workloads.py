from __future__ import annotations

import itertools
import math
import subprocess
import sys

import pytest

from fwcompare.domain.workload import Size
from fwcompare.worker import workloads


def shapes(architecture, size):
    return [parameter.shape for parameter in workloads.spec(architecture, size).parameters]


def dense(*widths):
    return [shape for pair in itertools.pairwise(widths) for shape in (pair, pair[1:])]


def test_the_architectures_are_listed_in_order():
    assert workloads.architectures() == ("mlp", "cnn", "lstm", "transformer", "gan", "dynamic")


@pytest.mark.parametrize(
    ("architecture", "size", "batch", "input_shape", "classes"),
    [
        ("mlp", "tiny", 8, (64,), 10),
        ("mlp", "small", 128, (784,), 10),
        ("mlp", "base", 256, (4096,), 1000),
        ("cnn", "tiny", 4, (8, 8, 3), 10),
        ("cnn", "small", 32, (32, 32, 3), 10),
        ("cnn", "base", 64, (64, 64, 3), 10),
        ("lstm", "tiny", 4, (8, 8), 10),
        ("lstm", "small", 32, (50, 64), 10),
        ("lstm", "base", 64, (128, 256), 10),
        ("transformer", "tiny", 2, (8, 16), 10),
        ("transformer", "small", 32, (64, 128), 10),
        ("transformer", "base", 16, (128, 768), 10),
        ("gan", "tiny", 8, (8,), 32),
        ("gan", "small", 64, (100,), 784),
        ("gan", "base", 128, (128,), 3072),
        ("dynamic", "tiny", 4, (8,), 10),
        ("dynamic", "small", 32, (64,), 10),
        ("dynamic", "base", 128, (512,), 10),
    ],
)
def test_batch_input_and_classes_of_each_size(architecture, size, batch, input_shape, classes):
    spec = workloads.spec(architecture, size)

    assert workloads.default_batch(architecture, size) == batch
    assert spec.input_shape == input_shape
    assert spec.classes == classes


@pytest.mark.parametrize(
    ("size", "widths"),
    [("tiny", (64, 32, 10)), ("small", (784, 512, 512, 10)), ("base", (4096, 4096, 4096, 4096, 1000))],
)
def test_an_mlp_has_a_kernel_and_a_bias_for_each_pair_of_widths(size, widths):
    assert shapes("mlp", size) == dense(*widths)


@pytest.mark.parametrize(
    ("size", "filters", "features"),
    [
        ("tiny", (3, 4, 8), 2 * 2 * 8),
        ("small", (3, 32, 64), 8 * 8 * 64),
        ("base", (3, 64, 64, 128, 128, 256, 256, 512, 512), 4 * 4 * 512),
    ],
)
def test_a_cnn_has_its_convolutions_then_one_dense_layer(size, filters, features):
    convolutions = [
        shape
        for channels_in, out in itertools.pairwise(filters)
        for shape in ((3, 3, channels_in, out), (out,))
    ]

    assert shapes("cnn", size) == convolutions + dense(features, 10)


@pytest.mark.parametrize(
    ("size", "features", "hidden", "layers"),
    [("tiny", 8, 16, 1), ("small", 64, 128, 1), ("base", 256, 512, 2)],
)
def test_an_lstm_has_two_kernels_and_one_bias_of_four_gates_in_each_layer(size, features, hidden, layers):
    recurrent = [
        shape
        for inputs in [features, hidden][:layers]
        for shape in ((inputs, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,))
    ]

    assert shapes("lstm", size) == recurrent + dense(hidden, 10)


@pytest.mark.parametrize(
    ("size", "layers", "width", "heads", "hidden"),
    [("tiny", 1, 16, (2, 8), 32), ("small", 2, 128, (4, 32), 512), ("base", 12, 768, (12, 64), 3072)],
)
def test_a_transformer_has_its_encoder_layers_then_one_dense_layer(size, layers, width, heads, hidden):
    attention = [(width, *heads), heads] * 3 + [(*heads, width), (width,)]
    norm = [(width,), (width,)]

    encoder = layers * [*attention, *norm, *dense(width, hidden, width), *norm]

    assert shapes("transformer", size) == encoder + dense(width, 10)


@pytest.mark.parametrize(
    ("size", "generator", "discriminator"),
    [
        ("tiny", (8, 16, 32), (32, 16, 1)),
        ("small", (100, 256, 512, 784), (784, 512, 256, 1)),
        ("base", (128, 1024, 2048, 3072), (3072, 2048, 1024, 1)),
    ],
)
def test_a_gan_has_its_generator_then_its_discriminator(size, generator, discriminator):
    assert shapes("gan", size) == dense(*generator) + dense(*discriminator)
    assert workloads.spec("gan", size).generator_arrays == len(dense(*generator))


@pytest.mark.parametrize(
    ("size", "features", "hidden"), [("tiny", 8, 16), ("small", 64, 256), ("base", 512, 2048)]
)
def test_a_dynamic_network_has_two_kernels_and_one_bias_in_its_loop_then_one_dense_layer(
    size, features, hidden
):
    assert shapes("dynamic", size) == [(features, hidden), (hidden, hidden), (hidden,), *dense(hidden, 10)]


@pytest.mark.parametrize("architecture", workloads.architectures())
@pytest.mark.parametrize("size", Size)
def test_every_parameter_has_a_name_of_its_own_and_a_spread(architecture, size):
    parameters = workloads.spec(architecture, size).parameters

    assert len({parameter.name for parameter in parameters}) == len(parameters)
    assert all(0 < parameter.std < 1 for parameter in parameters)


def test_kernels_are_spread_by_the_number_of_inputs_of_one_output():
    conv1, _, conv2, *_ = workloads.spec("cnn", "small").parameters

    assert conv1.std == pytest.approx(1 / math.sqrt(3 * 27))
    assert conv2.std == pytest.approx(1 / math.sqrt(3 * 9 * 32))


@pytest.mark.parametrize(("architecture", "size"), [("rnn", "tiny"), ("mlp", "huge"), ("cnn", "")])
def test_what_does_not_exist_is_a_key_error(architecture, size):
    with pytest.raises(KeyError):
        workloads.spec(architecture, size)


def test_an_implementation_that_is_missing_says_its_name():
    with pytest.raises(ModuleNotFoundError, match=r"mlp\.caffe"):
        workloads.implementation("mlp", "caffe")


def test_the_sizes_can_be_read_without_numpy_or_a_framework():
    code = (
        "import sys; from fwcompare.worker import workloads\n"
        "for name in workloads.architectures(): workloads.default_batch(name, 'base')\n"
        "print({'numpy', 'torch', 'tensorflow', 'keras'} & set(sys.modules))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert child.stdout.strip() == "set()"
