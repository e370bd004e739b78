from __future__ import annotations

import os
import sys
from dataclasses import replace

import pytest

from fwcompare.domain.contender import MODES, Contender, Framework, Mode
from fwcompare.interpreters.availability import Availability, choose_device, survey
from fwcompare.interpreters.probe import InterpreterInfo, Prober

GPU = "GPU-12345678-1234-1234-1234-123456789abc"
CUDA = f"cuda:{GPU}"
TORCH_CPU = {"version.py": "cuda: Optional[str] = None\n"}
TORCH_CUDA = {"version.py": "cuda: Optional[str] = '12.8'\n"}
BUILD_INFO = "python/platform/build_info.py"
TENSORFLOW_CUDA = {BUILD_INFO: "build_info = {'is_cuda_build': True}"}
EVERY = [(framework, mode) for framework, modes in MODES.items() for mode in modes]

FULL = InterpreterInfo(
    interpreter="/full/bin/python",
    python="3.12.1",
    implementation="cpython",
    executable="/full/bin/python",
    prefix="/full",
    platform="Linux",
    versions={"torch": "2.9.0", "tensorflow": "2.20.0", "keras": "3.11.0", "numpy": "2.3.0", "jax": "0.8.0"}
    | {"onnxruntime": "1.23.0", "onnx": "1.19.0", "onnxscript": "0.5.0", "ai_edge_litert": "2.0.0"},
    tensorflow_distribution="tensorflow",
    torch_cuda="12.8",
    tensorflow_cuda="12.5",
    cuda_libraries="nvidia-cudnn-cu12 9.1",
    jax_cuda="jax-cuda13-plugin 0.8.0",
    onnxruntime_distribution="onnxruntime-gpu",
    compiler="/usr/bin/g++",
    python_header="/usr/include/python3.11/Python.h",
    site_packages=(),
)


class Answers(Prober):
    """A prober whose answers are given, to look at every rule without an installation for each."""

    def __init__(self, *infos: InterpreterInfo) -> None:
        super().__init__({})
        self._answers = {info.interpreter: info for info in infos}
        self.asked: list[str] = []

    def probe(self, interpreter):
        self.asked.append(interpreter)
        return self._answers[interpreter]


def nothing(_interpreter: str) -> None:
    """No interpreter is refused."""


def look(framework, mode, device="cpu", **changes) -> Availability:
    info = replace(FULL, **changes)
    (availability,) = survey([Contender(framework, mode, info.interpreter)], Answers(info), device, nothing)
    assert availability.available == (availability.reason == "") == (availability.remedy == "")
    return availability


def without(*modules):
    return {module: version for module, version in FULL.versions.items() if module not in modules}


# -- the rules


@pytest.mark.parametrize("device", ["cpu", CUDA])
@pytest.mark.parametrize(("framework", "mode"), EVERY)
def test_everything_can_run_where_everything_is(framework, mode, device):
    availability = look(framework, mode, device)
    is_for_the_cpu = framework is Framework.LITERT
    assert availability.available is not (is_for_the_cpu and device == CUDA)
    assert (availability.cuda_obstacle != "") is is_for_the_cpu


@pytest.mark.parametrize(
    ("framework", "versions"),
    [
        (Framework.PYTORCH, {"python": "3.12.1", "torch": "2.9.0", "numpy": "2.3.0"}),
        (Framework.TENSORFLOW, {"python": "3.12.1", "tensorflow": "2.20.0", "numpy": "2.3.0"}),
        (
            Framework.KERAS_TORCH,
            {"python": "3.12.1", "keras": "3.11.0", "torch": "2.9.0", "numpy": "2.3.0"},
        ),
    ],
)
def test_the_versions_are_those_that_the_contender_uses(framework, versions):
    assert look(framework, MODES[framework][0]).versions == versions


