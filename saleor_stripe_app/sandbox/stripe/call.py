"""A request that has passed the door: who asks, in whose books, with which parameters."""

from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.keys import Key
from saleor_stripe_app.sandbox.stripe.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Call:
    """`path` holds the ids in the path, in order; `url` is the path without query, as lists show it."""

    context: Context
    parameters: Parameters
    path: tuple[str, ...]
    url: str
    key: Key

    @property
    def books(self) -> Books:
        """The books that the call reads and writes."""
        return self.context.books
