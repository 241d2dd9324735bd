"""What is wrong with a request or an object."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is Stripe's own where it has one; `rule:` marks documented rules that no schema states.

    `param` names the place in Stripe's notation, empty for the whole.
    """

    code: str
    param: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.param}: {self.message}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem met while serving, with the request it belongs to. `subject` is request, answer or event."""

    subject: str
    method: str
    path: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.subject} of {self.method} {self.path}: {self.problem}"
