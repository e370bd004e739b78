from __future__ import annotations

import importlib
import platform
import sys

import numpy as np
import pytest

from fwcompare.worker.adapters import IncompatibleError, common


def test_the_device_is_waited_for_after_the_call_and_the_result_is_that_of_the_call():
    order = []

    call = common.then(lambda: order.append("call") or "result", lambda: order.append("wait"))

    assert call() == "result"
    assert order == ["call", "wait"]


def test_an_error_of_the_call_comes_through():
    def fail():
        raise MemoryError("out of memory")

    with pytest.raises(MemoryError, match="out of memory"):
        common.then(fail, lambda: pytest.fail("waited"))()


def test_versions_always_name_python_and_numpy():
    assert common.versions(torch="2.13") == {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": "2.13",
    }


def test_thread_variables_are_those_of_this_process(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)

    found = common.thread_variables()

    assert found["omp_num_threads"] == "3"
    assert found["mkl_num_threads"] is None


def test_blocked_jax_looks_as_if_it_were_not_installed(monkeypatch, tmp_path):
    (tmp_path / "jax.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "jax", raising=False)

    with monkeypatch.context() as blocked:
        blocked.setattr(sys, "modules", {**sys.modules})
        common.block_jax()
        assert importlib.util.find_spec("jax") is None
        with pytest.raises(ImportError):
            importlib.import_module("jax")


def test_jax_that_someone_imported_before_is_left_to_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", np)

    common.block_jax()

    assert sys.modules["jax"] is np


def test_the_call_and_the_wait_are_had_apart():
    order = []
    synchronised = common.then(lambda: order.append("call"), lambda: order.append("wait"))

    enqueue, synchronise = common.halves(synchronised)
    enqueue()
    enqueue()
    synchronise()

    assert order == ["call", "call", "wait"]


def test_what_has_waited_when_it_returns_has_nothing_to_wait_for():
    def iterate():
        return "result"

    enqueue, synchronise = common.halves(iterate)

    assert enqueue is iterate
    assert synchronise() is None


def test_another_precision_than_an_adapter_has_is_refused_with_a_remedy():
    common.require_float32("litert", "float32")

    with pytest.raises(IncompatibleError, match="Choose the precision float32, or leave litert out"):
        common.require_float32("litert", "bfloat16")
