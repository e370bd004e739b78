from __future__ import annotations

import sys
from pathlib import Path

import pytest

from fwcompare.domain.contender import MODES, Contender, Framework
from fwcompare.errors import UsageError
from fwcompare.interpreters.naming import (
    all_contenders,
    own_interpreter,
    parse_contender,
    short_name,
)
from fwcompare.interpreters.settings import Settings, assign, place_beside

OWN = "/app/bin/python"
EVERY = [(framework, mode) for framework, modes in MODES.items() for mode in modes]


def parse(text, settings=None, own=OWN):
    return parse_contender(text, settings or Settings(), own)


@pytest.mark.parametrize(("framework", "mode"), EVERY)
def test_every_contender_is_named_by_its_id(framework, mode):
    contender = parse(f"{framework}:{mode}")
    assert contender == Contender(framework, mode, OWN)
    assert parse(contender.id) == contender


def test_case_and_outer_blanks_do_not_matter():
    assert parse("  PyTorch:Eager ") == parse("pytorch:eager")


def test_the_assigned_interpreter_comes_before_the_own():
    settings = assign(Settings(), Framework.PYTORCH, "/torch/bin/python")
    assert parse("pytorch:eager", settings).interpreter == "/torch/bin/python"
    assert parse("pytorch:eager", settings).named == ""
    assert parse("tensorflow:xla", settings).interpreter == OWN


def test_an_assigned_path_in_the_home_folder_is_expanded(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    settings = Settings(interpreters={Framework.PYTORCH: "~/torch/bin/python"})
    assert parse("pytorch:eager", settings).interpreter == "/home/ada/torch/bin/python"


def test_the_named_interpreter_comes_before_the_assigned():
    settings = assign(Settings(), Framework.PYTORCH, "/torch/bin/python")
    contender = parse("pytorch:eager@/other/bin/python", settings)
    assert contender.interpreter == "/other/bin/python"
    assert contender.id == "pytorch:eager@/other/bin/python"


@pytest.mark.parametrize(
    ("written", "interpreter", "named"),
    [
        ("~/tf/bin/python", "/home/ada/tf/bin/python", "~/tf/bin/python"),
        ("/home/ada/tf/bin/python", "/home/ada/tf/bin/python", "~/tf/bin/python"),
        ("envs/tf/bin/python", "{cwd}/envs/tf/bin/python", "envs/tf/bin/python"),
        ("/odd@name:x/python", "/odd@name:x/python", "/odd@name:x/python"),
    ],
)
def test_what_the_user_wrote_is_kept_without_the_home_folder(
    monkeypatch, tmp_path, written, interpreter, named
):
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.chdir(tmp_path)
    contender = parse(f"tensorflow:function@{written}")
    assert contender.interpreter == interpreter.replace("{cwd}", str(tmp_path))
    assert contender.named == named


def test_the_folder_of_an_environment_stands_for_its_python_with_its_links_kept(
    make_environment, monkeypatch
):
    environment = make_environment("tf")
    monkeypatch.chdir(environment.folder.parent)
    contender = parse("tensorflow:eager@tf")
    assert Path(contender.interpreter) == environment.python
    assert Path(contender.interpreter).is_symlink()
    assert contender.id == "tensorflow:eager@tf"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("pytroch:eager", "'pytroch' is no framework", "Did you mean pytorch?"),
        ("torch:eager", "'torch' is no framework", "Did you mean pytorch?"),
        ("keras_torch:default", "no framework", "Did you mean keras-torch?"),
        ("mxnet:eager", "'mxnet' is no framework", "pytorch, tensorflow, keras-tensorflow, keras-torch"),
        ("pytorch:compiled", "'compiled' is no mode of pytorch", "Did you mean compile?"),
        (
            "pytorch:xla",
            "'xla' is no mode of pytorch",
            "The modes of pytorch are: eager, compile, export, trace, script, aot.",
        ),
        ("tensorflow", "The mode of tensorflow is missing", "eager, function, xla"),
        ("tensorflow:", "The mode of tensorflow is missing", "eager, function, xla"),
        (":eager", "The framework is missing", "pytorch"),
        ("", "The framework is missing", "pytorch"),
        ("@/usr/bin/python", "The framework is missing", "pytorch"),
        ("pytorch:eager:x", "'eager:x' is no mode", "Did you mean eager?"),
        ("pytorch:eager@", "No interpreter follows the @", "path"),
        ("pytorch:eager@ ", "No interpreter follows the @", "path"),
    ],
)
def test_a_wrong_name_is_answered_with_what_would_be_right(text, message, hint):
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert message in caught.value.message
    assert hint in caught.value.remedy


def test_a_frozen_application_needs_an_interpreter_to_be_named_or_assigned(monkeypatch):
    assert own_interpreter() == sys.executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert own_interpreter() == ""
    with pytest.raises(UsageError, match="No Python is assigned to pytorch") as caught:
        parse("pytorch:eager", own="")
    assert "pytorch:eager@" in caught.value.remedy
    assert parse("pytorch:eager@/usr/bin/python3", own="").interpreter == "/usr/bin/python3"


def test_all_contenders_come_in_the_order_of_the_modes():
    contenders = all_contenders(assign(Settings(), Framework.TENSORFLOW, "/tf/python"), OWN)
    assert [(contender.framework, contender.mode) for contender in contenders] == EVERY
    for contender in contenders:
        expected = "/tf/python" if contender.framework is Framework.TENSORFLOW else OWN
        assert contender.interpreter == expected


def test_all_contenders_of_a_frozen_application_are_listed_without_an_interpreter():
    contenders = all_contenders(assign(Settings(), Framework.PYTORCH, "/torch/python"), "")
    assert {
        contender.interpreter for contender in contenders if contender.framework is Framework.PYTORCH
    } == {"/torch/python"}
    assert contenders[-1] == Contender(*EVERY[-1], "")


def test_what_is_beside_the_assigned_one_competes_under_its_name(make_environment):
    environment = make_environment("tf220")
    settings = place_beside(Settings(), Framework.TENSORFLOW, str(environment.python))

    contenders = [one for one in all_contenders(settings, OWN) if one.framework is Framework.TENSORFLOW]

    modes = MODES[Framework.TENSORFLOW]
    assert [one.interpreter for one in contenders] == [OWN] * len(modes) + [str(environment.python)] * len(
        modes
    )
    assert [one.id for one in contenders[len(modes) :]] == [
        f"tensorflow:{mode}@{environment.folder}" for mode in modes
    ]
    assert parse(contenders[-1].id, settings=settings) == contenders[-1]


def test_a_python_that_its_folder_does_not_lead_to_is_named_by_its_path(tmp_path):
    (tmp_path / "bin").mkdir()
    for name in ("python3", "python3.13"):
        (tmp_path / "bin" / name).touch()

    assert short_name(str(tmp_path / "bin/python3")) == str(tmp_path)
    assert short_name(str(tmp_path / "bin/python3.13")) == str(tmp_path / "bin/python3.13")
