"""The workloads as somebody writes them who knows PyTorch alone: its layers, `torch.compile`, `torch.optim`."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

from benchmarks.experts.stopwatch import job, report


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


MODELS = {"mlp": perceptron, "cnn": convolutional, "lstm": LastStep, "transformer": Encoder}


def main() -> None:
    asked = job()
    torch.set_num_threads(asked.threads)
    model = MODELS[asked.architecture](asked.spec)
    examples, classes = (torch.from_numpy(array) for array in asked.examples())
    if asked.architecture == "cnn":
        examples = examples.permute(0, 3, 1, 2)  # its memory stays channels_last
    if asked.task == "inference":
        model.eval()
        run = torch.compile(model) if asked.mode == "compile" else model
        with torch.inference_mode():
            report(lambda: run(examples), asked)
        return
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)

    def loss_of(x: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return functional.cross_entropy(model(x), labels)

    forward = torch.compile(loss_of) if asked.mode == "compile" else loss_of

    def step() -> None:
        optimizer.zero_grad()
        forward(examples, classes).backward()
        optimizer.step()

    report(step, asked)


if __name__ == "__main__":
    main()
