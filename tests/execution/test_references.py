from __future__ import annotations

import numpy as np
import pytest

from fwcompare.domain.contender import NO_TRAINING_OF
from fwcompare.domain.workload import Size, Task, Workload
from fwcompare.execution import references
from fwcompare.execution.references import MAX_DIFFERENT, MIN_MARGIN, make_arrays, prepare_inputs
from fwcompare.worker import workloads
from fwcompare.worker.inputs import MANIFEST, read_inputs
from fwcompare.worker.workloads import training


def tiny(architecture="mlp", task=Task.TRAINING, batch=8):
    return Workload(architecture, task, Size.TINY, batch, "cpu")


@pytest.mark.parametrize("architecture", workloads.architectures())
def test_the_folder_holds_weights_inputs_and_labels_as_the_spec_has_them(tmp_path, architecture):
    spec = workloads.spec(architecture, "tiny")

    inputs = read_inputs(str(prepare_inputs(tiny(architecture, Task.INFERENCE), 1, tmp_path)))

    assert [parameter.shape for parameter in inputs.parameters] == [kind.shape for kind in spec.parameters]
    assert {parameter.dtype for parameter in inputs.parameters} == {np.dtype("float32")}
    assert (inputs.x.shape, inputs.x.dtype) == ((8, *spec.input_shape), np.float32)
    if architecture == "gan":  # real examples instead of classes
        assert (inputs.labels.shape, inputs.labels.dtype) == ((8, spec.classes), np.float32)
    else:
        assert (inputs.labels.shape, inputs.labels.dtype) == ((8,), np.int64)
        assert set(inputs.labels) <= set(range(spec.classes))


def test_each_task_has_its_own_reference_results(tmp_path):
    inference, trained = (
        read_inputs(str(prepare_inputs(tiny(task=task), 1, tmp_path))).reference
        for task in (Task.INFERENCE, Task.TRAINING)
    )

    assert {name: array.shape for name, array in inference.items()} == {"output": (8, 10)}
    weights = 64 * 32 + 32 + 32 * 10 + 10
    assert {name: array.shape for name, array in trained.items()} == {
        "loss_after_1": (1,),
        "loss_after_5": (1,),
        "parameter_change": (weights,),
    }
    assert inference["output"].dtype == trained["loss_after_1"].dtype == np.float64


