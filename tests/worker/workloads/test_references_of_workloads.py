"""The NumPy references against slow definitions and finite differences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.special import erf, expit, softmax

from fwcompare.execution.references import MIN_MARGIN
from fwcompare.worker import workloads
from fwcompare.worker.workloads import training
from fwcompare.worker.workloads.cnn.spec import CnnSpec
from fwcompare.worker.workloads.dynamic import reference as dynamic
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE, DynamicSpec
from fwcompare.worker.workloads.gan.spec import GanSpec
from fwcompare.worker.workloads.lstm.spec import LstmSpec
from fwcompare.worker.workloads.mlp.spec import MlpSpec
from fwcompare.worker.workloads.transformer.spec import TransformerSpec

SPECS = {
    "mlp": MlpSpec((5, 7, 6, 4), batch=3, input_variance=1.0),
    "cnn": CnnSpec((4, 8, 2), ((3, 4), (5,)), classes=3, batch=3, input_variance=1.0),
    "lstm": LstmSpec(steps=4, features=3, hidden=5, layers=2, classes=3, batch=3, input_variance=1.0),
    "transformer": TransformerSpec(time=3, width=4, heads=2, hidden=5, layers=2, batch=3, classes=3),
}
OTHERS = {
    "gan": GanSpec((3, 5, 4), (4, 6, 1), batch=3),
    "dynamic": DynamicSpec(features=3, hidden=5, classes=3, batch=3, input_variance=1.0),
}
"""Those that don't train by the softmax cross-entropy of their logits."""


def problem(architecture):
    """Reference, spec, parameters, x and labels; large biases, so that they matter."""
    spec = {**SPECS, **OTHERS}[architecture]
    random = np.random.default_rng(11)
    parameters = [random.standard_normal(parameter.shape) * 0.5 for parameter in spec.parameters]
    x = random.standard_normal((spec.batch, *spec.input_shape))
    labels = random.integers(0, spec.classes, spec.batch)
    return workloads.implementation(architecture, "reference"), spec, parameters, x, labels


def mean_loss(reference, spec, parameters, x, labels):
    logits, _ = reference.forward(spec, parameters, x)
    return training.softmax_cross_entropy(logits, labels, np.full(len(x), 1 / len(x)))[0]


@pytest.mark.parametrize("architecture", SPECS)
def test_backward_agrees_with_finite_differences_in_every_weight(architecture):
    reference, spec, parameters, x, labels = problem(architecture)
    logits, tape = reference.forward(spec, parameters, x)
    _, gradient = training.softmax_cross_entropy(logits, labels, np.full(len(x), 1 / len(x)))

    gradients = reference.backward(spec, parameters, tape, gradient)

    step = 1e-6
    for kind, parameter, found in zip(spec.parameters, parameters, gradients, strict=True):
        assert found.shape == parameter.shape
        expected = np.empty_like(parameter)
        for place in np.ndindex(*parameter.shape):
            kept = parameter[place]
            losses = []
            for value in (kept + step, kept - step):
                parameter[place] = value
                losses.append(mean_loss(reference, spec, parameters, x, labels))
            parameter[place] = kept
            expected[place] = (losses[0] - losses[1]) / (2 * step)
        # A key's bias adds the same to all scores of a query, which the softmax does not see.
        assert kind.name.endswith("key.bias") or np.linalg.norm(expected) > 1e-3
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("architecture", SPECS)
def test_backward_can_be_called_twice_on_one_tape(architecture):
    reference, spec, parameters, x, _ = problem(architecture)
    logits, tape = reference.forward(spec, parameters, x)

    first, second = (reference.backward(spec, parameters, tape, np.ones_like(logits)) for _ in range(2))

    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def slow_convolution(x, kernel, bias):
    """The definition: stride 1, zeros outside, then relu."""
    _, height, width, _ = x.shape
    result = np.tile(bias, (*x.shape[:3], 1))
    for row, column, down, right in itertools.product(range(height), range(width), range(3), range(3)):
        source_row, source_column = row + down - 1, column + right - 1
        if 0 <= source_row < height and 0 <= source_column < width:
            result[:, row, column] += x[:, source_row, source_column] @ kernel[down, right]
    return np.maximum(result, 0)


def slow_pooling(x):
    rows = [np.maximum(x[:, row], x[:, row + 1]) for row in range(0, x.shape[1], 2)]
    x = np.stack(rows, axis=1)
    columns = [np.maximum(x[:, :, column], x[:, :, column + 1]) for column in range(0, x.shape[2], 2)]
    return np.stack(columns, axis=2)


