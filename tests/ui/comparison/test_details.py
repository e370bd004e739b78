"""The details of whatever is selected."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QAbstractSlider, QTextBrowser

from fwcompare.domain.claim import Catalog, Subject
from fwcompare.domain.outcome import Outcome
from fwcompare.domain.phase import Phase
from fwcompare.domain.record import BlockRecord, RunRecord
from fwcompare.domain.verdict import Metric
from tests import runs
from tests.runs import view_of
from tests.stats.energies import GPU, powered
from tests.ui.comparison.many import CONTENDERS, WORKLOADS, grown_run
from ui.comparison.columns import Column
from ui.comparison.details import DetailsPanel, explained_in
from ui.comparison.markup import Markup
from ui.comparison.measured_model import MeasuredModel
from ui.comparison.panel import ComparisonPanel
from ui.comparison.row_ratios import RatiosAsked
from ui.comparison.rows import RowSource
from ui.selection import BlockSelection, ClaimSelection, RowSelection
from ui.theme import LIGHT, Scheme


class Shown(DetailsPanel):
    """The panel beside a table that has the rows of each view."""

    def __init__(self, theme) -> None:
        self.table, self._source = MeasuredModel(), RowSource()
        super().__init__(theme, self.table)

    def show_selection(self, selection, view, catalog) -> None:
        self.table.set_rows(self._source.rows(view) if view else ())
        super().show_selection(selection, view, catalog)


@pytest.fixture
def panel(qtbot, theme) -> DetailsPanel:
    panel = Shown(theme)
    qtbot.addWidget(panel)
    panel.resize(300, 500)
    return panel


def browser(panel: DetailsPanel) -> QTextBrowser:
    return panel.findChild(QTextBrowser)


def test_every_claim_shows_its_texts_and_dated_sources(panel: DetailsPanel, catalog: Catalog) -> None:
    for criterion in catalog.criteria:
        for subject in Subject:
            claim = criterion.claim(subject)
            panel.show_selection(ClaimSelection(criterion.id, subject), None, catalog)
            text, html = panel.plain_text(), browser(panel).toHtml()
            assert claim.said in text
            assert claim.verdict.word in text
            assert claim.today in text
            assert claim.checked.isoformat() in text
            for source in claim.sources:
                assert source.title in text
                assert source.date.isoformat() in text
                assert f'href="{source.url.replace("&", "&amp;")}"' in html


def test_a_criterion_shows_all_frameworks(panel: DetailsPanel, catalog: Catalog) -> None:
    criterion = catalog.criteria[0]
    panel.show_selection(ClaimSelection(criterion.id, ""), None, catalog)

    for claim in criterion.claims:
        assert claim.said in panel.plain_text()


def test_a_row_shows_verdict_environment_settings_phases_proof_and_checks(panel: DetailsPanel) -> None:
    run = grown_run(1)
    panel.show_selection(RowSelection(CONTENDERS[1].id, WORKLOADS[0].id), view_of(run), None)

    text = panel.plain_text()

    for wanted in (
        "slower", "95 % interval", "±2 %, fixed before the run", "pytorch:eager", "60", "1 graph.", "1e-04",
        "torch", "2.13.0", "intra op threads".replace(" ", "_"), "off", "Some CPU", "/usr/bin/python3",
        "compile", "framework allocated peak bytes", "1,024", "gpu utilization percent: no GPU",
    ):  # fmt: skip
        assert wanted in text, wanted


def test_a_row_explains_its_verdict_and_links_to_the_method(panel: DetailsPanel, qtbot) -> None:
    """GIVEN a verdict THEN the page holds its explanation, the link to it stays here, that to the method goes out."""
    followed = []
    panel.link_activated.connect(followed.append)
    panel.show_selection(RowSelection(CONTENDERS[1].id, WORKLOADS[0].id), view_of(grown_run(3)), None)
    panel.show()
    text, html = panel.plain_text(), browser(panel).toHtml()

    for wanted in (
        "How this verdict came about",
        "Inputs",
        "ln(b / a)",
        "Student's t",
        "differs at all",
        "By Holm",
    ):
        assert wanted in text, wanted
    assert 'href="#explanation-latency"' in html
    assert 'href="method:From blocks to a verdict"' in html
    browser(panel).anchorClicked.emit(QUrl("#explanation-latency"))
    assert browser(panel).verticalScrollBar().value() > 0
    assert followed == []
    browser(panel).anchorClicked.emit(QUrl("method:From blocks to a verdict"))
    assert [QUrl(one).path() for one in followed] == ["From blocks to a verdict"]
    browser(panel).verticalScrollBar().setValue(0)
    panel.show_explanation()
    assert browser(panel).verticalScrollBar().value() > 0


def test_a_row_whose_mode_did_not_run_says_what_ran_instead(panel: DetailsPanel) -> None:
    run = grown_run(1)
    left = "left eager: no LSTM"
    blocks = tuple(replace(block, mode_proved=False, mode_proof=left) for block in run.blocks)
    shown = view_of(replace(run, blocks=blocks))
    panel.show_selection(RowSelection(CONTENDERS[1].id, WORKLOADS[0].id), shown, None)

    assert "did not really run in this mode" in panel.plain_text()
    assert f"No: {left}." in panel.plain_text()


def test_a_failed_row_tells_reason_and_remedy(panel: DetailsPanel) -> None:
    panel.show_selection(RowSelection(CONTENDERS[3].id, WORKLOADS[0].id), view_of(grown_run(1)), None)

    assert Outcome.CRASHED.sentence in panel.plain_text()
    assert panel.plain_text().count(Outcome.CRASHED.remedy) == 1


def test_another_baseline_changes_the_row_s_page(panel: DetailsPanel) -> None:
    selection = RowSelection(CONTENDERS[0].id, WORKLOADS[0].id)
    panel.show_selection(selection, view_of(grown_run(1)), None)
    assert "baseline" in panel.plain_text()
    assert "Against the baseline" not in panel.plain_text()

    run = grown_run(1)
    other = view_of(replace(run, plan=replace(run.plan, baseline=CONTENDERS[1].id)))
    panel.table.set_rows(RowSource().rows(other))
    assert "faster" not in panel.plain_text()
    panel.refresh()

    assert "faster" in panel.plain_text()
    assert CONTENDERS[1].id in panel.plain_text()


def test_a_block_shows_phases_outcome_reason_remedy_traceback_and_log(panel: DetailsPanel, recorded) -> None:
    failed = next(block for block in recorded.blocks if block.outcome is not Outcome.OK)
    panel.show_selection(BlockSelection(failed.block), view_of(recorded), None)

    text = panel.plain_text()

    assert failed.outcome.sentence in text
    assert failed.outcome.remedy in text
    for line in (failed.traceback + "\n" + failed.log).split():
        assert line in text
    for phase in failed.phases:
        assert phase.value.replace("_", " ") in text


def test_a_block_that_never_ended_is_no_running_one_once_the_run_is_over(panel: DetailsPanel) -> None:
    run = grown_run(1)
    cut = replace(run, finished_utc=None, blocks=(*run.blocks[:-1], replace(run.blocks[-1], outcome=None)))

    for selection in (BlockSelection(cut.blocks[-1].block), RowSelection(*row_of(cut.blocks[-1]))):
        panel.show_selection(selection, view_of(cut, finished=True), None)
        assert "cut off" in panel.plain_text()
        assert "measuring" not in panel.plain_text()


def row_of(block: BlockRecord) -> tuple[str, str]:
    return block.contender, block.workload


def test_a_running_block_shows_what_it_does(panel: DetailsPanel) -> None:
    run = grown_run(1)
    running = replace(
        run.blocks[-1], outcome=None, phases={Phase.WARM_UP: run.blocks[-1].phases[Phase.MEASURE]}
    )
    panel.show_selection(
        BlockSelection(running.block), view_of(replace(run, blocks=(running,)), finished=False), None
    )

    assert "warming up" in panel.plain_text()


@pytest.mark.parametrize(
    "selection",
    [None, ClaimSelection("no-such", "keras"), RowSelection("no", "such"), BlockSelection(999)],
)
def test_what_is_not_there_leaves_the_empty_page(panel: DetailsPanel, catalog: Catalog, selection) -> None:
    panel.show_selection(BlockSelection(0), view_of(grown_run(1)), catalog)
    panel.show_selection(selection, view_of(grown_run(1)), catalog)

    assert "Nothing selected" in panel.plain_text()
    panel.show_selection(selection, None, None)
    assert "Nothing selected" in panel.plain_text()


def test_links_are_handed_on_and_never_opened_here(panel: DetailsPanel, qtbot) -> None:
    with qtbot.waitSignal(panel.link_activated) as signal:
        browser(panel).anchorClicked.emit(QUrl("https://example.org/a"))

    assert signal.args == ["https://example.org/a"]
    assert not browser(panel).openLinks()


def test_the_text_is_set_only_when_it_is_another_one(panel: DetailsPanel) -> None:
    run, selection = grown_run(1), RowSelection(CONTENDERS[1].id, WORKLOADS[0].id)
    panel.show_selection(selection, view_of(run), None)

    with patch.object(QTextBrowser, "setHtml") as set_html:
        for _ in range(10):
            panel.show_selection(selection, view_of(run), None)

    set_html.assert_not_called()


def test_the_place_is_kept_while_the_same_thing_changes(panel: DetailsPanel, qtbot) -> None:
    run, selection = grown_run(1), RowSelection(CONTENDERS[1].id, WORKLOADS[0].id)
    panel.show()
    panel.show_selection(selection, view_of(run), None)
    bar = browser(panel).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 100)
    bar.setValue(80)

    panel.show_selection(selection, view_of(replace(run, blocks=run.blocks[:-6])), None)
    assert bar.value() == 80
    panel.show_selection(RowSelection(CONTENDERS[2].id, WORKLOADS[0].id), view_of(run), None)
    assert bar.value() == 0


def test_another_scheme_recolours_the_page(panel: DetailsPanel, theme, catalog: Catalog) -> None:
    panel.show_selection(ClaimSelection(catalog.criteria[0].id, "keras"), None, catalog)
    theme.choose(Scheme.DARK)

    assert theme.tokens.text2.lower() in browser(panel).toHtml()


def test_texts_from_elsewhere_can_t_become_markup_or_strange_links() -> None:
    markup = Markup(LIGHT)

    for made in (
        markup.title("<b>"),
        markup.paragraph("<b>"),
        markup.code("<b>"),
        markup.pairs([("<b>", "<b>")]),
        markup.table(["<b>"], [["<b>"]]),
    ):
        assert "<b>" not in made
        assert "&lt;b&gt;" in made
    assert "href" not in markup.link("javascript:alert(1)", "t", "n")
    assert "href" not in markup.link("file:///etc/passwd", "t", "n")
    assert 'href="https://a.b/?q=&quot;"' in markup.link('https://a.b/?q="', "t", "n")


def test_a_block_says_what_disturbed_it_and_what_to_do(panel: DetailsPanel) -> None:
    block = runs.block(
        runs.BASELINE,
        0,
        1000,
        1500,
        2000,
        2500,
        unavailable={"cpu_pressure_percent": "not available: no such file"},
    )
    view = view_of(runs.record(block, machine={"power_plugged": False}))

    panel.show_selection(BlockSelection(block.block), view, None)

    text = panel.plain_text()
    assert "Conditions" in text
    assert "The machine ran on its battery. Plug the machine in." in text
    assert "The middle half of the iterations differs by 43 % of the median." in text
    assert "not looked at: cpu pressure: no such file" in text


def test_a_quiet_block_says_so(panel: DetailsPanel) -> None:
    block = runs.block(runs.BASELINE, 0, *[1000] * 40)

    panel.show_selection(BlockSelection(block.block), view_of(runs.record(block)), None)

    assert "Nothing that was looked at disturbed the block." in panel.plain_text()


def test_a_block_says_how_long_the_cool_down_before_it_took(panel: DetailsPanel) -> None:
    first, second = runs.block(runs.BASELINE, 0, 100), runs.block(runs.CONTENDER, 0, 100)
    run = runs.record(first, replace(second, cool_down_ns=12_300_000_000))

    panel.show_selection(BlockSelection(second.block), view_of(run), None)
    assert "Cool-down before it\n12.3 s" in panel.plain_text()
    panel.show_selection(BlockSelection(first.block), view_of(run), None)
    assert "Cool-down" not in panel.plain_text()


def test_a_repeated_block_is_shown_and_says_that_it_does_not_count(panel: DetailsPanel) -> None:
    first, again = runs.block(runs.BASELINE, 0, 1000), runs.block(runs.BASELINE, 0, 2000, block=1, repeats=0)
    view = view_of(runs.record(first, again))

    panel.show_selection(BlockSelection(0), view, None)
    assert "Repeated as block 2, and does not count." in panel.plain_text()
    panel.show_selection(BlockSelection(1), view, None)
    assert "Runs block 1 once more." in panel.plain_text()
    panel.show_selection(RowSelection(runs.BASELINE.id, runs.WORKLOAD.id), view, None)
    assert panel.plain_text().count("repeated") == 1
    assert "2 µs" in panel.plain_text()


def test_a_block_whose_repetition_failed_counts_all_the_same(panel: DetailsPanel) -> None:
    again = runs.block(runs.BASELINE, 0, block=1, repeats=0, outcome=Outcome.CRASHED)

    panel.show_selection(
        BlockSelection(0), view_of(runs.record(runs.block(runs.BASELINE, 0, 1000), again)), None
    )

    assert "Repeated as block 2, and counts all the same." in panel.plain_text()


def test_a_row_lists_five_figures_of_memory_and_the_energy_each_or_its_reason(panel: DetailsPanel) -> None:
    reasons = {"cpu_energy_j": "not available: no RAPL", "host_unique_bytes": "no such file"}
    block = runs.block(runs.BASELINE, 0, 1000, unavailable=reasons)

    panel.show_selection(RowSelection(runs.BASELINE.id, runs.WORKLOAD.id), view_of(runs.record(block)), None)

    text = panel.plain_text()
    for name in ("Peak memory", "Unique memory", "Allocated peak", "Reserved peak", "GPU memory"):
        assert name in text
    assert "– no such file" in text
    assert "– no RAPL" in text


def climbing(*, spikes: int = 0, rounds: int = 6) -> RunRecord:
    """Two contenders, of whose blocks each goes to a higher level after 40 of 80 iterations."""
    values = [1000, 1001] * 20 + [1040, 1041] * 20
    values[1 : 2 * spikes : 2] = [9000] * spikes
    blocks = [
        runs.block(side, number, *(value * factor for value in values))
        for number in range(rounds)
        for side, factor in ((runs.BASELINE, 1), (runs.CONTENDER, 2))
    ]
    return runs.record(*blocks)


def test_a_block_names_its_course_where_it_shifted_and_its_outliers(panel: DetailsPanel) -> None:
    panel.show_selection(BlockSelection(0), view_of(climbing()), None)

    text = panel.plain_text()
    assert "slow-down, changed first at 41 of 80" in text
    assert "The latency rose to a higher level during the measurement." in text
    assert "0 mild, 0 severe; all of them count" in text
    assert "severe outliers" not in text


def test_many_severe_outliers_are_warned_of(panel: DetailsPanel) -> None:
    for selection in (BlockSelection(0), RowSelection(runs.CONTENDER.id, runs.WORKLOAD.id)):
        panel.show_selection(selection, view_of(climbing(spikes=5)), None)

        assert "5 % are severe outliers" in panel.plain_text()


def test_a_row_has_its_course_that_of_each_block_and_all_percentiles(panel: DetailsPanel) -> None:
    panel.show_selection(RowSelection(runs.CONTENDER.id, runs.WORKLOAD.id), view_of(climbing(rounds=2)), None)

    text = panel.plain_text()
    assert text.count("slow-down\n") == 3  # the row, and two blocks
    assert "p90\n2.08 µs\n2.08 µs to 2.08 µs" in text
    assert "p99\nn too small\nneeds 368" in text
    assert "p99.9\nn too small\nneeds 3,688" in text


def test_more_ratios_are_computed_elsewhere_once_when_the_run_is_over(panel: DetailsPanel) -> None:
    """GIVEN a page of a row THEN its ratios are asked for once, and shown when they are there."""
    asked: list[RatiosAsked] = []
    panel.ratios_wanted.connect(asked.append)
    selection, view = RowSelection(runs.CONTENDER.id, runs.WORKLOAD.id), view_of(climbing())

    panel.show_selection(selection, view_of(climbing(), finished=False), None)
    assert "when the run is over" in panel.plain_text()
    assert asked == []
    for _ in range(2):
        panel.show_selection(selection, view, None)
    (one,) = asked
    assert "They are being computed." in panel.plain_text()
    panel.show_ratios(one, one.compute())

    assert "throughput\n0.5\n0.4964 to 0.5036" in panel.plain_text()
    assert "p99: n too small: p99 needs 368 iterations, has 80 in a block" in panel.plain_text()
    panel.show_selection(RowSelection(runs.BASELINE.id, runs.WORKLOAD.id), view, None)
    panel.show_selection(selection, view, None)
    assert len(asked) == 1


def test_one_computation_at_a_time_and_then_that_of_what_is_shown(panel: DetailsPanel) -> None:
    asked: list[RatiosAsked] = []
    panel.ratios_wanted.connect(asked.append)
    view = view_of(grown_run(1))
    for contender in CONTENDERS[1:3]:
        panel.show_selection(RowSelection(contender.id, WORKLOADS[0].id), view, None)
    assert [one.contender for one in asked] == [CONTENDERS[1].id]

    panel.show_ratios(asked[0], asked[0].compute())

    assert [one.contender for one in asked] == [CONTENDERS[1].id, CONTENDERS[2].id]


def test_the_verdict_on_energy_has_a_link_to_an_explanation_of_its_own(panel: DetailsPanel) -> None:
    panel.show_selection(RowSelection(runs.CONTENDER.id, GPU.id), view_of(powered(1.2)), None)
    panel.show()
    text, html, bar = panel.plain_text(), browser(panel).toHtml(), browser(panel).verticalScrollBar()

    assert "more" in text.partition("Energy of an item")[2].partition("How the verdict on energy")[0]
    assert 'href="#explanation-energy"' in html
    panel.show_explanation(Metric.LATENCY)
    first = bar.value()
    panel.show_explanation(Metric.ENERGY)
    assert bar.value() > first > 0


def test_what_is_explained_is_what_the_cell_is_about(qtbot, theme, catalog: Catalog) -> None:
    tables = ComparisonPanel(theme, catalog)
    qtbot.addWidget(tables)
    tables.measured.set_rows(RowSource().rows(view_of(grown_run(1))))

    found = {column: explained_in(tables.measured.index(1, column)) for column in Column}

    energy = {column for column, metric in found.items() if metric is Metric.ENERGY}
    assert energy == {Column.ENERGY, Column.ENERGY_RATIO, Column.ENERGY_VERDICT}
    assert explained_in(tables.claims.index(0, 2)) is Metric.LATENCY


@pytest.mark.parametrize(
    ("ratios", "label"),
    [
        ((1.0, 1.02, 0.99), "Still open"),
        ((1.02, 1.03, 1.04, 1.03), "To tell if it matters"),
        ((3.0, 3.1, 2.9), ""),
    ],
    ids=["open", "slightly", "settled"],
)
def test_only_an_open_verdict_is_called_open(panel: DetailsPanel, ratios, label: str) -> None:
    blocks = [
        runs.block(who, number, *[round(1_000_000 * factor)] * 40, block=2 * number + slot)
        for number, ratio in enumerate(ratios)
        for slot, (who, factor) in enumerate(((runs.BASELINE, 1.0), (runs.CONTENDER, ratio)))
    ]

    panel.show_selection(
        RowSelection(runs.CONTENDER.id, runs.WORKLOAD.id), view_of(runs.record(*blocks), finished=True), None
    )

    for one in ("Still open", "To tell if it matters"):
        assert (one in panel.plain_text()) == (one == label), one


def test_what_has_no_explanation_is_not_sought_for_a_later_page(panel: DetailsPanel) -> None:
    """GIVEN the baseline, which has none WHEN another one becomes the baseline THEN its page stays where it is."""
    run, selection = grown_run(1), RowSelection(CONTENDERS[0].id, WORKLOADS[0].id)
    panel.show()
    panel.show_selection(selection, view_of(run), None)

    panel.show_explanation()
    panel.show_selection(
        selection, view_of(replace(run, plan=replace(run.plan, baseline=CONTENDERS[1].id))), None
    )

    assert "How this verdict came about" in panel.plain_text()
    assert browser(panel).verticalScrollBar().value() == 0


def test_a_reader_who_scrolled_on_is_not_pulled_back(panel: DetailsPanel) -> None:
    """GIVEN an explanation at the top WHEN the ratios come after the reader has gone on THEN the page stays."""
    asked: list[RatiosAsked] = []
    panel.ratios_wanted.connect(asked.append)
    panel.show()
    panel.show_selection(RowSelection(runs.CONTENDER.id, runs.WORKLOAD.id), view_of(climbing()), None)
    bar = browser(panel).verticalScrollBar()
    panel.show_explanation()
    top = bar.value()

    bar.triggerAction(QAbstractSlider.SliderAction.SliderSingleStepSub)
    place = bar.value()
    panel.show_ratios(asked[0], asked[0].compute())

    assert 0 < bar.value() == place < top
