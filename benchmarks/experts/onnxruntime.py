"""The workloads as somebody writes them who deploys PyTorch's models with ONNX Runtime: NumPy in and out."""

from __future__ import annotations

from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime

from benchmarks.experts.stopwatch import Job, in_child, job, report


def export(asked: Job, path: str) -> np.ndarray:
    """Write the model; its examples as it wants them."""
    import torch  # noqa: PLC0415 - in the child alone

    from benchmarks.experts.pytorch import prepared  # noqa: PLC0415

    torch.backends.mha.set_fastpath_enabled(False)  # its operation has no counterpart in ONNX
    model, examples, _ = prepared(asked)
    with torch.no_grad():
        torch.onnx.export(model.eval(), (examples,), path, dynamo=True, opset_version=20, input_names=["x"])
    array: np.ndarray = examples.contiguous().numpy()
    return array


def main() -> None:
    asked = job()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = asked.threads
    options.inter_op_num_threads = 1
    with TemporaryDirectory() as folder:
        path = f"{folder}/model.onnx"
        x = in_child(export, asked, path)
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    report(lambda: session.run(None, {"x": x}), asked)


if __name__ == "__main__":
    main()
