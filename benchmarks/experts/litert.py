"""The workloads as somebody writes them who deploys TensorFlow's models with LiteRT: NumPy in and out."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import Any

from ai_edge_litert.interpreter import Interpreter

from benchmarks.experts.stopwatch import Job, in_child, job, report


def convert(asked: Job) -> bytes:
    """The model in LiteRT's format."""
    import tensorflow as tf  # noqa: PLC0415 - in the child alone

    from benchmarks.experts.tensorflow import prepared, save  # noqa: PLC0415

    model, weights = prepared(asked)
    with TemporaryDirectory() as folder:
        save(model, model, weights, {"x": tf.constant(asked.examples()[0])}, folder)
        converted: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    return converted


def main() -> None:
    asked = job()
    x, _ = asked.examples()
    interpreter = Interpreter(model_content=in_child(convert, asked), num_threads=asked.threads)
    interpreter.allocate_tensors()
    (given,), (wanted,) = interpreter.get_input_details(), interpreter.get_output_details()

    def run() -> Any:
        interpreter.set_tensor(given["index"], x)
        interpreter.invoke()
        return interpreter.get_tensor(wanted["index"])

    report(run, asked)


if __name__ == "__main__":
    main()
