"""The catalog out of its folder: reads every file, then says everything that is wrong at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from fwcompare.catalog.entries import Shelf, read_criterion, read_source
from fwcompare.catalog.table import Table
from fwcompare.domain.claim import Catalog, Criterion
from fwcompare.errors import CatalogError, CatalogProblem

SCHEMA: Final = 1


def load_catalog(folder: Path) -> Catalog:
    """The catalog that the TOML files in this folder make up together.

    Args:
        folder: `resource_folder() / "catalog"` for the one that comes with the application.

    Raises:
        CatalogError: Anything is wrong with any file; it carries all that was found.
    """
    documents, unreadable = _parse(folder)
    catalog, mistakes = read_documents(documents, complete=not unreadable)
    problems = (*unreadable, *mistakes)
    if problems:
        raise CatalogError(problems)
    return catalog


def read_documents(
    documents: Mapping[str, Mapping[str, object]], *, complete: bool = True
) -> tuple[Catalog, list[CatalogProblem]]:
    """The catalog in these documents, and all that is wrong with them; it may be used if that is nothing.

    Args:
        documents: What each file holds, by its name.
        complete: False if there are files that could not be read.
    """
    problems: list[CatalogProblem] = []
    files = [Table(values, name, "", problems) for name, values in documents.items()]
    readable = [file for file in files if _is_of_this_schema(file)]
    complete = complete and len(readable) == len(files)
    sources = [(table, read_source(table)) for file in readable for table in file.tables("source")]
    _refuse_repeated("id", ((table, source.id) for table, source in sources))
    shelf = Shelf({source.id: source for _, source in sources}, complete)
    rows = [(table, *read_criterion(table, shelf)) for file in readable for table in file.tables("criterion")]
    _refuse_repeated("id", ((table, criterion.id) for table, _, criterion in rows))
    _refuse_repeated("position", ((table, position) for table, position, _ in rows))
    for file in readable:
        file.refuse_unknown_keys()
    if complete and not rows:
        problems.append(
            CatalogProblem("*.toml", "", "criterion", "is in no file", "Add a [[criterion]], or reinstall.")
        )
    return Catalog(_in_order((position, criterion) for _, position, criterion in rows)), problems


def _in_order(rows: Iterable[tuple[int, Criterion]]) -> tuple[Criterion, ...]:
    return tuple(criterion for _, criterion in sorted(rows, key=lambda row: row[0]))


def _is_of_this_schema(file: Table) -> bool:
    """False if it is of another: then nothing else in the file means what it seems to."""
    schema = file.whole("schema")
    if schema > SCHEMA:
        file.complain("schema", f"is {schema}", f"This fwcompare reads {SCHEMA}; use a newer one.")
    return schema == SCHEMA


def _refuse_repeated(key: str, entries: Iterable[tuple[Table, str | int]]) -> None:
    """Complain of each value that an earlier table has already; stand-ins don't count."""
    first: dict[str | int, Table] = {}
    for table, value in entries:
        if value and value in first:
            table.complain(key, f"is {value}, as in {first[value].place}", "Give each one its own.")
        first.setdefault(value, table)


def _parse(folder: Path) -> tuple[dict[str, dict[str, object]], list[CatalogProblem]]:
    """What the files hold, by name, and a problem for each that is no TOML or can't be read."""
    documents: dict[str, dict[str, object]] = {}
    problems: list[CatalogProblem] = []
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        remedy = "Reinstall fwcompare, or name the folder that has the catalog."
        problems.append(CatalogProblem(str(folder), "", "", "has no .toml file", remedy))
    for path in paths:
        try:
            documents[path.name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            wrong, remedy = f"can't be read ({error.strerror})", "Make it readable, or reinstall fwcompare."
        except UnicodeDecodeError as error:
            wrong, remedy = f"is not UTF-8 at byte {error.start}", "Save it as UTF-8."
        except (ValueError, RecursionError) as error:  # also what tomllib lets through, as huge numbers
            wrong, remedy = f"is not TOML ({error})", "Correct it there."
        else:
            continue
        problems.append(CatalogProblem(path.name, "", "", wrong, remedy))
    return documents, problems