@pytest.mark.parametrize(
    ("framework", "missing"),
    [
        (Framework.PYTORCH, "torch"),
        (Framework.PYTORCH, "numpy"),
        (Framework.TENSORFLOW, "tensorflow"),
        (Framework.TENSORFLOW, "numpy"),
        (Framework.KERAS_TENSORFLOW, "keras"),
        (Framework.KERAS_TENSORFLOW, "tensorflow"),
        (Framework.KERAS_TORCH, "torch"),
        (Framework.KERAS_TORCH, "numpy"),
        (Framework.ONNXRUNTIME, "onnxruntime"),
        (Framework.ONNXRUNTIME, "torch"),
        (Framework.ONNXRUNTIME, "onnxscript"),
        (Framework.LITERT, "ai_edge_litert"),
        (Framework.LITERT, "tensorflow"),
    ],
)
def test_a_missing_module_is_named_with_the_command_that_installs_it(framework, missing):
    availability = look(framework, MODES[framework][0], versions=without(missing))
    assert availability.reason == f"{missing} is not installed in /full/bin/python."
    assert availability.remedy == f"/full/bin/python -m pip install {missing.replace('_', '-')}"
    assert missing not in availability.versions
    assert availability.cuda_obstacle == availability.reason


def test_all_that_is_missing_is_installed_by_one_command():
    availability = look(Framework.ONNXRUNTIME, Mode.DEFAULT, versions=without("onnxruntime", "onnxscript"))
    assert availability.remedy == "/full/bin/python -m pip install onnxruntime onnxscript"


def test_jax_gets_an_environment_of_its_own_unless_it_would_be_alone():
    beside = look(Framework.KERAS_JAX, Mode.DEFAULT, versions=without("jax"))
    assert "an environment of its own: /full/bin/python -m venv " in beside.remedy
    assert beside.remedy.endswith("fwcompare interpreters assign keras-jax ~/jax")
    alone = look(Framework.KERAS_JAX, Mode.DEFAULT, versions=without("jax", "torch", "tensorflow"))
    assert alone.remedy == "/full/bin/python -m pip install jax"


@pytest.mark.parametrize(
    ("framework", "other"), [(Framework.PYTORCH, "tensorflow"), (Framework.TENSORFLOW, "keras")]
)
def test_what_a_framework_does_not_use_may_be_missing(framework, other):
    assert look(framework, MODES[framework][0], versions=without(other, "jax")).available


@pytest.mark.parametrize(
    ("version", "available"), [("2.15.0", False), ("3.0.0", True), ("10.1", True), ("unknown", True)]
)
def test_keras_is_too_old_before_3(version, available):
    availability = look(Framework.KERAS_TENSORFLOW, Mode.DEFAULT, versions=FULL.versions | {"keras": version})
    assert availability.available == available
    if not available:
        assert "Keras 2.15.0" in availability.reason
        assert availability.remedy == '/full/bin/python -m pip install --upgrade "keras>=3"'


def test_an_old_keras_does_not_disturb_who_does_not_use_it():
    assert look(Framework.TENSORFLOW, Mode.XLA, versions=FULL.versions | {"keras": "2.15.0"}).available


@pytest.mark.parametrize(("framework", "mode"), EVERY)
def test_only_what_compiles_with_inductor_on_the_cpu_needs_a_compiler(framework, mode):
    needs = mode in {Mode.COMPILE, Mode.AOT}
    availability = look(framework, mode, compiler=None)
    assert availability.available is not needs
    assert "compiler" not in look(framework, mode, CUDA, compiler=None).reason
    if needs:
        assert "C++ compiler" in availability.reason
        assert "apt install g++" in availability.remedy


@pytest.mark.parametrize(("framework", "mode"), EVERY)
def test_only_what_compiles_with_inductor_on_the_cpu_needs_the_headers_of_its_python(framework, mode):
    needs = mode in {Mode.COMPILE, Mode.AOT}
    availability = look(framework, mode, python="3.12.1", python_header=None)
    assert availability.available is not needs
    assert "Python.h" not in look(framework, mode, CUDA, python_header=None).reason
    if needs:
        assert "Python.h" in availability.reason
        assert "apt install python3.12-dev" in availability.remedy


