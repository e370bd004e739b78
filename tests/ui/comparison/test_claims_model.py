"""The claims' model, with the claims that are shipped."""

from __future__ import annotations

from random import Random

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from fwcompare.domain.claim import Catalog, ClaimVerdict, Criterion, Subject
from ui.comparison.claims_model import ClaimsModel
from ui.comparison.ordering import SortKey
from ui.comparison.sorted_model import ItemRole

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def model(catalog: Catalog) -> ClaimsModel:
    return ClaimsModel(catalog)


@pytest.mark.parametrize("seed", range(5))
def test_it_stays_a_sound_model_under_random_changes(seed: int, model: ClaimsModel, qtlog) -> None:
    random = Random(seed)
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    followed: dict[str, QPersistentModelIndex] = {}
    for _ in range(60):
        if random.random() < 0.5:
            model.toggle(random.randrange(4), further=random.random() < 0.5)
        else:
            model.set_filter(
                random.choice(["", "outdated", "keras", "graph", "no such words", "google brain"])
            )
        for identity, index in followed.items():
            assert not index.isValid() or model.criterion(index.row()).id == identity
        for row in range(model.rowCount()):
            identity = model.criterion(row).id
            if not followed.get(identity, QPersistentModelIndex()).isValid():
                followed[identity] = QPersistentModelIndex(model.index(row, 1))
    assert tester.model() is model
    assert [record.message for record in qtlog.records] == []


def criteria(model: ClaimsModel) -> list[Criterion]:
    """What the model shows, from top to bottom."""
    return [model.criterion(row) for row in range(model.rowCount())]


def test_the_model_tester_finds_nothing_wrong(qtmodeltester, model: ClaimsModel) -> None:
    qtmodeltester.check(model)


def test_there_is_a_row_for_each_criterion_and_a_column_for_each_framework(
    catalog: Catalog, model: ClaimsModel
) -> None:
    assert (model.rowCount(), model.columnCount()) == (len(catalog.criteria), 4)
    titles = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert titles == ["Criterion", "TensorFlow", "Keras", "PyTorch"]
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        one.name for one in catalog.criteria
    ]


def test_a_cell_says_claim_verdict_and_today(catalog: Catalog, model: ClaimsModel) -> None:
    for row, criterion in enumerate(catalog.criteria):
        for column, subject in enumerate(Subject, start=1):
            claim, index = criterion.claim(subject), model.index(row, column)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                text = index.data(role)
                assert claim.said in text
                assert claim.verdict.word in text
                assert claim.today in text
            assert index.data(ItemRole.CELL) is claim
            assert model.index_of(criterion.id, subject) == index


def test_sorting_by_verdict_keeps_the_catalogue_s_order_within_a_verdict(
    catalog: Catalog, model: ClaimsModel
) -> None:
    order = list(ClaimVerdict)

    def rank(criterion) -> int:
        return order.index(criterion.claim(Subject.PYTORCH).verdict)

    model.sort(3)
    assert criteria(model) == sorted(catalog.criteria, key=rank)
    model.sort(3, Qt.SortOrder.DescendingOrder)
    assert criteria(model) == sorted(catalog.criteria, key=lambda one: -rank(one))
    model.sort_by([SortKey(0, descending=True)])
    assert criteria(model) == list(reversed(catalog.criteria))


def test_the_filter_looks_into_claims_verdicts_and_today(catalog: Catalog, model: ClaimsModel) -> None:
    model.set_filter("torchscript")

    shown = {model.criterion(row).id for row in range(model.rowCount())}
    assert 0 < len(shown) < len(catalog.criteria)
    for criterion in catalog.criteria:
        text = " ".join(f"{claim.said} {claim.today}" for claim in criterion.claims).casefold()
        assert (criterion.id in shown) == ("torchscript" in text)
    hidden = next(one.id for one in catalog.criteria if one.id not in shown)
    assert not model.index_of(hidden, Subject.KERAS).isValid()
    assert not model.index_of("no-such", Subject.KERAS).isValid()


def test_export_has_a_line_for_each_claim(catalog: Catalog, model: ClaimsModel) -> None:
    rows = model.export_rows()

    assert len(rows) == 1 + 3 * len(catalog.criteria)
    assert {len(row) for row in rows} == {6}


def test_without_a_catalogue_there_is_nothing() -> None:
    model = ClaimsModel(None)

    assert (model.rowCount(), model.total, model.caption) == (0, 0, "")
    model.sort(2)
    model.set_filter("x")
    assert model.rowCount() == 0
