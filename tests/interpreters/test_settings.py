from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from fwcompare.domain.contender import Framework
from fwcompare.errors import UsageError
from fwcompare.interpreters import settings as room
from fwcompare.interpreters.settings import (
    SCHEMA,
    Settings,
    add,
    assign,
    forget,
    load_settings,
    place_beside,
    save_settings,
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "config" / "settings.json"


def write(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document))


def test_no_file_means_the_defaults(file):
    assert load_settings(file) == (Settings(), ())
    assert not file.parent.exists()


def test_what_is_saved_is_loaded(file):
    settings = assign(Settings(), Framework.PYTORCH, "/envs/törch/bin/python")
    save_settings(settings, file)
    loaded, problems = load_settings(file)
    assert loaded.interpreters == {Framework.PYTORCH: "/envs/törch/bin/python"}
    assert loaded.schema == SCHEMA
    assert problems == ()


def test_assigning_replaces_and_removes_without_touching_the_others(file):
    first = assign(Settings(), Framework.PYTORCH, "/a")
    both = assign(first, Framework.TENSORFLOW, "/b")
    assert assign(both, Framework.PYTORCH, "/c").interpreters == {"pytorch": "/c", "tensorflow": "/b"}
    assert assign(both, Framework.PYTORCH, None).interpreters == {"tensorflow": "/b"}
    assert first.interpreters == {"pytorch": "/a"}


def test_the_folder_of_an_environment_is_assigned_as_its_python(make_environment):
    environment = make_environment()
    settings = assign(Settings(), Framework.KERAS_TORCH, str(environment.folder))
    assert settings.interpreters == {"keras-torch": str(environment.python)}


def test_one_bad_entry_does_not_lose_the_others(file):
    write(
        file,
        {"schema": 1, "interpreters": {"pytorch": 5, "tensorflow": "/b", "keras-torch": "relative/path"}},
    )
    settings, problems = load_settings(file)
    assert settings.interpreters == {"tensorflow": "/b"}
    assert [problem.split(" is ")[0].rsplit(" ", 1)[1] for problem in problems] == ["pytorch", "keras-torch"]


@pytest.mark.parametrize("path", ["", "python3", "./python", "/a\0b", None, True, ["/a"], {"path": "/a"}])
def test_an_interpreter_that_is_no_absolute_path_is_named_and_not_used(file, path):
    write(file, {"interpreters": {"pytorch": path}})
    settings, problems = load_settings(file)
    assert settings.interpreters == {}
    assert len(problems) == 1
    assert "pytorch" in problems[0]


def test_a_path_in_the_home_folder_is_kept_as_it_is(file):
    write(file, {"interpreters": {"pytorch": "~/envs/torch"}})
    assert load_settings(file)[0].interpreters == {"pytorch": "~/envs/torch"}


@pytest.mark.parametrize("interpreters", [[], "text", 1, None])
def test_interpreters_of_another_kind_are_named_and_not_used(file, interpreters):
    write(file, {"interpreters": interpreters, "schema": 1})
    settings, problems = load_settings(file)
    assert settings.interpreters == {}
    assert len(problems) == 1


@pytest.mark.parametrize("schema", [0, -1, "1", 1.5, True, None])
def test_a_bad_schema_number_loses_nothing(file, schema):
    write(file, {"schema": schema, "interpreters": {"pytorch": "/a"}})
    settings, problems = load_settings(file)
    assert settings.interpreters == {"pytorch": "/a"}
    assert settings.schema == SCHEMA
    assert len(problems) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"text"',
        "null",
        "\0\0",
        '{"a":',
        "[" * 100_000,
        '{"interpreters": {"pytorch": "\\ud800',
    ],
    ids=range(9),
)
def test_a_broken_file_never_blocks_and_is_kept_when_settings_are_saved(file, text):
    write(file, text)
    settings, problems = load_settings(file)
    assert settings == Settings()
    assert len(problems) == 1
    assert file.read_text() == text
    save_settings(assign(settings, Framework.PYTORCH, "/a"), file)
    assert file.with_name("settings.json.broken").read_text() == text
    assert load_settings(file)[0].interpreters == {"pytorch": "/a"}


def test_bytes_that_are_no_text_never_block(file):
    file.parent.mkdir()
    file.write_bytes(b'{"schema": "\xff\xfe"}')
    assert load_settings(file)[0] == Settings()


def test_a_folder_in_place_of_the_file_is_a_problem_when_read_and_an_error_when_saved(file):
    file.mkdir(parents=True)
    assert len(load_settings(file)[1]) == 1
    with pytest.raises(UsageError, match=r"can't be saved") as caught:
        save_settings(Settings(), file)
    assert caught.value.remedy


def test_what_a_newer_version_wrote_is_kept(file):
    newer = {
        "schema": SCHEMA + 1,
        "theme": {"dark": True},
        "interpreters": {"pytorch": "/a", "jax": "/j"},
    }
    write(file, newer)
    settings, problems = load_settings(file)
    assert len(problems) == 1
    assert "newer" in problems[0]
    save_settings(assign(settings, Framework.PYTORCH, "/b"), file)
    assert json.loads(file.read_text()) == newer | {"interpreters": {"pytorch": "/b", "jax": "/j"}}


