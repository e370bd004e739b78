from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fwcompare.worker import probe

SCRIPT = Path(probe.__file__)


def run(script: Path, *, python: str = sys.executable, **options) -> dict:
    """The answer of the script, run as the core runs it."""
    command = [python, "-u", str(script), "BEGIN", "END"]
    result = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    return json.loads(result.stdout.partition("BEGIN:")[2].partition(":END")[0])


def test_the_whole_file_parses_on_the_oldest_python_that_gets_an_answer():
    source = SCRIPT.read_text(encoding="ascii")  # and Python 2 complains of nothing but the syntax
    ast.parse(source, feature_version=(3, 6))


def test_nothing_that_an_old_python_lacks_stands_before_the_gate():
    body = ast.parse(SCRIPT.read_text()).body
    gate = next(number for number, node in enumerate(body) if isinstance(node, ast.If))
    imported = [name.name for node in body[:gate] if isinstance(node, ast.Import) for name in node.names]
    assert imported == ["os", "sys"]
    assert not [node for node in body[:gate] if isinstance(node, ast.ImportFrom)]


def test_the_answer_of_this_python_is_what_its_functions_say():
    answer = run(SCRIPT)
    assert answer["python"] == "{}.{}.{}".format(*sys.version_info[:3])
    assert answer["executable"] == sys.executable
    assert answer["versions"] == probe.describe()["versions"]


