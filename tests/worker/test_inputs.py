from __future__ import annotations

import json

import numpy as np
import pytest

from fwcompare.worker.inputs import MANIFEST, InputsError, read_arrays, read_inputs, write_arrays

ARRAYS = {
    "parameter/dense1.kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "parameter/dense1.bias": np.zeros(3, np.float32),
    "x": np.ones((4, 2), np.float32),
    "labels": np.array([0, 2, 1, 0]),
    "reference/output": np.full((4, 3), 1 / 3),
}


def test_arrays_come_back_as_they_were_written(tmp_path):
    write_arrays(str(tmp_path), ARRAYS)

    read = read_arrays(str(tmp_path))

    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def test_inputs_keep_the_order_of_the_parameters_and_strip_the_prefix_of_the_reference(tmp_path):
    write_arrays(str(tmp_path), ARRAYS)

    inputs = read_inputs(str(tmp_path))

    assert [parameter.shape for parameter in inputs.parameters] == [(2, 3), (3,)]
    assert inputs.x.shape == (4, 2)
    assert inputs.labels.tolist() == [0, 2, 1, 0]
    assert list(inputs.reference) == ["output"]


def test_a_view_that_is_not_contiguous_is_written_in_its_own_order(tmp_path):
    write_arrays(str(tmp_path), {"transposed": ARRAYS["parameter/dense1.kernel"].T})

    np.testing.assert_array_equal(read_arrays(str(tmp_path))["transposed"], [[0, 3], [1, 4], [2, 5]])


def test_big_endian_numbers_are_written_little_endian(tmp_path):
    write_arrays(str(tmp_path), {"x": np.array([1.5], dtype=">f4")})

    assert (tmp_path / "000.bin").read_bytes() == np.array([1.5], dtype="<f4").tobytes()
    assert read_arrays(str(tmp_path))["x"] == [1.5]


def test_a_type_that_is_not_in_the_format_is_refused(tmp_path):
    with pytest.raises(ValueError, match="x has the type <f2"):
        write_arrays(str(tmp_path), {"x": np.zeros(1, np.float16)})


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / MANIFEST).unlink(),
        lambda folder: (folder / MANIFEST).write_text("{"),
        lambda folder: (folder / MANIFEST).write_text("[]"),
        lambda folder: (folder / MANIFEST).write_text('{"x": 1}'),
        lambda folder: (folder / MANIFEST).write_text('{"x": {"file": "000.bin"}}'),
        lambda folder: (folder / "000.bin").unlink(),
        lambda folder: (folder / "000.bin").write_bytes(b"\1" + (folder / "000.bin").read_bytes()[1:]),
        lambda folder: (folder / "001.bin").write_bytes(b""),
    ],
    ids=[
        "no manifest",
        "truncated manifest",
        "list for a manifest",
        "number for an entry",
        "entry without a shape",
        "no file",
        "one byte changed",
        "truncated file",
    ],
)
def test_whatever_is_damaged_gives_the_one_error(tmp_path, damage):
    write_arrays(str(tmp_path), ARRAYS)
    damage(tmp_path)

    with pytest.raises(InputsError):
        read_inputs(str(tmp_path))


def test_a_shape_that_does_not_fit_the_bytes_is_refused(tmp_path):
    write_arrays(str(tmp_path), ARRAYS)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    manifest["x"]["shape"] = [5, 5]
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))

    with pytest.raises(InputsError):
        read_arrays(str(tmp_path))


def test_a_folder_that_holds_something_else_is_no_inputs(tmp_path):
    write_arrays(str(tmp_path), {"weights": np.zeros(1)})

    with pytest.raises(InputsError, match="not the inputs of a workload"):
        read_inputs(str(tmp_path))
