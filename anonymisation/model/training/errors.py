"""The errors of training. They name a file and a line, never the text that stands there."""

from __future__ import annotations

from anonymisation.errors import AnonymisationError


class TrainingError(AnonymisationError):
    """Base of every error of the training programs."""

    code = "training_error"


class TemplateError(TrainingError):
    """A template breaks the format; the message is `file:line: rule`, several lines when several templates do."""

    code = "invalid_template"


class ListError(TrainingError):
    """A name list is missing, empty or breaks its format."""

    code = "invalid_list"
