from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from importlib import metadata
from pathlib import Path

import psutil
import pytest

from fwcompare.errors import InterpreterError
from fwcompare.interpreters.probe import MAX_OUTPUT_BYTES, Prober, probe


def ask(interpreter, timeout_s=30.0, base=None):
    return probe(interpreter, base=os.environ if base is None else base, timeout_s=timeout_s)


def refused(interpreter, timeout_s=30.0) -> InterpreterError:
    with pytest.raises(InterpreterError) as caught:
        ask(interpreter, timeout_s)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy
    return caught.value


def gone(pid: int) -> bool:
    """True once the process has ended, reaped or not; waits for the kernel, not for a clock."""
    try:
        process = psutil.Process(pid)
        for _ in range(300):
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            with suppress(psutil.TimeoutExpired):
                process.wait(0.1)
    except psutil.NoSuchProcess:
        return True
    return False


# -- what a healthy interpreter answers


def test_the_own_interpreter_is_described_as_it_is():
    info = ask(sys.executable)
    assert info.python == "{}.{}.{}".format(*sys.version_info[:3])
    assert info.interpreter == sys.executable
    assert info.prefix == sys.prefix
    assert info.implementation == sys.implementation.name
    assert info.versions["numpy"] == metadata.version("numpy")


@pytest.mark.parametrize("version", ["3.9", "3.10", "3.12", "3.13"])
def test_other_pythons_are_described(real_python, version):
    assert ask(real_python(version)).python.startswith(f"{version}.")


def test_packages_are_told_without_importing_them(make_environment):
    environment = make_environment()
    environment.install("torch", "2.5.1", files={"version.py": "cuda: Optional[str] = '12.4'\n"})
    environment.install("tensorflow-cpu", "2.17.0", module="tensorflow")
    environment.install("keras", "3.6.0")
    info = ask(environment.python)
    assert info.versions == {"torch": "2.5.1", "tensorflow": "2.17.0", "keras": "3.6.0"}
    assert info.torch_cuda == "12.4"
    assert info.tensorflow_distribution == "tensorflow-cpu"
    assert not info.tensorflow_cuda
    assert info.site_packages == (str(environment.site_packages),)


def test_the_folder_of_a_venv_is_accepted(make_environment):
    environment = make_environment()
    info = ask(environment.folder)
    assert info.interpreter == str(environment.python)
    assert info.prefix == str(environment.folder)


def test_the_folder_of_a_conda_environment_is_accepted_and_activated(tmp_path, make_program):
    # a wrapper in place of conda's Python tells whether the environment was activated
    prefix = tmp_path / "conda"
    (prefix / "conda-meta").mkdir(parents=True)
    (prefix / "bin").mkdir()
    make_program(f'[ "$CONDA_PREFIX" = "{prefix}" ] || exit 9\nexec {{python}} "$@"', "conda/bin/python")
    compiler = make_program("exit 0", "conda/bin/g++")
    info = ask(prefix, base={"PATH": os.environ["PATH"], "CONDA_PREFIX": "/another"})
    assert info.interpreter == str(prefix / "bin" / "python")
    assert info.compiler == str(compiler)


def test_a_wrapper_is_seen_through(make_program):
    program = make_program('exec {python} "$@"')
    info = ask(program)
    assert info.interpreter == str(program)
    assert info.executable == sys.executable


# -- what surrounds it does not matter