def test_a_second_call_reads_the_cache_and_writes_nothing(tmp_path):
    folder = prepare_inputs(tiny(), 1, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    assert prepare_inputs(tiny(), 1, tmp_path) == folder
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_contenders_on_another_device_start_from_the_same_numbers(tmp_path):
    on_gpu = Workload("mlp", Task.TRAINING, Size.TINY, 8, "cuda:GPU-1")

    assert prepare_inputs(on_gpu, 1, tmp_path) == prepare_inputs(tiny(), 1, tmp_path)


@pytest.mark.parametrize(
    "other",
    [
        (tiny("cnn"), 1),
        (tiny(task=Task.INFERENCE), 1),
        (tiny(batch=4), 1),
        (Workload("mlp", Task.TRAINING, Size.SMALL, 8, "cpu"), 1),
        (tiny(), 2),
    ],
    ids=["architecture", "task", "batch", "size", "seed"],
)
def test_whatever_changes_the_numbers_has_a_folder_of_its_own(tmp_path, other):
    assert prepare_inputs(*other, tmp_path) != prepare_inputs(tiny(), 1, tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / "000.bin").write_bytes(b"\0" * (folder / "000.bin").stat().st_size),
        lambda folder: [path.unlink() for path in folder.iterdir()],
    ],
    ids=["no manifest", "zeroed weights", "empty"],
)
def test_a_damaged_entry_is_made_anew(tmp_path, damage):
    folder = prepare_inputs(tiny(), 1, tmp_path)
    first = read_inputs(str(folder))
    damage(folder)

    second = read_inputs(str(prepare_inputs(tiny(), 1, tmp_path)))

    for one, other in zip(first.parameters, second.parameters, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(first.x, second.x)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_disk_that_fills_up_leaves_neither_an_entry_nor_litter(tmp_path, monkeypatch):
    def write_half(folder, arrays):
        with open(f"{folder}/000.bin", "wb") as stream:
            stream.write(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full_disk:
        full_disk.setattr(references, "write_arrays", write_half)
        with pytest.raises(OSError, match="No space left"):
            prepare_inputs(tiny(), 1, tmp_path)

    assert list((tmp_path / "inputs").iterdir()) == []
    assert read_inputs(str(prepare_inputs(tiny(), 1, tmp_path))).x.shape == (8, 64)


def test_the_weights_depend_on_the_seed_alone():
    kernel = "parameter/dense1.kernel"
    first = make_arrays(tiny(), 1)[kernel]

    np.testing.assert_array_equal(make_arrays(tiny(task=Task.INFERENCE, batch=2), 1)[kernel], first)
    assert (make_arrays(tiny(), 2)[kernel] != first).mean() > 0.99


def test_weights_and_inputs_are_spread_as_the_spec_says():
    spec = workloads.spec("mlp", "small")
    arrays = make_arrays(Workload("mlp", Task.INFERENCE, Size.SMALL, 128, "cpu"), 1)

    for kind in spec.parameters:
        if len(kind.shape) > 1:
            assert arrays[f"parameter/{kind.name}"].std() == pytest.approx(kind.std, rel=0.05)
    assert arrays["x"].std() == pytest.approx(np.sqrt(spec.input_variance * 128), rel=0.02)


def test_a_large_batch_repeats_its_examples_and_has_the_reference_of_the_whole_batch():
    batch = 2 * MAX_DIFFERENT + 5
    arrays = make_arrays(tiny(batch=batch), 1)
    spec = workloads.spec("mlp", "tiny")
    reference = workloads.implementation("mlp", "reference")
    parameters = [arrays[f"parameter/{kind.name}"] for kind in spec.parameters]

    assert len(np.unique(arrays["x"], axis=0)) == MAX_DIFFERENT
    np.testing.assert_array_equal(arrays["x"][: MAX_DIFFERENT + 5], arrays["x"][MAX_DIFFERENT:])
    np.testing.assert_array_equal(arrays["labels"][: MAX_DIFFERENT + 5], arrays["labels"][MAX_DIFFERENT:])
    whole = training.train(
        reference, spec, parameters, arrays["x"], arrays["labels"], weights=np.full(batch, 1 / batch), steps=5
    )
    assert arrays["reference/loss_after_1"] == pytest.approx(whole.losses[1], rel=1e-12)
    assert arrays["reference/loss_after_5"] == pytest.approx(whole.losses[5], rel=1e-12)
    np.testing.assert_allclose(
        arrays["reference/parameter_change"], whole.parameter_change, rtol=1e-6, atol=1e-12
    )


def test_at_base_two_examples_suffice():
    arrays = make_arrays(Workload("cnn", Task.INFERENCE, Size.BASE, 5, "cpu"), 1)

    assert arrays["reference/output"].shape == (2, 10)
    assert arrays["x"].shape == (5, 64, 64, 3)
    np.testing.assert_array_equal(arrays["x"][:2], arrays["x"][2:4])


@pytest.mark.parametrize("architecture", workloads.architectures())
@pytest.mark.parametrize("size", [Size.TINY, Size.SMALL])
def test_no_example_is_so_close_to_a_kink_that_rounding_decides(architecture, size):
    spec = workloads.spec(architecture, size)
    arrays = make_arrays(Workload(architecture, Task.INFERENCE, size, 16, "cpu"), 3)
    parameters = [arrays[f"parameter/{kind.name}"] for kind in spec.parameters]

    found = training.margins(
        workloads.implementation(architecture, "reference"), spec, parameters, arrays["x"]
    )

    assert found.shape == (16,)
    assert found.min() > MIN_MARGIN / 2  # the unit is the rms of all examples, here together, there in groups


@pytest.mark.parametrize(
    "architecture", [name for name in workloads.architectures() if name not in NO_TRAINING_OF]
)
@pytest.mark.parametrize("size", [Size.TINY, Size.SMALL])
@pytest.mark.parametrize("batch", [1, 4, 32])
def test_five_steps_neither_diverge_nor_finish(architecture, size, batch):
    arrays = make_arrays(Workload(architecture, Task.TRAINING, size, batch, "cpu"), 1)

    after_1, after_5 = (float(arrays[f"reference/loss_after_{steps}"][0]) for steps in (1, 5))

    assert 0.02 < after_5 < after_1 < np.log(10) + 0.5
