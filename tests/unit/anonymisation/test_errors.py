"""Every error of the package has a stable code of its own and is an AnonymisationError."""

from __future__ import annotations

import inspect

from anonymisation import errors


def test_codes_are_stable_and_differ() -> None:
    classes = [
        one for _, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, errors.AnonymisationError)
    ]
    named = [one for one in classes if one is not errors.InvalidLine]
    assert {one.code for one in named} == {
        "anonymisation_error", "invalid_span", "text_too_large", "invalid_known", "model_unavailable",
        "invalid_decision",
        "review_pending",
    }  # fmt: skip
    assert errors.InvalidLine("x", code="invalid_json").code == "invalid_json"
