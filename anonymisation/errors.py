"""The errors of the anonymisation package. No message ever holds case text, a name or a setting's value."""

from __future__ import annotations


class AnonymisationError(Exception):
    """Base of every error that this package raises on purpose; `code` is stable, the message states the broken rule."""

    code = "anonymisation_error"


class InvalidSpan(AnonymisationError):
    """A span or a set of spans breaks an invariant (order, bounds, overlap, score range)."""

    code = "invalid_span"


class TextTooLarge(AnonymisationError):
    """The text is larger than the limit that the analyser promises a bounded time for."""

    code = "text_too_large"


class InvalidKnown(AnonymisationError):
    """The known identifiers have a wrong shape: unknown field, wrong type, or an impossible value."""

    code = "invalid_known"


class ModelUnavailable(AnonymisationError):
    """The Dutch pipeline could not be loaded; the message names the setting or command that mends it."""

    code = "model_unavailable"


class InvalidLine(AnonymisationError):
    """A line or text of a batch cannot be processed; `code` says which rule it breaks."""

    def __init__(self, message: str, *, code: str = "invalid_line") -> None:
        super().__init__(message)
        self.code = code


class FolderRefused(AnonymisationError):
    """A folder of texts cannot be worked on at all; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidDecision(AnonymisationError):
    """A decision of a review does not fit the marks: no such place, no reason, no label, or a hard mark rejected."""

    code = "invalid_decision"


class ReviewPending(AnonymisationError):
    """A review cannot be finished while a doubtful mark is undecided."""

    code = "review_pending"