def test_modules_where_fwcompare_was_started_are_not_loaded(tmp_path, monkeypatch):
    for name in ("json", "platform", "numpy", "torch"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign module')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    info = ask(sys.executable)
    assert info.versions["numpy"] == metadata.version("numpy")


CHATTY = """
import atexit, io, sys
print("welcome!\\n" * 1000)
print(getattr(sys, "orig_argv", sys.argv), file=sys.stderr)
atexit.register(print, "good bye", flush=True)
sys.stdout = io.StringIO()
"""


def test_start_up_files_may_print_and_replace_stdout(make_environment):
    environment = make_environment()
    (environment.site_packages / "sitecustomize.py").write_text(CHATTY)
    assert ask(environment.python).prefix == str(environment.folder)


def test_a_wrapper_that_prints_its_commands_does_no_harm(make_program):
    assert ask(make_program('set -x\nexec {python} "$@"')).executable == sys.executable


def test_nothing_is_waited_for_once_the_answer_is_there(make_environment, tmp_path):
    environment = make_environment()
    pid_file = tmp_path / "pid"
    (environment.site_packages / "sitecustomize.py").write_text(
        f"import atexit, os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\n"
        "atexit.register(time.sleep, 100_000)\n"
    )
    assert ask(environment.python).prefix == str(environment.folder)
    assert gone(int(pid_file.read_text()))


# -- what is refused, and how


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8"])
def test_an_old_python_is_refused_with_its_version(real_python, version):
    error = refused(real_python(version))
    assert f"is Python {version}." in error.message
    assert "too old" in error.message
    assert "3.9" in error.remedy


def test_a_python_2_is_refused_as_too_old(real_python):
    assert "older than 3.6, too old" in refused(real_python("2.7")).message


def test_nothing_at_the_path(tmp_path):
    assert "There is no Python at" in refused(tmp_path / "missing" / "python").message


def test_a_link_to_something_that_is_gone(make_environment):
    environment = make_environment()
    environment.python.unlink()
    environment.python.symlink_to("/nowhere/python3")
    assert "link to something that is gone" in refused(environment.python).message


def test_a_folder_without_a_python(tmp_path):
    error = refused(tmp_path)
    assert "There is no Python in the folder" in error.message


def test_a_file_that_is_not_executable(make_program):
    program = make_program("exit 0")
    program.chmod(0o644)
    error = refused(program)
    assert "is no Python that can be started: it is not executable" in error.message


def test_a_file_that_is_no_program(tmp_path):
    path = tmp_path / "python"
    path.write_bytes(b"\x00\x01 no program")
    path.chmod(0o755)
    assert "can't be started" in refused(path).message


@pytest.mark.parametrize("body", ["exit 0", "echo Hello; echo World >&2"])
def test_a_program_that_is_no_python(make_program, body):
    assert "is not a Python" in refused(make_program(body)).message


def test_a_real_program_that_is_no_python():
    assert shutil.which("true")
    assert "is not a Python" in refused(shutil.which("true")).message


def test_a_crash_is_told_with_exit_code_and_last_words(make_program):
    error = refused(make_program("seq 100; echo 'libpython3.12.so: cannot open' >&2; exit 3"))
    assert "ended with exit code 3" in error.message
    assert "99 / 100 / libpython3.12.so: cannot open" in error.message
    assert " 97 " not in error.message


def test_a_crash_without_words(make_program):
    assert (
        "exit code 127 before it answered. It printed nothing." in refused(make_program("exit 127")).message
    )


def test_a_crash_by_signal_is_named(make_program):
    assert "was killed by SIGSEGV" in refused(make_program("kill -SEGV $$")).message


def test_a_signal_without_a_name_is_numbered(make_program):
    number = signal.SIGRTMIN + 3
    assert f"was killed by signal {number}" in refused(make_program(f"kill -{number} $$")).message


def test_a_start_up_file_that_fails_is_told(make_environment):
    environment = make_environment()
    (environment.site_packages / "sitecustomize.py").write_text("raise SystemExit('licence expired')")
    error = refused(environment.python)
    assert "exit code 1" in error.message
    assert "licence expired" in error.message


@pytest.mark.parametrize(
    "answer",
    ["", "garbage", "{}", "[]", '{"python": null}', '{"python": "x.y"}', '{"python": "3.12.1"}', "\\377"],
)
def test_an_answer_that_is_none_is_refused(make_program, answer):
    assert "can't be read" in refused(make_program(f'printf \'%s:{answer}:%s\' "$3" "$4"')).message


def test_an_interpreter_that_hangs_is_ended_with_its_children(make_program, tmp_path):
    pids = tmp_path / "pids"
    program = make_program(f"sleep 100000 &\necho $$ $! > {pids}.new\nmv {pids}.new {pids}\nwait")
    error = refused(program, timeout_s=3.0)
    assert "no answer within 3 s" in error.message
    assert f"{program} -c pass" in error.remedy
    assert all(gone(int(pid)) for pid in pids.read_text().split())


def test_an_interpreter_that_closes_its_output_and_hangs_is_ended(make_program):
    assert "no answer within 0.5 s" in refused(make_program("exec sleep 100000 >&- 2>&-"), 0.5).message


def test_an_interpreter_that_floods_is_ended_before_memory_is(make_program):
    error = refused(make_program("exec yes"))
    assert f"more than {MAX_OUTPUT_BYTES >> 20} MiB" in error.message


def test_a_process_that_left_the_group_and_keeps_the_pipe_does_not_block(make_program, tmp_path):
    pid_file = tmp_path / "pid"
    program = make_program(f"setsid sleep 100000 &\necho $! > {pid_file}\nexit 4")
    try:
        # the pipe never ends, so neither does the wait for its end; the process itself is gone
        assert "exit code 4" in refused(program, timeout_s=1.0).message
    finally:
        subprocess.run(["kill", "-9", pid_file.read_text().strip()], check=False)


def test_the_home_folder_is_written_as_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "at ~/missing" in refused(tmp_path / "missing").message


# -- remembering


@pytest.fixture
def counting(make_program, tmp_path):
    """A Python that counts how often it is started."""
    log = tmp_path / "log"
    program = make_program(f'echo started >> {log}\nexec {{python}} "$@"')
    return program, lambda: len(log.read_text().splitlines())


def test_a_prober_asks_once(counting):
    program, starts = counting
    prober = Prober(os.environ)
    assert prober.probe(program) == prober.probe(str(program))
    assert starts() == 1


def test_another_prober_asks_again(counting):
    program, starts = counting
    Prober(os.environ).probe(program)
    Prober(os.environ).probe(program)
    assert starts() == 2


def test_a_replaced_interpreter_is_asked_again(counting):
    program, starts = counting
    prober = Prober(os.environ)
    prober.probe(program)
    os.utime(program, ns=(1, 1))
    prober.probe(program)
    assert starts() == 2


def test_a_package_that_was_installed_meanwhile_is_seen(make_environment):
    environment = make_environment()
    prober = Prober(os.environ)
    assert "keras" not in prober.probe(environment.folder).versions
    environment.install("keras", "3.6.0")
    os.utime(environment.site_packages, ns=(1, 1))  # file systems with coarse times must not decide
    assert prober.probe(environment.folder).versions == {"keras": "3.6.0"}


def test_an_error_is_not_remembered(make_environment):
    environment = make_environment()
    prober = Prober(os.environ)
    away = environment.python.rename(environment.python.with_name("away"))
    (environment.folder / "bin" / "python3").unlink()
    with pytest.raises(InterpreterError):
        prober.probe(environment.folder)
    away.rename(Path(environment.python))
    assert prober.probe(environment.folder).prefix == str(environment.folder)


def test_an_environment_that_lost_its_packages_is_asked_again(make_environment):
    environment = make_environment()
    environment.install("keras", "3.6.0")
    prober = Prober(os.environ)
    assert prober.probe(environment.folder).versions == {"keras": "3.6.0"}
    shutil.rmtree(environment.site_packages)
    assert prober.probe(environment.folder).versions == {}


# -- stopping


def test_a_probe_that_is_stopped_ends_the_python_and_says_so(make_program, tmp_path):
    begun = tmp_path / "begun"
    program = make_program(f"echo $$ > {begun}\nexec sleep 1000")
    prober = Prober(os.environ, timeout_s=600)

    def stop_it() -> None:
        while not begun.exists() or not begun.read_text():
            pass
        prober.stop()

    stopper = threading.Thread(target=stop_it)
    stopper.start()

    with pytest.raises(InterpreterError, match="fwcompare is ending"):
        prober.probe(program)

    stopper.join()
    assert prober.is_stopped
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)


def test_what_is_known_is_told_without_a_start(counting):
    program, starts = counting
    prober = Prober(os.environ)
    assert prober.known(program) is None

    info = prober.probe(program)

    assert prober.known(program) == info
    assert starts() == 1
    os.utime(program, ns=(1, 1))
    assert prober.known(program) is None
