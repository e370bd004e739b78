"""The generative adversarial network in PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Tuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .. import LEARNING_RATE, Layout
from .spec import layers

if TYPE_CHECKING:
    import numpy as np

    from .spec import GanSpec


class Gan(nn.Module):  # type: ignore[misc]
    """Generator and discriminator; called, it is the generator."""

    def __init__(self, spec: GanSpec) -> None:
        super().__init__()
        self.generator = nn.Sequential(*_dense_layers(spec.generator), nn.Tanh())
        self.discriminator = nn.Sequential(*_dense_layers(spec.discriminator))

    def forward(self, x: Tensor) -> Tensor:
        """Examples (batch, values) of latents x (batch, latents)."""
        made: Tensor = self.generator(x)
        return made


def build(spec: GanSpec) -> nn.Module:
    """The model, with PyTorch's own initial weights."""
    return Gan(spec)


def layout(_spec: GanSpec) -> Layout:
    """PyTorch keeps dense kernels as (out, in)."""
    return Layout(to_native=_transposed, to_canonical=_transposed)


def training_step(
    model: Gan, forward: Any, wrap: Callable[[Any], Any], latents: Tensor, real: Tensor
) -> Callable[[], Tensor]:
    """The step of PyTorch's tutorial on the DCGAN, two optimizers; the discriminator rests while the generator learns."""
    discriminator = model.discriminator
    generate, generator_loss, discriminator_loss = map(wrap, (forward, *_losses(discriminator)))
    generator_optimizer, discriminator_optimizer = (
        torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
        for network in (model.generator, discriminator)
    )

    def step() -> Tensor:
        fake = generate(latents)
        discriminator.requires_grad_(True)
        discriminator_optimizer.zero_grad(set_to_none=True)
        told_apart: Tensor = discriminator_loss(real, fake.detach())
        told_apart.backward()
        discriminator_optimizer.step()
        discriminator.requires_grad_(False)
        generator_optimizer.zero_grad(set_to_none=True)
        found_out: Tensor = generator_loss(fake)
        found_out.backward()
        generator_optimizer.step()
        return told_apart.detach() + found_out.detach()

    return step


def _losses(
    discriminator: nn.Module,
) -> Tuple[Callable[[Tensor], Tensor], Callable[[Tensor, Tensor], Tensor]]:
    """The generator's and the discriminator's."""

    def generator_loss(fake: Tensor) -> Tensor:
        return F.softplus(-discriminator(fake)).mean()

    def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
        return F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()

    return generator_loss, discriminator_loss


def _dense_layers(widths: Tuple[int, ...]) -> List[nn.Module]:
    """Dense layers with silu between them."""
    modules: List[nn.Module] = []
    for pair in layers(widths):
        modules += [nn.Linear(*pair), nn.SiLU()]
    return modules[:-1]


def _transposed(parameters: List[np.ndarray]) -> List[np.ndarray]:
    return [parameter.T for parameter in parameters]
