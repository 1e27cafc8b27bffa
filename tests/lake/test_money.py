import pytest

from memory.snapshot.prompt import amount


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (410800, "eur", "4,108.00 EUR"),
        (5000, "JPY", "5,000 JPY"),
        (5000, "mga", "5,000 MGA"),
        (5000, "kwd", "5.000 KWD"),
        (-5, "usd", "-0.05 USD"),
        (100, "", "1.00"),
    ],
)
def test_an_amount_has_its_currencys_decimals(minor: int, currency: str, text: str) -> None:
    assert amount(minor, currency) == text