@pytest.mark.parametrize(
    ("framework", "changes", "reason"),
    [
        (Framework.PYTORCH, {"torch_cuda": None}, "torch in /full/bin/python is built without CUDA."),
        (Framework.KERAS_TORCH, {"torch_cuda": None}, "torch in /full/bin/python is built without CUDA."),
        (
            Framework.TENSORFLOW,
            {"tensorflow_cuda": None, "tensorflow_distribution": "tensorflow-cpu"},
            "tensorflow-cpu in /full/bin/python is built without CUDA.",
        ),
        (
            Framework.KERAS_TENSORFLOW,
            {"tensorflow_cuda": None, "tensorflow_distribution": ""},
            "tensorflow in /full/bin/python is built without CUDA.",
        ),
        (
            Framework.TENSORFLOW,
            {"cuda_libraries": None},
            "The CUDA libraries that tensorflow in /full/bin/python needs were not found.",
        ),
        (Framework.KERAS_JAX, {"jax_cuda": None}, "jax in /full/bin/python has no plugin for CUDA."),
        (
            Framework.ONNXRUNTIME,
            {"onnxruntime_distribution": "onnxruntime"},
            "onnxruntime in /full/bin/python is built without CUDA.",
        ),
        (Framework.LITERT, {}, "LiteRT has no way to an NVIDIA GPU from Python."),
    ],
)
def test_a_build_that_cant_use_the_gpu_is_told_only_if_a_gpu_was_asked_for(framework, changes, reason):
    mode = MODES[framework][0]
    on_cpu = look(framework, mode, "cpu", **changes)
    assert on_cpu.available
    assert on_cpu.cuda_obstacle == reason
    on_gpu = look(framework, mode, CUDA, **changes)
    assert on_gpu.reason == reason
    assert on_gpu.remedy.startswith("Use the CPU, or")


def test_a_cpu_only_tensorflow_is_removed_before_the_other_is_installed():
    changes = {"tensorflow_cuda": None, "tensorflow_distribution": "tensorflow-cpu"}
    remedy = look(Framework.TENSORFLOW, Mode.XLA, CUDA, **changes).remedy
    assert "/full/bin/python -m pip uninstall tensorflow-cpu && " in remedy
    assert remedy.endswith('/full/bin/python -m pip install "tensorflow[and-cuda]"')


def test_the_other_framework_s_build_does_not_matter():
    assert look(Framework.PYTORCH, Mode.EAGER, CUDA, tensorflow_cuda=None, cuda_libraries=None).available
    assert look(Framework.TENSORFLOW, Mode.XLA, CUDA, torch_cuda=None).available


