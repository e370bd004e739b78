"""The workloads as somebody writes them who deploys TensorFlow's models with LiteRT: NumPy in and out."""

from __future__ import annotations

from typing import Any

from ai_edge_litert.interpreter import Interpreter

from benchmarks.experts.stopwatch import Job, in_child, job, report


def convert(asked: Job) -> bytes:
    """The model in LiteRT's format."""
    import tensorflow as tf  # noqa: PLC0415 - in the child alone

    from benchmarks.experts.tensorflow import prepared  # noqa: PLC0415

    model, _ = prepared(asked)
    x = tf.TensorSpec((asked.spec.batch, *asked.spec.input_shape))
    traced = tf.function(model).get_concrete_function(x)
    # Without the object that has the weights they become constants: LiteRT's loops can't read variables.
    converted: bytes = tf.lite.TFLiteConverter.from_concrete_functions([traced]).convert()
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