def test_a_removed_assignment_is_gone_from_the_file(file):
    write(file, {"schema": 1, "interpreters": {"pytorch": "/a"}})
    save_settings(assign(load_settings(file)[0], Framework.PYTORCH, None), file)
    assert json.loads(file.read_text()) == {"schema": 1, "interpreters": {}}


def test_saving_leaves_no_other_file_and_follows_a_link(file, tmp_path):
    target = tmp_path / "dotfiles" / "settings.json"
    write(target, {})
    file.parent.mkdir()
    file.symlink_to(target)
    save_settings(assign(Settings(), Framework.PYTORCH, "/a"), file)
    assert file.is_symlink()
    assert json.loads(target.read_text())["interpreters"] == {"pytorch": "/a"}
    assert [path.name for path in target.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_failed_save_leaves_the_old_file_and_no_litter(file, monkeypatch, failing):
    save_settings(assign(Settings(), Framework.PYTORCH, "/old"), file)

    def fail(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*((room.os, "fsync") if failing == "fsync" else (Path, "replace")), fail)
    with pytest.raises(UsageError, match="No space left on device"):
        save_settings(assign(Settings(), Framework.PYTORCH, "/new"), file)
    assert load_settings(file)[0].interpreters == {"pytorch": "/old"}
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from(["", "a", "/a", "~/ä", "~x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "pytorch"]), inner),
    max_leaves=10,
)


@hypothesis_settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["schema", "interpreters", "theme"]), JSON))
def test_any_document_can_be_loaded_saved_and_loaded_again(tmp_path_factory, document):
    file = tmp_path_factory.mktemp("settings") / "settings.json"
    write(file, document)
    settings, _ = load_settings(file)
    save_settings(settings, file)
    again, problems = load_settings(file)
    assert again.interpreters == settings.interpreters
    assert again.document.get("theme") == document.get("theme")
    assert all("newer" in problem for problem in problems)


# -- more Pythons than one for a framework, and those that the user added


def test_all_that_was_decided_is_loaded_again(file, make_environment):
    environment = make_environment()
    settings = place_beside(Settings(), Framework.TENSORFLOW, str(environment.folder))
    settings = add(place_beside(settings, Framework.TENSORFLOW, "/other/python"), "/added/python")
    save_settings(settings, file)

    loaded, problems = load_settings(file)

    assert problems == ()
    assert loaded.beside == {Framework.TENSORFLOW: (str(environment.python), "/other/python")}
    assert loaded.known == ("/added/python",)
    assert list(loaded.allowed) == [str(environment.folder)]


def test_the_same_environment_stands_there_once(make_environment):
    environment = make_environment()
    settings = Settings()
    for path in (environment.folder, environment.python, environment.folder / "bin/python3"):
        settings = add(place_beside(settings, Framework.PYTORCH, str(path)), str(path))

    assert len(settings.beside[Framework.PYTORCH]) == len(settings.known) == len(settings.allowed) == 1


def test_what_is_assigned_stands_no_more_beside_itself(make_environment):
    environment = make_environment()
    settings = Settings()
    for framework in (Framework.PYTORCH, Framework.TENSORFLOW):
        settings = place_beside(settings, framework, str(environment.folder))

    settings = assign(settings, Framework.PYTORCH, str(environment.python))

    assert settings.beside == {Framework.TENSORFLOW: (str(environment.python),)}


def test_forgetting_one_leaves_the_others(make_environment):
    one, other = make_environment("one"), make_environment("other")
    settings = Settings()
    for environment in (one, other):
        path = str(environment.folder)
        settings = add(place_beside(settings, Framework.PYTORCH, path), path)
    settings = assign(settings, Framework.TENSORFLOW, str(one.python))

    left = forget(settings, str(one.folder / "bin/python3"))

    assert left.interpreters == {}
    assert left.beside == {Framework.PYTORCH: (str(other.python),)}
    assert left.known == (str(other.python),)
    assert list(left.allowed) == [str(other.folder)]


@pytest.mark.parametrize(
    ("document", "beside", "known", "problems"),
    [
        ({"beside": {"pytorch": ["/a", "b", 5]}}, {"pytorch": ("/a",)}, (), 2),
        ({"beside": {"pytorch": "/a"}}, {}, (), 1),
        ({"beside": []}, {}, (), 1),
        ({"known_interpreters": ["~/a", "b"]}, {}, ("~/a",), 1),
        ({"known_interpreters": {"a": "/b"}}, {}, (), 1),
    ],
)
def test_what_can_not_be_used_of_them_is_named(file, document, beside, known, problems):
    write(file, document)

    settings, sentences = load_settings(file)

    assert (settings.beside, settings.known, len(sentences)) == (beside, known, problems)


def test_what_a_newer_fwcompare_put_beside_is_kept(file):
    write(file, {"beside": {"jax": ["/j"], "pytorch": ["/a"]}})
    save_settings(forget(load_settings(file)[0], "/a"), file)

    assert json.loads(file.read_text())["beside"] == {"jax": ["/j"]}
