"""Money is whole cents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.money import format_money, parse_money


@pytest.mark.parametrize(
    ("text", "cents"),
    [("249.00", 249_00), ("0.00", 0), ("0.05", 5), ("50000.99", 50_000_99), ("999999999.99", 999_999_999_99)],
)
def test_an_amount_is_read_to_the_cent(text: str, cents: int) -> None:
    assert parse_money(text) == cents
    assert format_money(cents) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "249",
        "249.0",
        "249.000",
        ".50",
        "-1.00",
        "+1.00",
        " 1.00",
        "1.00 ",
        "1.00\n",
        "1,00",
        "1e3.00",
        "\N{ARABIC-INDIC DIGIT THREE}.\N{ARABIC-INDIC DIGIT ZERO}0",
        "1000000000.00",
    ],
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        parse_money(text)


@given(st.integers(min_value=0, max_value=99_999_999_999))
def test_every_amount_is_read_as_it_was_written(cents: int) -> None:
    assert parse_money(format_money(cents)) == cents
