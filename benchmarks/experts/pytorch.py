"""The workloads as somebody writes them who knows PyTorch alone: its layers, its compilers, `torch.optim`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.experts.stopwatch import Job, job, report
from fwcompare.worker.workloads.dynamic.spec import MAX_TURNS, TOLERANCE


class LastStep(nn.Module):
    """`nn.LSTM` and a dense layer on its last step."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.lstm = nn.LSTM(spec.features, spec.hidden, spec.layers, batch_first=True)
        self.head = nn.Linear(spec.hidden, spec.classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return self.head(self.lstm(x)[0][:, -1])


class Encoder(nn.Module):
    """`nn.TransformerEncoder`, mean over time, a dense layer."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(
            spec.width, spec.heads, spec.hidden, dropout=0.0, activation="gelu", batch_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, spec.layers, enable_nested_tensor=False)
        self.head = nn.Linear(spec.width, spec.classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits."""
        return self.head(self.encoder(x).mean(1))


class Generator(nn.Module):
    """A GAN whose forward pass is its generator's."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.generator = nn.Sequential(*dense(spec.generator), nn.Tanh())
        self.discriminator = nn.Sequential(*dense(spec.discriminator))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Examples."""
        return self.generator(z)


class FixedPoint(nn.Module):
    """A cell that is turned until it rests; compiled is what one turn does."""

    def __init__(self, spec: Any) -> None:
        super().__init__()
        self.given = nn.Linear(spec.features, spec.hidden)
        self.recurrent = nn.Linear(spec.hidden, spec.hidden, bias=False)
        self.head = nn.Linear(spec.hidden, spec.classes)
        self.tolerance, self.max_turns = TOLERANCE, MAX_TURNS

    def turn(self, state: torch.Tensor, given: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The next state, and how far it is from this one."""
        moved = torch.tanh(self.recurrent(state) + given)
        return moved, (moved - state).abs().max()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits."""
        given = self.given(x)
        state = torch.zeros_like(given)
        for _ in range(self.max_turns):
            state, residual = self.turn(state, given)
            if residual <= self.tolerance:
                break
        return self.head(state)


class GraphOfFixedPoint(FixedPoint):
    """The same for who captures a graph of it, which can't hold a loop of Python."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits."""
        given = self.given(x)

        def is_moving(_state: torch.Tensor, residual: torch.Tensor, turns: torch.Tensor) -> torch.Tensor:
            return (residual > self.tolerance) & (turns < self.max_turns)

        def turn(state: torch.Tensor, _residual: torch.Tensor, turns: torch.Tensor) -> tuple[Any, Any, Any]:
            return *self.turn(state, given), turns + 1

        start = torch.zeros_like(given), torch.tensor(torch.inf), torch.tensor(0)
        return self.head(torch.while_loop(is_moving, turn, start)[0])


def dense(widths: tuple[int, ...]) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for pair in pairwise(widths):
        layers += [nn.Linear(*pair), nn.SiLU()]
    return layers[:-1]


def perceptron(spec: Any) -> nn.Module:
    layers: list[nn.Module] = []
    for widths in spec.layers:
        layers += [nn.Linear(*widths), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers[:-1])


def convolutional(spec: Any) -> nn.Module:
    layers: list[nn.Module] = []
    convolutions = iter(spec.convolutions)
    for stage in spec.stages:
        for _ in stage:
            layers += [nn.Conv2d(*next(convolutions), 3, padding=1), nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(2))
    height, width, channels = spec.feature_shape
    dense = nn.Linear(height * width * channels, spec.classes)
    return nn.Sequential(*layers, nn.Flatten(), dense).to(memory_format=torch.channels_last)


MODELS = {
    "mlp": perceptron,
    "cnn": convolutional,
    "lstm": LastStep,
    "transformer": Encoder,
    "gan": Generator,
    "dynamic": FixedPoint,
}


def adversarial_step(
    model: Generator, latents: torch.Tensor, real: torch.Tensor, asked: Job
) -> Callable[[], None]:
    """As in PyTorch's tutorial on the DCGAN."""
    generator, discriminator = model.generator, model.discriminator
    optimizers = [torch.optim.SGD(one.parameters(), lr=0.1) for one in (generator, discriminator)]
    entropy = functional.binary_cross_entropy_with_logits
    ones, zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)

    def tell_apart(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        return entropy(discriminator(real), ones) + entropy(discriminator(fake), zeros)

    def deceive(fake: torch.Tensor) -> torch.Tensor:
        return entropy(discriminator(fake), ones)

    if asked.mode == "compile":
        generator, tell_apart, deceive = map(torch.compile, (generator, tell_apart, deceive))

    def step() -> None:
        fake = generator(latents)
        optimizers[1].zero_grad()
        tell_apart(real, fake.detach()).backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        deceive(fake).backward()
        optimizers[0].step()

    return step


def load(model: nn.Module, weights: list[np.ndarray]) -> None:
    """Put these weights into the model."""
    with torch.no_grad():
        for target, value in zip(model.parameters(), weights, strict=True):
            target.copy_(torch.from_numpy(value.copy()))


def compiled(model: nn.Module, _examples: torch.Tensor) -> Any:
    if isinstance(model, FixedPoint):
        model.turn = torch.compile(model.turn)  # the loop itself can't be compiled
        return model
    return torch.compile(model)


def compiled_ahead(model: nn.Module, examples: torch.Tensor) -> Any:
    from torch import _inductor as inductor  # noqa: PLC0415 - takes a while, and no other mode needs it

    program = torch.export.export(model, (examples,))
    return inductor.aoti_load_package(inductor.aoti_compile_and_package(program))


FORWARD: dict[str, Callable[[nn.Module, torch.Tensor], Any]] = {
    "eager": lambda model, _: model,
    "compile": compiled,
    "export": lambda model, examples: torch.export.export(model, (examples,)).module(),
    "trace": lambda model, examples: torch.jit.trace(model, examples, check_trace=False),
    "script": lambda model, _: torch.jit.script(model),
    "aot": compiled_ahead,
}
"""What is called in place of the model in each mode."""


def prepared(asked: Job) -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """The model, its examples and their labels."""
    model = MODELS[asked.architecture](asked.spec)
    examples, classes = (torch.from_numpy(array) for array in asked.examples())
    if asked.architecture == "dynamic" and asked.mode not in ("eager", "compile", "script"):
        model = GraphOfFixedPoint(asked.spec)
    load(model, asked.weights("pytorch"))
    if asked.architecture == "cnn":
        examples = examples.permute(0, 3, 1, 2)  # its memory stays channels_last
    return model, examples, classes


def main() -> None:
    asked = job()
    torch.set_num_threads(asked.threads)
    model, examples, classes = prepared(asked)
    if asked.task == "inference":
        model.eval()
        with torch.no_grad():
            run = FORWARD[asked.mode](model, examples)
        with torch.inference_mode():
            report(lambda: run(examples), asked)
        return
    if asked.architecture == "gan":
        report(adversarial_step(model, examples, classes, asked), asked)
        return
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    is_compiled = asked.mode == "compile"
    forward = model if is_compiled else FORWARD[asked.mode](model, examples)

    def loss_of(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(forward(x), labels)

    loss = torch.compile(loss_of) if is_compiled else loss_of

    def step() -> None:
        optimizer.zero_grad()
        loss(examples, classes).backward()
        optimizer.step()

    report(step, asked)


if __name__ == "__main__":
    main()
