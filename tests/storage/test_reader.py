"""Files that are bad, cut off, hostile or newer: one typed error, and nothing is executed."""

from __future__ import annotations

import io
import json
import os
import random
import stat
import struct
import warnings
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fwcompare.errors import SnapshotError, SnapshotErrorCode
from fwcompare.storage import archive, manifest
from fwcompare.storage.archive import sha256_hex
from fwcompare.storage.snapshot import pack, read_outline, read_snapshot

Code = SnapshotErrorCode


@pytest.fixture
def refused(tmp_path):
    """Reads these bytes as a snapshot and gives the error back."""

    def read(data):
        path = tmp_path / "run.fwsnap"
        path.write_bytes(data)
        with pytest.raises(SnapshotError) as caught:
            read_snapshot(path)
        assert caught.value.message.endswith(".")
        assert caught.value.remedy
        return caught.value

    return read


@pytest.fixture
def members(run):
    return pack(run)


def zipped(members, **changes):
    """A ZIP file of members; `changes` sets attributes of the last one's entry."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of two members with one name
        for number, (name, data) in enumerate(members):
            info = zipfile.ZipInfo(name)
            if number == len(members) - 1:
                for attribute, value in changes.items():
                    setattr(info, attribute, value)
            opened.writestr(info, data)
    return stream.getvalue()


def with_manifest(members, change):
    """The ZIP file with a manifest that `change` was applied to."""
    tree = json.loads(members["manifest.json"])
    tree = change(tree) or tree
    return zipped([*{**members, "manifest.json": json.dumps(tree).encode()}.items()])


def with_member(members, name, data):
    """The ZIP file with another content of a member, rightly described by the manifest."""

    def describe(tree):
        tree["members"][name] = {"bytes": len(data), "sha256": sha256_hex(data)}

    return with_manifest({**members, name: data}, describe)


def test_the_builder_of_these_tests_makes_good_files(members, run, tmp_path):
    path = tmp_path / "run.fwsnap"
    path.write_bytes(zipped([*members.items()]))
    assert read_snapshot(path) == run
    path.write_bytes(with_member(members, manifest.LOGS, members[manifest.LOGS] + b"more"))
    assert read_snapshot(path) == run


def test_no_file(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(tmp_path / "none.fwsnap")
    assert caught.value.code is Code.NOT_FOUND
    assert "none.fwsnap" in str(caught.value)


def test_a_path_that_can_not_be_one():
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(Path("x\0y"))
    assert caught.value.code in (Code.CORRUPT, Code.NOT_FOUND)


def test_a_folder(tmp_path):
    with pytest.raises(SnapshotError, match="is not a file") as caught:
        read_snapshot(tmp_path)
    assert caught.value.code is Code.UNREADABLE


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SnapshotError, match="is not a file"):
        read_snapshot(tmp_path / "pipe")


def test_a_path_through_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(tmp_path / "file" / "run.fwsnap")
    assert caught.value.code is Code.UNREADABLE


@pytest.mark.parametrize(
    "data", [b"hello", b"\x89PNG\r\n\x1a\n" + bytes(100), b"PK\x05\x06" + bytes(18), b"x" + b"PK\x03\x04"]
)
def test_not_a_snapshot(refused, data):
    assert refused(data).code is Code.NOT_A_SNAPSHOT


@pytest.mark.parametrize("make", [lambda _: [("a.txt", b"")], lambda members: [*members.items()][1:]])
def test_a_zip_file_without_a_manifest(refused, members, make):
    assert refused(zipped(make(members))).code is Code.NOT_A_SNAPSHOT


def test_a_file_that_is_cut_off_anywhere(refused, golden):
    data = golden.read_bytes()
    for length in range(0, len(data), 97):
        assert refused(data[:length]).code is Code.TRUNCATED


def test_every_byte_of_every_member_is_guarded(refused, golden):
    data = golden.read_bytes()
    with zipfile.ZipFile(golden) as opened:
        infos = opened.infolist()
    for info in infos:
        start = info.header_offset + 30 + len(info.filename)
        for place in range(start, start + info.compress_size, 41):
            damaged = bytearray(data)
            damaged[place] ^= 0x10
            assert refused(bytes(damaged)).code in (Code.CORRUPT, Code.HOSTILE)


@pytest.mark.parametrize(
    "name",
    [
        "../x.txt",
        "/etc/passwd",
        "a//b",
        "a/../b",
        "./a",
        "A.txt",
        "a\\b",
        "c:x",
        "ä",
        "a b",
        "a/",
        "x" * 121,
        "a/.",
    ],
)
def test_names_that_are_not_allowed(refused, members, name):
    error = refused(zipped([*members.items(), (name, b"")]))
    assert error.code is Code.HOSTILE
    assert "name that is not allowed" in error.message


def test_a_name_twice(refused, members):
    error = refused(zipped([*members.items(), ("manifest.json", b"{}")]))
    assert (error.code, "same name" in error.message) == (Code.HOSTILE, True)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO])
def test_what_is_not_a_plain_file(refused, members, kind):
    error = refused(zipped([*members.items()], external_attr=kind << 16))
    assert (error.code, "not a plain file" in error.message) == (Code.HOSTILE, True)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED])
def test_compression_that_is_not_allowed(refused, members, method):
    last = (manifest.LATENCY_START, members.pop(manifest.LATENCY_START))
    error = refused(zipped([*members.items(), last], compress_type=method))
    assert (error.code, "compressed in a way" in error.message) == (Code.HOSTILE, True)


def patched_directory(data, name, offset, layout, value):
    """The ZIP file with a field of a member's entry in the central directory overwritten."""
    place = data.rindex(name.encode()) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    changed = bytearray(data)
    struct.pack_into(layout, changed, place + offset, value)
    return bytes(changed)


