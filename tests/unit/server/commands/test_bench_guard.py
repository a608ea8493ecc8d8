"""The measurement of the guard runs, and says for every figure what it is of."""

from __future__ import annotations

from server.commands import bench_guard


def test_a_short_run_measures_the_pool_and_both_yardsticks() -> None:
    report = bench_guard.measure(rate=20, seconds=0.3)
    figures = {(one.of, one.name): one.value for one in report.figures}
    assert len(figures) == len(report.figures) == 7
    assert len({of for of, _ in figures}) == 3
    assert all(value > 0 for (_, name), value in figures.items() if name.startswith("check_"))
    assert "6 verschillende berichten" in report.as_text()


def test_the_messages_differ_and_are_the_same_in_every_run() -> None:
    texts = bench_guard.messages(1000)
    assert len(set(texts)) == 1000
    assert texts[:50] == bench_guard.messages(50)
    assert all(265 <= len(text) <= 380 for text in texts)
    assert 290 <= sum(map(len, texts)) / len(texts) <= 320