def test_the_home_folder_is_written_as_a_tilde(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    availability = look(
        Framework.PYTORCH, Mode.EAGER, interpreter="/home/ada/tf/bin/python", versions=without("torch")
    )
    assert availability.reason == "torch is not installed in ~/tf/bin/python."
    assert availability.remedy == "~/tf/bin/python -m pip install torch"


def test_each_framework_without_an_interpreter_is_named_for_itself():
    contenders = [Contender(Framework.PYTORCH, Mode.EAGER, ""), Contender(Framework.TENSORFLOW, Mode.XLA, "")]

    reasons = [one.reason for one in survey(contenders, Answers(), "cpu", nothing)]

    assert reasons == ["No Python is assigned to pytorch.", "No Python is assigned to tensorflow."]


def test_a_contender_without_an_interpreter_says_how_to_name_one():
    (availability,) = survey([Contender(Framework.PYTORCH, Mode.EAGER, "")], Answers(), "cpu", nothing)
    assert availability.reason == "No Python is assigned to pytorch."
    assert "pytorch:eager@/path/to/python" in availability.remedy
    assert availability.info is None


def test_each_interpreter_is_asked_once_and_the_order_is_kept():
    other = replace(FULL, interpreter="/other/bin/python", versions={})
    contenders = [
        Contender(framework, mode, info.interpreter) for framework, mode in EVERY for info in (FULL, other)
    ]
    prober = Answers(FULL, other)
    surveyed = survey(contenders, prober, "cpu", nothing)
    assert [availability.contender for availability in surveyed] == contenders
    assert [availability.available for availability in surveyed] == [True, False] * len(EVERY)
    assert prober.asked == [FULL.interpreter, other.interpreter]


# -- on real environments


def test_two_real_environments_are_surveyed_side_by_side(make_environment):
    torch, tensorflow = make_environment("torch"), make_environment("tensorflow")
    torch.install("numpy", "2.3.0")
    torch.install("torch", "2.9.0", files=TORCH_CPU)
    tensorflow.install("numpy", "2.2.0")
    tensorflow.install("tensorflow", "2.20.0", files=TENSORFLOW_CUDA)
    tensorflow.install("nvidia-cudnn-cu12", "9.3.0", module="nvidia")
    tensorflow.install("keras", "2.15.0")
    contenders = [
        Contender(Framework.PYTORCH, Mode.EAGER, str(torch.python)),
        Contender(Framework.TENSORFLOW, Mode.FUNCTION, str(tensorflow.python)),
        Contender(Framework.KERAS_TENSORFLOW, Mode.XLA, str(tensorflow.python)),
        Contender(Framework.KERAS_TORCH, Mode.DEFAULT, str(torch.python)),
    ]
    prober = Prober(os.environ)
    on_cpu = survey(contenders, prober, "cpu", nothing)
    assert [availability.available for availability in on_cpu] == [True, True, False, False]
    assert on_cpu[0].versions["torch"] == "2.9.0"
    assert "Keras 2.15.0" in on_cpu[2].reason
    assert "keras is not installed" in on_cpu[3].reason
    on_gpu = survey(contenders, prober, CUDA, nothing)
    assert [availability.available for availability in on_gpu] == [False, True, False, False]
    assert "built without CUDA" in on_gpu[0].reason


def test_one_broken_interpreter_does_not_hide_the_others(make_program, tmp_path):
    log = tmp_path / "log"
    broken = make_program(f"echo started >> {log}\necho 'disk error' >&2\nexit 5")
    contenders = [Contender(framework, mode, str(broken)) for framework, mode in EVERY]
    contenders.append(Contender(Framework.PYTORCH, Mode.EAGER, sys.executable))
    *surveyed, own = survey(contenders, Prober(os.environ), "cpu", nothing)
    assert all("disk error" in availability.reason and availability.remedy for availability in surveyed)
    assert log.read_text() == "started\n"
    assert own.versions["python"].startswith("3.")


# -- the device


def surveyed(*framework_and_changes):
    return [look(framework, MODES[framework][0], **changes) for framework, changes in framework_and_changes]


CAPABLE = (Framework.PYTORCH, {})
INCAPABLE = (Framework.TENSORFLOW, {"tensorflow_cuda": None})
ABSENT = (Framework.KERAS_TORCH, {"versions": {}, "torch_cuda": None})


@pytest.mark.parametrize(
    ("contenders", "gpu", "device", "why"),
    [
        ((CAPABLE,), None, "cpu", "no NVIDIA GPU"),
        ((CAPABLE,), GPU, CUDA, "every contender can use it"),
        (
            (CAPABLE, INCAPABLE),
            GPU,
            "cpu",
            "tensorflow:eager can't use the GPU: tensorflow in /full/bin/python",
        ),
        ((CAPABLE, ABSENT), GPU, CUDA, "every contender can use it"),
        ((ABSENT,), GPU, "cpu", "No contender can run here"),
        ((), GPU, "cpu", "No contender can run here"),
    ],
)
def test_auto_is_the_gpu_only_if_all_that_can_run_can_use_it(contenders, gpu, device, why):
    choice = choose_device(surveyed(*contenders), gpu)
    assert choice.device == device
    assert why in choice.why
    assert choice.why.endswith(".")
