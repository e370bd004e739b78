from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fwcompare.domain.contender import Framework
from fwcompare.interpreters.environment import (
    ALLOWED_ENVIRONMENT_VARIABLES,
    clean_environment,
    shareable_environment,
    worker_environment,
)
from fwcompare.interpreters.installation import Installation, Kind, installation_of

PLAIN = Installation(Path("/usr/bin/python3"), Kind.PLAIN, Path("/usr"))
VENV = Installation(Path("/v/bin/python"), Kind.VENV, Path("/v"))
CONDA = Installation(Path("/c/bin/python"), Kind.CONDA, Path("/c"), (Path("/c/bin"),))
GPU = "GPU-12345678-1234-1234-1234-123456789abc"


def make(base=None, **changes):
    arguments = {
        "framework": Framework.PYTORCH,
        "threads": 3,
        "device": "cpu",
        "cache": Path("/cache"),
        "installation": PLAIN,
    }
    return worker_environment(base or {}, **(arguments | changes))


@pytest.mark.parametrize(
    ("base", "installation", "expected"),
    [
        pytest.param({"PATH": "/bin", "HOME": "/h"}, PLAIN, {"PATH": "/bin", "HOME": "/h"}, id="plain"),
        pytest.param(
            {"LC_ALL": "C.UTF-8", "TZ": "UTC"}, PLAIN, {"LC_ALL": "C.UTF-8", "TZ": "UTC"}, id="locale"
        ),
        pytest.param(
            {"LD_LIBRARY_PATH": "/opt/cuda"}, PLAIN, {"LD_LIBRARY_PATH": "/opt/cuda"}, id="libraries"
        ),
        pytest.param(
            {"LD_LIBRARY_PATH": "/app", "LD_LIBRARY_PATH_ORIG": "/opt"},
            PLAIN,
            {"LD_LIBRARY_PATH": "/opt"},
            id="started by a frozen application",
        ),
        pytest.param(
            {"LD_LIBRARY_PATH": "/app", "LD_LIBRARY_PATH_ORIG": ""},
            PLAIN,
            {},
            id="started by a frozen application that found an empty one",
        ),
        pytest.param(
            {"PATH": "/v/bin:/bin", "VIRTUAL_ENV": "/other"},
            VENV,
            {"PATH": "/v/bin:/bin", "PYTHONNOUSERSITE": "1"},
            id="venv",
        ),
        pytest.param(
            {"PATH": "/bin", "CONDA_PREFIX": "/base", "CONDA_SHLVL": "1"},
            CONDA,
            {"PATH": "/c/bin:/bin", "CONDA_PREFIX": "/c"},
            id="conda, another environment was active",
        ),
        pytest.param(
            {}, CONDA, {"PATH": f"/c/bin:{os.defpath}", "CONDA_PREFIX": "/c"}, id="conda without PATH"
        ),
        pytest.param(
            {"PYENV_VERSION": "3.12.1", "PYENV_ROOT": "/p", "PYENV_DIR": "/w"},
            PLAIN,
            {"PYENV_VERSION": "3.12.1", "PYENV_ROOT": "/p"},
            id="pyenv",
        ),
        pytest.param({"SYSTEMROOT": r"C:\Windows"}, PLAIN, {"SYSTEMROOT": r"C:\Windows"}, id="windows"),
    ],
)
def test_a_python_gets_the_allowed_part_of_the_environment(base, installation, expected):
    given = dict(base)
    environment = clean_environment(base, installation=installation)
    assert environment == {"PYTHONUNBUFFERED": "1", **expected}
    assert base == given


@pytest.mark.parametrize(
    "name",
    [
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "PYTHONHASHSEED",
        "__PYVENV_LAUNCHER__",
        "QT_PLUGIN_PATH",
        "QT_QPA_PLATFORM",
        "LD_PRELOAD",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "XLA_FLAGS",
        "TF_XLA_FLAGS",
        "TORCH_COMPILE_DISABLE",
        "TORCHDYNAMO_DISABLE",
        "NVIDIA_TF32_OVERRIDE",
        "OMP_PROC_BIND",
        "GOMP_CPU_AFFINITY",
        "KMP_BLOCKTIME",
        "MKL_DYNAMIC",
        "http_proxy",
        "AWS_SECRET_ACCESS_KEY",
        "_MEIPASS2",
    ],
)
def test_nothing_else_of_the_caller_reaches_a_worker(name):
    assert name not in make({name: "1"})


