"""Objects of accounts that have to do with each other: a platform sees into those that are connected to it."""

from collections.abc import Iterator

from saleor_stripe_app.sandbox.stripe.context import Context


def holder(context: Context, kept: str, identifier: str) -> Context:
    """The books that hold an object of a kind: these, the platform's or a connected account's; else these."""
    return next((place for place in _places(context) if identifier in getattr(place.books, kept)), context)


def _places(context: Context) -> Iterator[Context]:
    yield context
    own = context.books.account
    if own.platform:
        yield context.within(own.platform)
    for account in context.directory.accounts.values():
        if account.platform == own.id:
            yield context.within(account.id)
