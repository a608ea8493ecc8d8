"""Every written variant of a known identifier is found; an ordinary word in lower case is doubtful."""

from __future__ import annotations

from datetime import date

import pytest

from anonymisation.document import EntityType
from anonymisation.known import Known
from anonymisation.recognisers.known import KnownRecogniser
from anonymisation.recognisers.rule import Hit


def hits(known: Known, text: str) -> list[Hit]:
    """Return all hits of one call."""
    return list(KnownRecogniser(known).hits(text))


def covered(known: Known, text: str) -> str:
    """Return the text with everything that was found replaced by underscores."""
    places = {place for hit in hits(known, text) for place in range(hit.start, hit.end)}
    return "".join("_" if place in places else char for place, char in enumerate(text))


MALGORZATA = Known(names=("Malgorzata Dąbrowska",))
SASKIA = Known(names=("Marleen van der Kolkman-Wessels",))


@pytest.mark.parametrize(
    "variant",
    [
        "Malgorzata Dąbrowska", "malgorzata dabrowska", "MALGORZATA", "Dabrowska, M.", "M. Dąbrowska", "M Dabrowska",
        "Dąbrowska, Malgorzata", "Malgorzata\nDabrowska", "Malgorzata-Dabrowska", "Da\u0328browska", "Malgorzata D.",
        "M.D.", "Dab\u00adrowska", "Ｍａｌｇｏｒｚａｔａ", "Malgorzata\u00a0Dabrowska",
    ],
)  # fmt: skip
def test_a_name_is_found_in_every_order_case_and_accent(variant: str) -> None:
    rest = covered(MALGORZATA, f"zei {variant} toen")
    assert not any(char.isalnum() for char in rest.removeprefix("zei ").removesuffix(" toen"))


@pytest.mark.parametrize(
    "variant",
    [
        "Marleen",
        "van der Kolkman",
        "Kolkman",
        "Wessels",
        "M. van der Kolkman",
        "Kolkman-Wessels",
        "M.v.d.K.",
        "wessels",
    ],
)
def test_parts_of_a_double_name_are_found(variant: str) -> None:
    rest = covered(SASKIA, f"zei {variant} toen").removeprefix("zei ").removesuffix(" toen")
    assert not any(char.isalnum() for char in rest)


def test_a_prefix_alone_is_left() -> None:
    assert covered(SASKIA, "van der weg, v.d. bank") == "van der weg, v.d. bank"


def test_an_inflected_name_is_found_without_its_ending() -> None:
    assert covered(Known(names=("Fatima",)), "Fatima's zus en Fatimas zus") == "______'s zus en ______s zus"


def test_a_name_inside_another_word_is_left() -> None:
    assert covered(Known(names=("Jan Bos",)), "januari in de bossen, Jansma") == "januari in de bossen, Jansma"


@pytest.mark.parametrize("name", ["Wil Bakker", "Mark Best", "Roos de Wit"])
def test_an_ordinary_word_is_doubtful_in_lower_case_and_certain_with_a_capital(name: str) -> None:
    first = name.split(maxsplit=1)[0]
    (lower,) = {hit.score for hit in hits(Known(names=(name,)), f"ik {first.lower()} dat")}
    (upper,) = {hit.score for hit in hits(Known(names=(name,)), f"ik zag {first} daar")}
    assert lower < 0.5 < upper


@pytest.mark.parametrize(
    ("typo", "certain"),
    [("Dabrowka", True), ("Dabowska", True), ("Dabrwska", True), ("Fabrowska", False), ("dabrouska", False)],
)
def test_one_typing_error_is_forgiven(typo: str, certain: bool) -> None:
    (hit,) = hits(MALGORZATA, f"zei {typo} toen")
    assert (hit.score >= 0.5) is certain


def test_two_typing_errors_are_another_name() -> None:
    assert hits(MALGORZATA, "zei Dabrafska toen") == []


@pytest.mark.parametrize(
    "written",
    [
        "14-03-1988", "14/3/88", "14.03.1988", "1988-03-14", "19880314", "14031988", "14 maart 1988",
        "14 mrt. '88", "14 maart",
        "14 03 1988", "14-03",
    ],
)  # fmt: skip
def test_a_birth_date_is_found_in_every_form(written: str) -> None:
    known = Known(birth_date=date(1988, 3, 14))
    assert {hit.label for hit in hits(known, f"geb {written}!")} == {EntityType.DATE_TIME}
    assert not any(char.isdigit() for char in covered(known, f"geb {written}!"))


@pytest.mark.parametrize("written", ["999904413", "999 904 413", "9999.04.413", "99 99 04 41 3"])
def test_a_bsn_is_found_in_every_grouping(written: str) -> None:
    assert {hit.label for hit in hits(Known(bsn="999904413"), written)} == {EntityType.NL_BSN}


@pytest.mark.parametrize(
    "written", ["0612345678", "06-12 34 56 78", "+31 6 12345678", "0031 6 1234 5678", "+31 (0)6-12345678"]
)
def test_a_phone_number_is_found_in_every_grouping(written: str) -> None:
    assert not any(char.isdigit() for char in covered(Known(phones=("06-12345678",)), f"bel {written} even"))


def test_an_address_is_found_in_its_parts() -> None:
    known = Known(addresses=("Oude Touwslagerspad 16b, 9712 HK Appingedam",))
    labels = {hit.label for hit in hits(known, "oude touwslagerspad 16 b te appingedam (9712hk)")}
    assert labels == {EntityType.STREET_ADDRESS, EntityType.NL_POSTCODE, EntityType.LOCATION}


def test_other_values_get_a_label_by_their_shape() -> None:
    known = Known(emails=("Jan@Voorbeeld.nl",), others=("KL/21-30455", "Bakkerij Zon", "GGZ Zon", "@jan", "www.zon.nl"))
    text = "jan@voorbeeld.nl kl 21 30455 bakkerij-zon ggz zon @jan www.zon.nl"
    found = {text[hit.start : hit.end]: hit.label for hit in hits(known, text)}
    assert found["jan@voorbeeld.nl"] is EntityType.EMAIL_ADDRESS
    assert found["kl 21 30455"] is EntityType.ID
    assert found["bakkerij-zon"] is EntityType.ORGANIZATION
    assert found["ggz zon"] is EntityType.CARE_ORGANIZATION
    assert found["www.zon.nl"] is EntityType.URL


@pytest.mark.parametrize(
    "value", ["", " ", "(", ".*", "\\", "'", "-", ",", "a,b,c", "\x00", "😀", "́", "." * 300, "van", "de"]
)
def test_a_hostile_value_breaks_nothing(value: str) -> None:
    known = Known(
        names=(value,),
        relatives=(value,),
        bsn=value,
        addresses=(value,),
        phones=(value,),
        emails=(value,),
        others=(value,),
    )
    text = f"mw. Jansen .* ( \\ 😀 {value} a b c"
    for hit in hits(known, text):
        assert 0 <= hit.start < hit.end <= len(text)