def test_the_neighbours_of_the_script_shadow_nothing(tmp_path):
    for name in ("json", "re", "platform", "importlib", "numpy", "torch"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('neighbour')")
    link = tmp_path / "link"
    link.mkdir()
    (link / "probe.py").symlink_to(shutil.copy(SCRIPT, tmp_path / "probe.py"))
    for script in (tmp_path / "probe.py", link / "probe.py"):
        answer = run(script, cwd=tmp_path)
        assert answer["versions"] == probe.describe()["versions"]


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Puts a package on the path that must not be imported, with these files; returns its folder."""

    def make(name: str, files: dict[str, str] | None = None) -> str:
        for file, text in {"__init__.py": "raise SystemExit('imported')", **(files or {})}.items():
            path = tmp_path / "site" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        return str(tmp_path / "site" / name)

    return make


def test_a_package_is_found_without_being_imported(package):
    folder = package("torch_pretended")
    assert probe.folder_of("torch_pretended") == folder
    assert "torch_pretended" not in sys.modules


def test_a_folder_without_code_is_no_package(tmp_path, monkeypatch):
    (tmp_path / "leftover_of_an_uninstall").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert probe.folder_of("leftover_of_an_uninstall") is None


def test_a_half_made_module_is_no_package(monkeypatch):
    broken = type(sys)("half_made")
    broken.__spec__ = None
    monkeypatch.setitem(sys.modules, "half_made", broken)
    assert probe.folder_of("half_made") is None


def test_nothing_is_found_where_nothing_is():
    assert probe.folder_of("surely_not_installed") is None


@pytest.mark.parametrize(
    ("text", "cuda"),
    [
        ("cuda: Optional[str] = '12.8'\nhip = None\n", "12.8"),
        ("cuda = '11.8'\n", "11.8"),
        ('debug = False\ncuda = "13.0"\n', "13.0"),
        ("cuda: Optional[str] = None\nhip: Optional[str] = '6.2'\n", None),
        ("cuda = None\ngit_version = 'abc'\n", None),
        ("has_cuda = '12'\n", None),
        ("", None),
    ],
)
def test_the_cuda_version_of_torch_is_read_as_text(package, text, cuda):
    assert probe.torch_cuda(package("torch", {"version.py": text})) == cuda


def test_torch_without_a_version_file_or_without_torch_has_no_cuda(package):
    assert probe.torch_cuda(package("torch")) is None
    assert probe.torch_cuda(None) is None


CUDA_BUILD = "import collections\nbuild_info = collections.OrderedDict([('is_cuda_build', True), ('cuda_version', '12.5')])"
CPU_BUILD = "import collections\nbuild_info = collections.OrderedDict([('is_cuda_build', False)])"


@pytest.mark.parametrize(
    ("record", "distribution", "cuda"),
    [
        (CUDA_BUILD, "tensorflow", "12.5"),
        (CPU_BUILD, "tensorflow", None),  # the Windows and macOS wheels
        ('build_info = {"is_cuda_build": True}', "tensorflow", "unknown"),
        (None, "tensorflow", "unknown"),
        (None, "tf-nightly", "unknown"),
        (None, "tensorflow-cpu", None),
        (None, "tf-nightly-cpu", None),
        (None, "tensorflow-macos", None),
        (None, "", None),
        ("nothing of the kind", "tensorflow-cpu", None),
    ],
)
def test_whether_tensorflow_is_built_for_cuda(package, record, distribution, cuda):
    files = {"python/platform/build_info.py": record} if record else {}
    assert probe.tensorflow_cuda(package("tensorflow", files), distribution) == cuda


def test_the_distribution_that_brings_a_module_is_found_under_each_of_its_names(tmp_path, monkeypatch):
    record = tmp_path / "tf_nightly_cpu-2.99.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: tf-nightly-cpu\nVersion: 2.99.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert probe.distribution_of("tensorflow") == ("tf-nightly-cpu", "2.99.0")
    assert probe.distribution_of("keras") == ("", "")


def test_a_module_without_a_record_has_an_unknown_version(package, monkeypatch):
    package("keras")
    monkeypatch.setattr(probe.metadata, "version", lambda name: (_ for _ in ()).throw(KeyError("Version")))
    assert probe.describe()["versions"]["keras"] == "unknown"


def test_the_cuda_libraries_are_found_as_a_package_or_as_a_file(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "prefix"))
    monkeypatch.setattr(probe, "_LIBRARY_FOLDERS", ())
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    assert probe.cuda_libraries() is None
    for folder in ("libraries", "prefix/lib"):
        library = tmp_path / folder / "libcudnn.so.9"
        library.parent.mkdir(parents=True)
        library.touch()
    assert probe.cuda_libraries() == str(tmp_path / "prefix" / "lib" / "libcudnn.so.9")
    monkeypatch.setenv("LD_LIBRARY_PATH", f":{tmp_path / 'libraries'}")
    assert probe.cuda_libraries() == str(tmp_path / "libraries" / "libcudnn.so.9")
    record = tmp_path / "nvidia_cudnn_cu12-9.3.0.dist-info"
    record.mkdir()
    (record / "METADATA").write_text("Metadata-Version: 2.1\nName: nvidia-cudnn-cu12\nVersion: 9.3.0\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert probe.cuda_libraries() == "nvidia-cudnn-cu12 9.3.0"


@pytest.mark.parametrize(
    ("present", "cxx", "chosen"),
    [
        ((), None, None),
        (("clang++",), None, "clang++"),
        (("clang++", "c++"), None, "c++"),
        (("clang++", "c++", "g++"), None, "g++"),
        (("g++", "my-c++"), "my-c++", "my-c++"),
        (("g++",), "gone", "g++"),
        (("g++",), "ccache g++", "g++"),  # torch starts $CXX as one program
        (("g++",), "", "g++"),
    ],
)
def test_the_compiler_is_the_first_that_is_there(tmp_path, monkeypatch, present, cxx, chosen):
    for name in present:
        (tmp_path / name).touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if cxx is None:
        monkeypatch.delenv("CXX", raising=False)
    else:
        monkeypatch.setenv("CXX", cxx)
    assert probe.cpp_compiler() == (str(tmp_path / chosen) if chosen else None)


def test_the_header_is_that_of_the_python_that_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(probe.sysconfig, "get_path", lambda name: str(tmp_path))
    assert probe.python_header() is None
    (tmp_path / "Python.h").touch()
    assert probe.python_header() == str(tmp_path / "Python.h")