def test_the_cnn_is_convolutions_relus_poolings_and_a_dense_layer_in_the_order_of_the_spec():
    reference, spec, parameters, x, _ = problem("cnn")
    first, second, third = (parameters[number : number + 2] for number in (0, 2, 4))

    logits, _ = reference.forward(spec, parameters, x)

    stage1 = slow_pooling(slow_convolution(slow_convolution(x, *first), *second))
    stage2 = slow_pooling(slow_convolution(stage1, *third))
    flat = np.array(
        [[stage2[i, h, w, c] for h in range(1) for w in range(2) for c in range(5)] for i in range(3)]
    )
    np.testing.assert_allclose(logits, flat @ parameters[6] + parameters[7], rtol=1e-12)


def test_the_mlp_has_a_relu_between_its_layers_and_none_after_the_last():
    reference, spec, parameters, x, _ = problem("mlp")
    kernel1, bias1, kernel2, bias2, kernel3, bias3 = parameters

    logits, _ = reference.forward(spec, parameters, x)

    hidden = np.maximum(x @ kernel1 + bias1, 0)
    hidden = np.maximum(hidden @ kernel2 + bias2, 0)
    np.testing.assert_allclose(logits, hidden @ kernel3 + bias3, rtol=1e-12)
    assert (logits < 0).any()


def test_the_lstm_is_its_four_gates_step_by_step_and_a_dense_layer_on_the_last_step():
    reference, spec, parameters, x, _ = problem("lstm")

    logits, tape = reference.forward(spec, parameters, x)

    *recurrent, dense_kernel, dense_bias = parameters
    sequence = [x[:, step] for step in range(spec.steps)]
    for kernel, recurrent_kernel, bias in (recurrent[:3], recurrent[3:]):
        output = cell = np.zeros((spec.batch, spec.hidden))
        outputs = []
        for values in sequence:
            joined = np.hstack([values, output]) @ np.vstack([kernel, recurrent_kernel]) + bias
            into, forget, candidate, out = np.hsplit(joined, 4)
            cell = expit(forget) * cell + expit(into) * np.tanh(candidate)
            output = expit(out) * np.tanh(cell)
            outputs.append(output)
        sequence = outputs
    np.testing.assert_allclose(logits, sequence[-1] @ dense_kernel + dense_bias, rtol=1e-12)
    assert np.isinf(reference.margins(spec, tape)).all()


def slow_layer_norm(x, scale, offset):
    """The definition, for one step of time (width,)."""
    return (x - np.mean(x)) / np.sqrt(np.var(x) + 1e-5) * scale + offset


def slow_attention(x, weights):
    """The definition, for one example (time, width), head by head."""
    query, query_bias, key, key_bias, value, value_bias, output, output_bias = weights
    result = np.tile(output_bias, (len(x), 1))
    for head in range(query.shape[1]):
        q, k, v = (
            x @ kernel[:, head] + bias[head]
            for kernel, bias in ((query, query_bias), (key, key_bias), (value, value_bias))
        )
        for step in range(len(x)):
            portions = softmax([q[step] @ other / np.sqrt(query.shape[2]) for other in k])
            result[step] += (
                sum(portion * seen for portion, seen in zip(portions, v, strict=True)) @ output[head]
            )
    return result


def test_the_transformer_normalises_after_each_residual_and_takes_the_mean_over_time():
    reference, spec, parameters, x, _ = problem("transformer")

    logits, _ = reference.forward(spec, parameters, x)

    for example, found in zip(x, logits, strict=True):
        values = example
        for weights in (parameters[:16], parameters[16:32]):
            scale1, offset1, kernel1, bias1, kernel2, bias2, scale2, offset2 = weights[8:]
            attended = slow_attention(values, weights[:8])
            values = np.array([slow_layer_norm(row, scale1, offset1) for row in values + attended])
            hidden = values @ kernel1 + bias1
            hidden = 0.5 * hidden * (1 + erf(hidden / np.sqrt(2)))
            fed = hidden @ kernel2 + bias2
            values = np.array([slow_layer_norm(row, scale2, offset2) for row in values + fed])
        np.testing.assert_allclose(found, values.mean(axis=0) @ parameters[32] + parameters[33], rtol=1e-10)


def dense_layers(parameters, x):
    """The definition, with silu between the layers and nothing after the last."""
    layers = list(zip(parameters[::2], parameters[1::2], strict=True))
    for number, (kernel, bias) in enumerate(layers):
        x = x @ kernel + bias
        x = x * expit(x) if number + 1 < len(layers) else x
    return x


