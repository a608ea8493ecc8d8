"""Bodies become structs or one refusal that repeats nothing; refusals become problem details."""

from __future__ import annotations

import msgspec
import pytest

from server.errors import BadRequest, Busy, IdentifiersLeft, LoginRefused, NotFound, ServiceError
from server.protocol.http import CheckRequest, OrganisationRequest, Place, SubmitRequest
from server.web.middleware import SECURITY_HEADERS
from server.web.routing import decode, json_response, problem_response


def test_a_good_body_becomes_its_struct() -> None:
    assert decode('{"text":"café \U0001f642"}'.encode(), CheckRequest) == CheckRequest("café \U0001f642")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"x"', b"{", b'{"text":1}', b'{"text":"x","more":1}', b'{"text":"\xff"}', b"\xef\xbb\xbf{}"],
)
def test_another_body_is_one_and_the_same_refusal(body: bytes) -> None:
    with pytest.raises(BadRequest) as raised:
        decode(body, CheckRequest)
    assert (raised.value.code, raised.value.__suppress_context__) == ("bad_request", True)


def test_nul_is_refused_wherever_it_stands_and_a_backslash_is_not() -> None:
    for body in (b'{"name":"a\\u0000","domain":"gp"}', b'{"name":"\\u0000","domain":"gp"}'):
        with pytest.raises(BadRequest) as raised:
            decode(body, OrganisationRequest)
        assert raised.value.code == "unprintable"
    # A text about the escape is not the character itself.
    assert decode(rb'{"name":"a\\u0000","domain":"gp"}', OrganisationRequest).name == r"a\u0000"


def test_deep_nesting_is_refused_by_every_kind_of_body() -> None:
    for body in (b"[" * 100_000, b'{"form":' * 100_000, b'{"rejected":' + b"[" * 100_000):
        with pytest.raises(BadRequest):
            decode(body, SubmitRequest)


@pytest.mark.parametrize("error", [NotFound(), BadRequest(), Busy(), LoginRefused(), ServiceError()])
def test_a_problem_has_code_status_and_sentence(error: ServiceError) -> None:
    response = problem_response(error)
    problem = msgspec.json.decode(response.body)
    assert response.status_code == problem["status"] == error.status
    assert (problem["code"], problem["detail"]) == (error.code, error.message)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in response.headers) == (error.status == 401)


def test_only_places_travel_with_a_problem() -> None:
    place = Place("text", 3, 9, "NL_BSN", hard=True)
    problem = msgspec.json.decode(problem_response(IdentifiersLeft(details=(place, "a text"))).body)
    assert problem["places"] == [{"field": "text", "start": 3, "end": 9, "label": "NL_BSN", "hard": True}]
    assert msgspec.json.decode(problem_response(IdentifiersLeft(details="a text")).body)["places"] == []


def test_answers_are_kept_by_no_cache() -> None:
    assert json_response({"a": 1}, 201).headers["cache-control"] == "no-store"


def test_the_content_security_policy_allows_nothing_unsafe() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
