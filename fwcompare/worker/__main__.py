"""Bootstrap of a worker: `python -u -X faulthandler <this file> CHANNEL_FD PARENT_PID`.

With the word "export" instead of the file descriptor it is a child of a worker: see `exporting`.

It makes the process a well-behaved guest and a certain orphan before anything else is imported: no
trace of this folder on `sys.path`, death with the application, first in line for the kernel's memory
killer. Then it loads its own package under a private alias, so that neither `fwcompare` nor a module
of ours can be imported by name in here. Any Python 3 can parse this file: the version gate is below.
"""

import sys

del sys.path[0]  # Python put this folder there; a `wire` or `inputs` of the user's must not be shadowed

import ctypes  # noqa: E402 - the line above comes first, and so below
import faulthandler  # noqa: E402
import importlib.util  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402

MINIMUM_PYTHON = (3, 9)
PR_SET_PDEATHSIG = 1  # linux/prctl.h
OOM_SCORE_ADJ = "800"  # of 1000: the kernel ends the worker before anything the user works with
EXIT_TOO_OLD = 64
EXIT_PARENT_GONE = 70
EXPORT = "export"
PACKAGE = "_fwcompare_worker"


def die_with_parent(parent_pid: int) -> None:
    """Ask the kernel to kill this process when the thread that started it ends (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os._exit(EXIT_PARENT_GONE)  # the parent died before the call above


def be_first_out_of_memory() -> None:
    """Offer this process to the kernel's memory killer."""
    try:
        with open("/proc/self/oom_score_adj", "w") as stream:
            stream.write(OOM_SCORE_ADJ)
    except OSError:
        return  # no such file outside Linux: the sampler's memory guard stands alone there


def dump_stacks_on_request() -> None:
    """Let SIGUSR1 write all stacks to the log, also while native code holds the interpreter lock."""
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1, all_threads=True)


def load_package() -> None:
    """Load the package around this file, under an alias that nothing else imports by accident."""
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        PACKAGE, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    spec.loader.exec_module(package)


def main() -> int:
    """Serve one request; returns the exit status."""
    if sys.version_info < MINIMUM_PYTHON:
        sys.stderr.write(
            "fwcompare's worker needs Python 3.9 or newer, this is %s\n" % sys.version.split()[0]
        )
        return EXIT_TOO_OLD
    die_with_parent(int(sys.argv[2]))
    be_first_out_of_memory()
    dump_stacks_on_request()
    load_package()
    if sys.argv[1] == EXPORT:
        importlib.import_module(PACKAGE + ".exporting").serve(sys.stdin.read())
        return 0
    status: int = importlib.import_module(PACKAGE + ".runner").serve(int(sys.argv[1]))
    return status


if __name__ == "__main__":
    sys.exit(main())
