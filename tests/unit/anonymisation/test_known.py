"""What the submitter knows: read strictly, shown never."""

from __future__ import annotations

from datetime import date

import pytest

from anonymisation.errors import InvalidKnown
from anonymisation.known import Known

CANARY = "Zwaluwstaart"


def test_every_field_is_read() -> None:
    known = Known.from_mapping(
        {
            "names": [" Jan de Boer "], "relatives": ["Piet"], "birth_date": "1988-03-14", "bsn": "999904413",
            "addresses": ["Heidelaan 1"], "phones": ["06"], "emails": ["a@b.nl"], "others": ["x", ""],
        }
    )  # fmt: skip
    assert known.names == ("Jan de Boer",)
    assert known.birth_date == date(1988, 3, 14)
    assert known.others == ("x",)


def test_nothing_is_needed_and_nothing_is_false() -> None:
    assert not Known.from_mapping({})
    assert Known.from_mapping({"bsn": "999904413"})


def test_a_birth_date_is_read_day_first_too() -> None:
    assert Known.from_mapping({"birth_date": "14-03-1988"}).birth_date == date(1988, 3, 14)


@pytest.mark.parametrize(
    "wrong",
    [
        [CANARY], CANARY, None, 3, {CANARY: 1}, {"names": CANARY}, {"names": [1]}, {"names": [None]},
        {"bsn": 999904413},
        {"birth_date": "31-02-1988"}, {"birth_date": "1988-13-01"}, {"birth_date": "14-03-88"}, {"birth_date": CANARY},
        {"birth_date": 19880314}, {"phones": {"a": CANARY}}, {"names": [CANARY * 100]}, {"names": [CANARY] * 101},
        {"birth_date": "1-2-3-4"}, {"birth_date": "0001-01-01"}, {1: CANARY}, {"birth_date": "１９８８-03-14"},
    ],
)  # fmt: skip
def test_a_wrong_shape_is_refused_without_repeating_it(wrong: object) -> None:
    with pytest.raises(InvalidKnown) as caught:
        Known.from_mapping(wrong)
    assert CANARY not in str(caught.value)
    assert caught.value.code == "invalid_known"


def test_its_repr_says_nothing() -> None:
    assert CANARY not in repr(Known(names=(CANARY,), bsn=CANARY))