def test_an_encrypted_member(refused, golden):
    error = refused(patched_directory(golden.read_bytes(), manifest.LOGS, 8, "<H", 1))
    assert (error.code, "encrypted" in error.message) == (Code.HOSTILE, True)


def test_two_sizes_of_a_stored_member(refused, golden):
    error = refused(patched_directory(golden.read_bytes(), manifest.LATENCY_START, 24, "<L", 4_000_000))
    assert (error.code, "two sizes" in error.message) == (Code.HOSTILE, True)


def test_a_deflated_member_that_is_shorter_than_it_says(refused, golden):
    error = refused(patched_directory(golden.read_bytes(), manifest.MANIFEST, 24, "<L", 1 << 20))
    assert error.code is Code.CORRUPT


def test_a_deflated_bomb_stops_at_what_the_directory_says(refused, members):
    bomb = zipped([*members.items(), ("bomb.txt", bytes(50_000_000))], compress_type=zipfile.ZIP_DEFLATED)
    small = patched_directory(bomb, "bomb.txt", 24, "<L", 10)
    assert refused(small).code in (Code.HOSTILE, Code.CORRUPT)


def test_a_member_larger_than_it_says_is_hostile(golden):
    with golden.open("rb") as stream:
        opened = archive.Archive(stream, golden.stat().st_size)
        opened.sizes[manifest.MANIFEST] -= 1
        with pytest.raises(SnapshotError) as caught:
            opened.read(manifest.MANIFEST)
        assert caught.value.code is Code.HOSTILE


def test_a_huge_text_is_refused_before_it_is_read(refused, golden):
    error = refused(patched_directory(golden.read_bytes(), manifest.LOGS, 24, "<L", (1 << 28) + 1))
    assert (error.code, manifest.LOGS in error.message) == (Code.TOO_LARGE, True)


def test_a_huge_manifest_is_refused_before_it_is_read(refused, golden):
    error = refused(patched_directory(golden.read_bytes(), manifest.MANIFEST, 24, "<L", (1 << 24) + 1))
    assert error.code is Code.TOO_LARGE


def test_a_huge_directory_is_refused_before_it_is_read(refused):
    size = 9 << 20
    data = b"PK\x03\x04" + bytes(size) + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 4, 0)
    error = refused(data)
    assert (error.code, "directory" in error.message) == (Code.HOSTILE, True)