@pytest.mark.parametrize(
    "name",
    [
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TORCHINDUCTOR_COMPILE_THREADS",
    ],
)
def test_the_thread_budget_overrides_what_the_caller_had(name):
    assert make({name: "64"}, threads=5)[name] == "5"


@pytest.mark.parametrize(
    ("device", "visible"),
    [("cpu", ""), (f"cuda:{GPU}", GPU)],
)
def test_a_worker_sees_one_gpu_or_none(device, visible):
    environment = make({"CUDA_VISIBLE_DEVICES": "7"}, device=device)
    assert environment["CUDA_VISIBLE_DEVICES"] == visible
    assert environment["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"


@pytest.mark.parametrize(
    ("framework", "backend"),
    [
        (Framework.PYTORCH, None),
        (Framework.TENSORFLOW, "tensorflow"),
        (Framework.KERAS_TENSORFLOW, "tensorflow"),
        (Framework.KERAS_TORCH, "torch"),
        (Framework.KERAS_JAX, "jax"),
        (Framework.ONNXRUNTIME, None),
        (Framework.LITERT, "tensorflow"),
    ],
)
def test_the_framework_decides_the_backend_of_keras(framework, backend):
    assert make({"KERAS_BACKEND": "jax"}, framework=framework).get("KERAS_BACKEND") == backend


def test_every_cache_lies_in_the_private_folder(tmp_path):
    environment = make({"HOME": "/h", "XDG_CACHE_HOME": "/h/.cache"}, cache=tmp_path)
    folders = [
        environment[name]
        for name in (
            "TORCHINDUCTOR_CACHE_DIR",
            "TRITON_CACHE_DIR",
            "PYTORCH_KERNEL_CACHE_PATH",
            "CUDA_CACHE_PATH",
            "KERAS_HOME",
            "TMPDIR",
        )
    ]
    assert {Path(folder).parent for folder in folders} == {tmp_path}
    assert len(set(folders)) == len(folders)
    assert not any("/h/.cache" in value for value in environment.values())


def test_settings_of_tensorflow_are_explicit():
    environment = make(framework=Framework.TENSORFLOW)
    assert environment["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert environment["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert environment["TF_NUM_INTEROP_THREADS"] == "1"


def test_jax_alone_is_told_its_threads_and_to_take_memory_as_it_needs_it():
    inherited = {"NPROC": "64", "XLA_PYTHON_CLIENT_PREALLOCATE": "true"}
    environment = make(inherited, framework=Framework.KERAS_JAX, threads=3)
    assert environment["NPROC"] == "3"
    assert environment["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert not set(inherited) & set(make(inherited, framework=Framework.TENSORFLOW))


def test_the_compiler_that_was_found_is_the_one_that_is_used():
    assert make({"CXX": "ccache g++"}, compiler="/usr/bin/g++")["CXX"] == "/usr/bin/g++"
    assert make({"CXX": "clang++"})["CXX"] == "clang++"
    assert "CXX" not in make()


def test_a_snapshot_may_hold_exactly_what_is_set_here():
    cache = Path("/data/private")
    widest = make(framework=Framework.KERAS_JAX, installation=VENV, compiler="/usr/bin/g++", cache=cache)
    private = {name for name, value in widest.items() if str(cache) in value}
    assert set(widest) - private == ALLOWED_ENVIRONMENT_VARIABLES
    assert "TORCHINDUCTOR_CACHE_DIR" in private


def test_what_is_shared_names_neither_the_home_folder_nor_inherited_variables(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    base = {"PATH": "/home/ada/bin", "USER": "ada", "HOME": "/home/ada", "LANG": "C"}
    shared = shareable_environment(make(base, cache=Path("/home/ada/run/cache")))
    assert "KERAS_HOME" not in shared
    assert not any("ada" in value for value in shared.values())
    assert not set(base) & set(shared)
    assert list(shared) == sorted(shared)


def test_a_real_venv_starts_in_this_environment_and_sees_no_user_packages(make_environment, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/nowhere/foreign")
    environment = make_environment()
    variables = make(os.environ, installation=installation_of(environment.folder))
    code = "import sys, site; print(sys.prefix, site.ENABLE_USER_SITE, '/nowhere/foreign' in sys.path)"
    result = subprocess.run(
        [environment.python, "-c", code], env=variables, capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == [str(environment.folder), "False", "False"]


def test_thread_variables_reach_a_real_process():
    code = "import os; print(os.environ['OMP_NUM_THREADS'])"
    result = subprocess.run(
        [sys.executable, "-c", code], env=make(os.environ), capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "3"
