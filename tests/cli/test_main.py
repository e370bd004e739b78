"""Errors become sentences, remedies and exit codes, and never a broken JSON object."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fwcompare import __version__
from fwcompare.cli.entry import main
from fwcompare.errors import FwcompareError, InterpreterError, SnapshotError, SnapshotErrorCode, UsageError
from tests.cli import fakes

ROOT = Path(__file__).parents[2]
TRUNCATED = SnapshotError(SnapshotErrorCode.TRUNCATED, "a.fwsnap ends too early.", "Copy it again.")


def raising(error):
    """A part that always raises."""

    def part(*_args):
        raise error

    return part


def python(*arguments, **options):
    """Another Python that sees this checkout."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize("argv", [[], ["--help"]])
def test_without_a_command_it_shows_the_help(call, argv):
    code, out, err = call(*argv)

    assert (code, err) == (0, "")
    assert all(name in out for name in ("run", "show", "contenders", "doctor", "recover"))


@pytest.mark.parametrize("name", ["run", "show", "contenders", "doctor", "recover"])
def test_every_command_has_help_that_wires_nothing(capsys, name):
    assert main([name, "--help"], parts=raising(AssertionError)) == 0
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["rnu"], ["'rnu'", "run", "fwcompare --help"]),
        (["run", "--bogus"], ["--bogus", "fwcompare run --help"]),
        (["run", "--rounds", "many"], ["--rounds takes a whole number.", "fwcompare run --help"]),
        (["run", "--margin", "abc"], ["--margin takes a number.", "fwcompare run --help"]),
        (["run", "--workload", "mpl"], ["'mpl'", "Did you mean mlp?"]),
        (["show"], ["SNAPSHOT", "fwcompare show --help"]),
    ],
)
def test_bad_usage_is_2_with_a_sentence_and_a_remedy(call, argv, words):
    code, out, err = call(*argv)

    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert all(word in err for word in words)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("argv", "schema"),
    [
        (["rnu"], "run"),
        ([], "run"),
        (["run", "--bogus"], "run"),
        (["show"], "run"),
        (["contenders", "--bogus"], "contenders"),
        (["doctor", "--bogus"], "doctor"),
        (["recover", "--bogus"], "recover"),
    ],
)
def test_bad_usage_with_json_is_still_one_object(call_json, argv, schema):
    code, found, err = call_json(*argv, schema=schema)

    assert code == 2
    assert found["error"]["message"]
    assert found["error"]["remedy"]
    assert err.startswith("Error: ")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("No.", "Do."), 2),
        (TRUNCATED, 2),
        (InterpreterError("No.", "Do."), 1),
        (FwcompareError("No.", "Do."), 1),
    ],
)
def test_the_kind_of_error_gives_the_exit_code(call_json, error, code):
    found_code, found, err = call_json("show", "a.fwsnap", parts=fakes.parts(read_snapshot=raising(error)))

    assert found_code == code
    assert found["error"] == {"message": error.message, "remedy": error.remedy}
    assert err == f"Error: {error.message}\n{error.remedy}\n"


def test_a_refusal_of_the_system_is_a_sentence(call):
    refused = PermissionError(13, "Permission denied", "/data")

    code, _, err = call("recover", parts=fakes.parts(recover=raising(refused)))

    assert code == 1
    assert "Permission denied: '/data'" in err
    assert "Traceback" not in err


def test_a_defect_passes_with_its_traceback_and_still_gives_one_object(capsys):
    parts = fakes.parts(recover=raising(KeyError("x")))

    with pytest.raises(KeyError):
        main(["recover", "--json"], parts=lambda: parts)

    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["message"] == "fwcompare has a defect: KeyError('x')."
    assert err == ""


def test_a_long_sentence_stays_in_one_line(call):
    long = SnapshotError(SnapshotErrorCode.CORRUPT, "word " * 100, "")

    _, _, err = call("show", "a.fwsnap", parts=fakes.parts(read_snapshot=raising(long)))

    assert len(err.splitlines()) == 1


def test_a_reader_that_has_seen_enough_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    code = "import sys; from fwcompare.cli.entry import main; sys.exit(main(['--help']))"

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (1, b"")


def test_a_terminal_that_lacks_a_character_is_no_error():
    code = (
        "import sys; from fwcompare.cli.entry import main; from fwcompare.errors import UsageError\n"
        "def parts(): raise UsageError('0 … 2³²')\n"
        "sys.exit(main(['recover'], parts))"
    )

    done = python("-X", "utf8=0", "-c", code, encoding="ascii", errors="replace")

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from fwcompare.cli.entry import main; main(['run', '--help'])\n"
        "print(sorted({'scipy', 'numpy', 'msgspec', 'psutil'} & set(sys.modules)))"
    )

    done = python("-c", code)

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_as_a_module_it_loads_nothing_from_the_working_folder(tmp_path):
    for name in ("json", "statistics", "numpy", "typer", "rich", "torch"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a foreign module was loaded')")

    done = python("-m", "fwcompare", "show", "missing.fwsnap", "--json", cwd=tmp_path)

    assert done.returncode == 2, done.stderr
    assert "foreign" not in done.stdout + done.stderr


def test_the_application_never_imports_a_framework_or_qt():
    code = (
        "import sys; from fwcompare.cli.entry import main; main(['show', 'missing.fwsnap'])\n"
        "print(sorted({'torch', 'tensorflow', 'keras', 'jax', 'PySide6', 'ui'} & set(sys.modules)))"
    )

    done = python("-c", code)

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


@pytest.mark.parametrize("argv", [["--version"], ["--version", "run"]])
def test_the_version_is_told_and_nothing_else_is_done(capsys, argv):
    assert main(argv, parts=None) == 0
    assert re.fullmatch(rf"fwcompare {re.escape(__version__)}, Python 3\.\d+\.\d+\n", capsys.readouterr().out)
