"""The command `python -m delivery.costs`."""

from __future__ import annotations

from pathlib import Path

import pytest

from delivery.costs import main


def test_without_arguments_it_compares_both_sizes_at_three_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "| registrations a month | dev, USD | prod, USD |"
    assert [line.split(" |")[0] for line in lines[2:]] == ["| 0", "| 1,000", "| 100,000"]


def test_for_a_number_it_tells_line_by_line_and_marks_prices_that_nobody_checked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--size", "prod", "--registrations", "5000"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("prod, ")
    assert "Cosmos DB: autoscale" in told
    assert "(?) list price, not checked" in told
    assert "in a month" in told


def test_wrong_prices_are_told_and_end_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--prices", str(tmp_path / "none.json")]) == 2
    assert "none.json cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--registrations", "-1"], ["--peak", "0"], ["--size", "huge"]])
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err