def gan_step_by_definition(generator, discriminator, latents, real):
    """Loss of one step, and all parameters after it; gradients by finite differences."""

    def fake():
        return np.tanh(dense_layers(generator, latents))

    def discriminator_loss(made):
        return -(
            np.log(expit(dense_layers(discriminator, real))).mean()
            + np.log(1 - expit(dense_layers(discriminator, made))).mean()
        )

    def generator_loss():
        return -np.log(expit(dense_layers(discriminator, fake()))).mean()

    made = fake()
    loss = discriminator_loss(made)
    gradients = finite_differences(discriminator, lambda: discriminator_loss(made))
    discriminator[:] = [array - 0.1 * slope for array, slope in zip(discriminator, gradients, strict=True)]
    loss += generator_loss()
    gradients = finite_differences(generator, generator_loss)
    generator[:] = [array - 0.1 * slope for array, slope in zip(generator, gradients, strict=True)]
    return loss


def finite_differences(parameters, loss, step=1e-5):
    """Gradient of the loss by every parameter."""
    gradients = [np.empty_like(parameter) for parameter in parameters]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        for place in np.ndindex(*parameter.shape):
            kept = parameter[place]
            losses = []
            for value in (kept + step, kept - step):
                parameter[place] = value
                losses.append(loss())
            parameter[place] = kept
            gradient[place] = (losses[0] - losses[1]) / (2 * step)
    return gradients


def test_a_gan_step_lets_the_discriminator_learn_and_then_the_generator_on_the_same_latents():
    reference, spec, parameters, latents, _ = problem("gan")
    real = np.random.default_rng(12).uniform(-1, 1, (spec.batch, 4))

    result = training.train(
        reference, spec, parameters, latents, real, weights=np.full(spec.batch, 1 / spec.batch), steps=1
    )

    generator, discriminator = ([array.copy() for array in half] for half in (parameters[:4], parameters[4:]))
    losses = [gan_step_by_definition(generator, discriminator, latents, real)]
    change = [new - old for new, old in zip([*generator, *discriminator], parameters, strict=True)]
    losses.append(gan_step_by_definition(generator, discriminator, latents, real))
    assert result.losses == pytest.approx(losses, rel=1e-8)
    np.testing.assert_allclose(
        result.parameter_change, np.concatenate([array.ravel() for array in change]), rtol=1e-5, atol=1e-9
    )


def test_a_gan_gives_what_its_generator_makes_between_minus_one_and_one():
    reference, spec, parameters, latents, _ = problem("gan")

    made, tape = reference.forward(spec, parameters, latents)

    np.testing.assert_allclose(made, np.tanh(dense_layers(parameters[:4], latents)), rtol=1e-12)
    assert np.isinf(reference.margins(spec, tape)).all()
    targets = reference.draw_targets(spec, 7, np.random.default_rng(1))
    assert (targets.shape, targets.dtype) == ((7, 4), np.float32)
    assert 0.3 < np.abs(targets).max() < 1


def dynamic_problem(factor=1.0):
    """A loop that comes to rest, with the examples as large as is said."""
    reference, spec, parameters, x, _ = problem("dynamic")
    parameters[1] *= 0.4
    return reference, spec, parameters, factor * x


def test_the_loop_turns_until_no_value_of_any_example_moves_by_more_than_the_tolerance():
    reference, spec, parameters, x = dynamic_problem()
    kernel, recurrent_kernel, bias, dense_kernel, dense_bias = parameters

    logits, tape = reference.forward(spec, parameters, x)

    states = [np.zeros((3, 5))]
    while len(states) < 2 or np.abs(states[-1] - states[-2]).max() > TOLERANCE:
        states.append(np.tanh(states[-1] @ recurrent_kernel + x @ kernel + bias))
    assert 3 < len(states) - 1 == tape.residuals.shape[1] < MAX_TURNS
    np.testing.assert_allclose(logits, states[-1] @ dense_kernel + dense_bias, rtol=1e-12)


def test_the_loop_ends_at_its_cap_where_nothing_comes_to_rest():
    reference, spec, parameters, x = dynamic_problem()
    parameters[1] = -3 * np.eye(5)

    _, tape = reference.forward(spec, parameters, x)

    assert tape.residuals.shape == (3, MAX_TURNS)
    assert tape.residuals[:, -1].max() > TOLERANCE


def test_the_number_of_turns_is_that_of_the_data():
    turns = [
        reference.forward(spec, parameters, x)[1].residuals.shape[1]
        for reference, spec, parameters, x in map(dynamic_problem, (0.0, 1.0, 3.0))
    ]

    assert len(set(turns)) > 1


def test_an_example_within_a_thousandth_of_the_tolerance_is_drawn_again(monkeypatch):
    reference, spec, parameters, x = dynamic_problem()
    _, tape = reference.forward(spec, parameters, x)
    close, _, _ = tape.residuals[:, 3]

    for part, is_drawn_again in ((1.0009, True), (1.002, False)):
        monkeypatch.setattr(dynamic, "TOLERANCE", close / part)
        first, *_ = reference.margins(spec, tape)
        assert (first < MIN_MARGIN) == is_drawn_again