def test_a_member_that_the_manifest_does_not_name(refused, members):
    error = refused(zipped([*members.items(), ("extra.txt", b"hello")]))
    assert (error.code, "extra.txt" in error.message) == (Code.HOSTILE, True)


@pytest.mark.parametrize("name", [manifest.LATENCY_DURATION, manifest.LOGS, "resources/rss_bytes/time.i64le"])
def test_a_member_that_is_missing(refused, members, name):
    del members[name]
    error = refused(zipped([*members.items()]))
    assert (error.code, name in error.message) == (Code.CORRUPT, True)


@pytest.mark.parametrize(
    "name", [manifest.LATENCY_DURATION, manifest.TRACEBACKS, "resources/rss_bytes/value.f64le"]
)
def test_a_member_with_other_bytes_than_the_manifest_says(refused, members, name):
    other = bytes([members[name][0] ^ 1]) + members[name][1:]
    error = refused(zipped([*{**members, name: other}.items()]))
    assert (error.code, "not those that were written" in error.message) == (Code.CORRUPT, True)
    error = refused(zipped([*{**members, name: members[name] + bytes(8)}.items()]))
    assert (error.code, "another length" in error.message) == (Code.CORRUPT, True)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (manifest.LATENCY_START, bytes(8)),
        (manifest.LATENCY_START, bytes(12)),
        (manifest.LATENCY_DURATION, b"\xff" * 144),
        ("resources/rss_bytes/value.f64le", struct.pack("<7d", *[float("nan")] * 7)),
        (manifest.LOGS, b""),
        (manifest.LOGS, b"\xff" * 56),
    ],
)
def test_members_that_do_not_fit_together(refused, members, name, data):
    assert refused(with_member(members, name, data)).code is Code.CORRUPT


def set_key(*path, value):
    def change(tree):
        for key in path[:-1]:
            tree = tree[key]
        tree[path[-1]] = value

    return change


def drop(*path):
    def change(tree):
        for key in path[:-1]:
            tree = tree[key]
        del tree[path[-1]]

    return change


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_key("format", value="other"), Code.NOT_A_SNAPSHOT),
        (drop("format"), Code.NOT_A_SNAPSHOT),
        (set_key("major", value=2), Code.NEWER),
        (set_key("major", value=10**30), Code.NEWER),
        (set_key("major", value=0), Code.CORRUPT),
        (set_key("major", value="1"), Code.CORRUPT),
        (drop("minor"), Code.CORRUPT),
        (drop("run"), Code.CORRUPT),
        (set_key("run", "plan", "contenders", value=[]), Code.CORRUPT),
        (set_key("run", "finished_utc", value=5), Code.CORRUPT),
        (set_key("blocks", 0, "outcome", value="splendid"), Code.CORRUPT),
        (set_key("blocks", 0, "outcome", value="\udc80"), Code.CORRUPT),
        (set_key("blocks", 0, "latency", value=[0, 19]), Code.CORRUPT),
        (set_key("blocks", 0, "latency", value=[-1, 2]), Code.CORRUPT),
        (set_key("blocks", 0, "latency", value=[10**30, 2]), Code.CORRUPT),
        (set_key("blocks", 0, "log", value=[50, 7]), Code.CORRUPT),
        (set_key("blocks", 0, "resources", value={"unheard_of": [0, 0]}), Code.CORRUPT),
        (set_key("channels", "rss_bytes", "time", value="nowhere"), Code.CORRUPT),
        (set_key("channels", "rss_bytes", "time", value=manifest.LATENCY_START), Code.CORRUPT),
        (set_key("members", manifest.LOGS, "sha256", value=""), Code.CORRUPT),
        (drop("members", manifest.LOGS), Code.HOSTILE),
        (set_key("deep", value=json.loads("[" * 40 + "]" * 40)), Code.CORRUPT),
        (lambda _: [1, 2], Code.CORRUPT),
    ],
)
def test_manifests_that_say_something_wrong(refused, members, change, code):
    assert refused(with_manifest(members, change)).code is code


