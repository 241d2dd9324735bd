"""Who pays, and who asks: a customer of Saleor's, and the one behind a request.

Whoever knows the id of a checkout can begin to pay for it. That its customer is the one who asks is therefore never
taken for granted: only who is logged in as that customer, or an app that the shop installed, may use what is theirs.
"""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class User:
    """A customer with an account at Saleor (global id); guests have none. A name that Saleor leaves empty is ""."""

    id: str
    email: str = field(default="", repr=False)
    first_name: str = field(default="", repr=False)
    last_name: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """First and last name."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Asker(StrEnum):
    """What kind of principal Saleor says is behind a request: somebody logged in, or an app by its token."""

    USER = "User"
    APP = "App"


@dataclass(frozen=True, slots=True)
class Principal:
    """The one behind a request, with Saleor's global id; None instead of one is a guest."""

    kind: Asker
    id: str


def is_present(principal: Principal | None, user: User | None) -> bool:
    """Whether it is this customer who asks, logged in: what is theirs alone may be shown and used."""
    return user is not None and principal == Principal(Asker.USER, user.id)


def may_use_saved_methods(principal: Principal | None, user: User | None) -> bool:
    """Whether the request may pay with what this customer saved: they ask themselves, or an app of the shop does."""
    return user is not None and (is_present(principal, user) or (principal is not None and principal.kind is Asker.APP))
