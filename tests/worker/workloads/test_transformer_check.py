"""What the check of the transformer sees: mistakes that are easily made, in NumPy, against the right results."""

from __future__ import annotations

import numpy as np
import pytest

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import make_arrays
from fwcompare.worker import equivalence, workloads
from fwcompare.worker.workloads.transformer import reference

SPEC = workloads.spec("transformer", "tiny")


@pytest.fixture(scope="module")
def arrays():
    return make_arrays(Workload("transformer", Task.INFERENCE, Size.TINY, SPEC.batch, "cpu"), 5)


def error_of_output(arrays):
    parameters = [arrays[f"parameter/{kind.name}"] for kind in SPEC.parameters]
    output, _ = reference.forward(SPEC, parameters, arrays["x"])
    assert output.dtype == np.float32
    return equivalence.relative_error([(output, arrays["reference/output"])])


def other_attention(change):
    """The attention with other weights: query, key, value and output, each kernel and bias."""
    attention = reference._attention
    return lambda x, weights: attention(x, change(*weights))


def unscaled(query, query_bias, *others):
    root = np.float32(SPEC.head_width**0.5)
    return [query * root, query_bias * root, *others]


def without_residual(x, weights, attention=reference._attention):
    attended, back = attention(x, weights)
    return attended - x, back


def norm_of(normalise):
    layer_norm = reference._layer_norm
    return lambda x, scale, offset: layer_norm(x, *normalise(scale, offset))


MISTAKES = {
    "scores are not divided by the root of the head's width": {"_attention": other_attention(unscaled)},
    "query and key changed places": {
        "_attention": other_attention(lambda q, qb, k, kb, *others: [k, kb, q, qb, *others])
    },
    "key and value changed places": {
        "_attention": other_attention(lambda q, qb, k, kb, v, vb, *output: [q, qb, v, vb, k, kb, *output])
    },
    "heads in another order": {
        "_attention": other_attention(lambda *weights: [*weights[:6], weights[6][::-1], weights[7]])
    },
    "no residual around the attention": {"_attention": without_residual},
    "no biases of query, key and value": {
        "_attention": other_attention(
            lambda *w: [array * np.float32(place % 2 == 0 or place == 7) for place, array in enumerate(w)]
        )
    },
    "Keras's own epsilon": {"EPSILON": 1e-3},
    "no scale and offset": {"_layer_norm": norm_of(lambda scale, _: (scale**0, np.zeros_like(scale)))},
    "the variance of a sample": {
        "_layer_norm": norm_of(
            lambda scale, offset: (scale * np.float32(1 - 1 / SPEC.width) ** np.float32(0.5), offset)
        )
    },
    "relu for gelu": {"_gelu": lambda x: (np.maximum(x, 0), None)},
}


def test_float32_alone_is_far_below_the_limit(arrays):
    assert 0 < error_of_output(arrays) < equivalence.LIMITS["float32"].output / 100


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_above_the_limit(arrays, monkeypatch, mistake):
    for name, wrong in mistake.items():
        monkeypatch.setattr(reference, name, wrong)

    assert error_of_output(arrays) > 2 * equivalence.LIMITS["float32"].output
