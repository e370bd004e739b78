"""What the check of the GAN sees: other ways of taking turns, in NumPy, against the right results."""

from __future__ import annotations

import numpy as np
import pytest

from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution.references import make_arrays
from fwcompare.worker import equivalence, workloads
from fwcompare.worker.equivalence import relative_error
from fwcompare.worker.workloads.gan import reference

SPEC = workloads.spec("gan", "tiny")
RIGHT_STEP = reference._step
ALLOWED = equivalence.LIMITS["float32"]
LIMITS = {
    "loss_after_1": ALLOWED.loss,
    "loss_after_5": ALLOWED.loss,
    "parameter_change": ALLOWED.parameter_change,
}


@pytest.fixture(scope="module")
def arrays():
    return make_arrays(Workload("gan", Task.TRAINING, Size.TINY, SPEC.batch, "cpu"), 5)


def errors(arrays):
    """Of what training gives now, by quantity."""
    parameters = [arrays[f"parameter/{kind.name}"] for kind in SPEC.parameters]
    weights = np.full(SPEC.batch, 1 / SPEC.batch)
    found = reference.train(SPEC, parameters, arrays["x"], arrays["labels"], weights=weights, steps=5)
    values = {
        "loss_after_1": np.array([found.losses[1]]),
        "loss_after_5": np.array([found.losses[5]]),
        "parameter_change": found.parameter_change,
    }
    return {name: relative_error([(value, arrays[f"reference/{name}"])]) for name, value in values.items()}


def networks(parameters):
    return parameters[: SPEC.generator_arrays], parameters[SPEC.generator_arrays :]


def generator_learns(generator, discriminator, latents, weights):
    """The generator after its half of a step, and its loss."""
    fake, way = reference.forward(SPEC, [*generator, *discriminator], latents)
    loss, to_fake = reference._generator_loss(discriminator, fake, weights)
    gradients, _ = reference._back(generator, way, to_fake * (1 - fake**2))
    return reference._descended(generator, gradients), loss


def generator_first(_spec, parameters, latents, real, weights):
    generator, discriminator = networks(parameters)
    generator, loss = generator_learns(generator, discriminator, latents, weights)
    fake, _ = reference.forward(SPEC, [*generator, *discriminator], latents)
    other, gradients = reference._discriminator_loss(discriminator, real, fake, weights)
    return loss + other, [*generator, *reference._descended(discriminator, gradients)]


def both_at_once(_spec, parameters, latents, real, weights):
    generator, discriminator = networks(parameters)
    moved, loss = generator_learns(generator, discriminator, latents, weights)
    fake, _ = reference.forward(SPEC, parameters, latents)
    other, gradients = reference._discriminator_loss(discriminator, real, fake, weights)
    return loss + other, [*moved, *reference._descended(discriminator, gradients)]


def not_detached(spec, parameters, latents, real, weights):
    """The generator also goes the discriminator's way."""
    loss, moved = RIGHT_STEP(spec, parameters, latents, real, weights)
    generator, discriminator = networks(parameters)
    fake, way = reference.forward(SPEC, parameters, latents)
    logits, tape = reference._dense_layers(discriminator, fake)
    _, to_fake = reference._back(discriminator, tape, weights[:, np.newaxis] * reference._sigmoid(logits))
    gradients, _ = reference._back(generator, way, to_fake * (1 - fake**2))
    return loss, [*reference._descended(networks(moved)[0], gradients), *networks(moved)[1]]


def discriminator_not_frozen(spec, parameters, latents, real, weights):
    """The generator's half of the step moves the discriminator, too."""
    loss, moved = RIGHT_STEP(spec, parameters, latents, real, weights)
    discriminator = networks(moved)[1]
    fake, _ = reference.forward(SPEC, parameters, latents)
    logits, tape = reference._dense_layers(discriminator, fake)
    gradients, _ = reference._back(discriminator, tape, -weights[:, np.newaxis] * reference._sigmoid(-logits))
    return loss, [*networks(moved)[0], *reference._descended(discriminator, gradients)]


def other_latents(spec, parameters, latents, real, weights):
    """The generator learns on latents that the discriminator has not seen."""
    _, moved = RIGHT_STEP(spec, parameters, latents, real, weights)
    generator, loss = generator_learns(networks(parameters)[0], networks(moved)[1], -latents, weights)
    return loss, [*generator, *networks(moved)[1]]


MISTAKES = (
    generator_first,
    both_at_once,
    not_detached,
    discriminator_not_frozen,
    other_latents,
)


def test_the_right_order_is_far_below_the_limits(arrays):
    assert all(error < LIMITS[name] / 1000 for name, error in errors(arrays).items())


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_above_a_limit(arrays, monkeypatch, mistake):
    monkeypatch.setattr(reference, "_step", mistake)

    found = errors(arrays)

    assert any(error > 2 * LIMITS[name] for name, error in found.items()), found


def test_the_saturating_loss_is_above_a_limit(arrays, monkeypatch):
    def saturating(discriminator, fake, weights):
        logits, tape = reference._dense_layers(discriminator, fake)
        _, to_fake = reference._back(
            discriminator, tape, -weights[:, np.newaxis] * reference._sigmoid(logits)
        )
        return -float(weights @ np.logaddexp(0, logits[:, 0])), to_fake

    monkeypatch.setattr(reference, "_generator_loss", saturating)

    assert errors(arrays)["loss_after_1"] > 2 * ALLOWED.loss