@pytest.mark.parametrize("text", [b"", b"{", b'{"format": NaN}', b"\xff\xfe", b'{"format":1e999}'])
def test_manifests_that_are_not_json(refused, members, text):
    error = refused(zipped([*{**members, "manifest.json": text}.items()]))
    assert (error.code, "manifest can't be read" in error.message) == (Code.CORRUPT, True)


def test_a_newer_major_says_what_it_needs(refused, members):
    error = refused(with_manifest(members, set_key("major", value=2)))
    assert "2.1" in error.message
    assert "up to 1.1" in error.message
    assert "Update fwcompare" in error.remedy


def test_a_newer_minor_may_add_what_we_do_not_know(members, run, tmp_path):
    def extend(tree):
        tree["minor"] = 7
        tree["mood"] = {"good": [True]}
        tree["run"]["weather"] = "fine"
        tree["blocks"][0]["colour"] = None
        tree["members"]["extra/shape.f64le"] = {"bytes": 3, "sha256": "?", "unit": "m"}

    path = tmp_path / "run.fwsnap"
    path.write_bytes(with_manifest({**members, "extra/shape.f64le": b"abc"}, extend))
    assert read_snapshot(path) == run


def test_a_newer_minor_with_a_word_that_we_do_not_know_is_newer_and_not_damaged(refused, members):
    def extend(tree):
        tree["minor"] = 7
        tree["blocks"][0]["outcome"] = "melted"

    assert refused(with_manifest(members, extend)).code is Code.NEWER


def test_mutated_snapshots_are_read_or_refused(golden, tmp_path):
    original = golden.read_bytes()
    dice = random.Random(20261122)
    path = tmp_path / "run.fwsnap"
    codes = set()
    for _ in range(2_000):
        data = bytearray(original)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(data))
            match dice.randrange(5):
                case 0:
                    data[place] = dice.randrange(256)
                case 1:
                    del data[place : place + dice.randint(1, 64)]
                case 2:
                    data[place:place] = dice.randbytes(dice.randint(1, 64))
                case 3:
                    place = len(data) - dice.randint(1, min(len(data), 900))  # the directory
                    data[place] = dice.choice((0, 1, 8, 0x50, 0x7F, 0xFF))
                case _:
                    source = dice.randrange(len(data))
                    data[place : place + 16] = data[source : source + 16]
        path.write_bytes(data)
        try:
            read_snapshot(path)
        except SnapshotError as error:
            codes.add(error.code)
    assert codes >= {Code.NOT_A_SNAPSHOT, Code.TRUNCATED, Code.HOSTILE, Code.CORRUPT}


def test_mutated_manifests_are_read_or_refused(members, tmp_path):
    text = members["manifest.json"]
    dice = random.Random(4711)
    path = tmp_path / "run.fwsnap"
    refusals = 0
    tokens = (
        b"null",
        b"-1",
        b"1e308",
        b"[]",
        b"{}",
        b'"',
        b"true",
        b"9" * 25,
        b'"../.."',
        b",",
        b"]",
        b"\\ud800",
    )
    for _ in range(1_000):
        data = bytearray(text)
        for _ in range(dice.randint(1, 3)):
            place = dice.randrange(len(data))
            data[place : place + dice.randint(0, 6)] = dice.choice(tokens)
        path.write_bytes(zipped([*{**members, "manifest.json": bytes(data)}.items()]))
        try:
            read_snapshot(path)
        except SnapshotError:
            refusals += 1
    assert refusals > 500


def test_an_outline_is_the_run_without_its_blocks(run, tmp_path):
    path = tmp_path / "run.fwsnap"
    path.write_bytes(zipped([*pack(run).items()]))

    outline = read_outline(path)

    assert outline.record == replace(read_snapshot(path), blocks=())
    assert outline.blocks == len(run.blocks)
    assert outline.content_id == sha256_hex(pack(run)[manifest.MANIFEST])


def test_an_outline_of_a_bad_file_is_refused_like_the_whole(tmp_path):
    with pytest.raises(SnapshotError) as caught:
        read_outline(tmp_path / "missing.fwsnap")

    assert caught.value.code is Code.NOT_FOUND
