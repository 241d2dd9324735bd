"""Pages on which somebody of a connected account gives what Stripe asks for.

https://docs.stripe.com/api/account_links
"""

from saleor_stripe_app.sandbox.stripe import connections
from saleor_stripe_app.sandbox.stripe.accounts import find_connected
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connect_objects import AccountLink, Connection
from saleor_stripe_app.sandbox.stripe.connected_accounts import tell
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json

LIVES = 5 * 60


def create(call: Call) -> dict[str, Json]:
    """POST /v1/account_links: `account_update` is for accounts of which the platform collects what is asked."""
    parameters = call.parameters
    identifier, kind = parameters.required_text("account"), parameters.required_text("type")
    account, connection = mentioned(call.context, identifier)
    if kind == "account_update" and connection.responsibilities.requirement_collection != "application":
        raise invalid(
            "You cannot create `account_update` type Account Links for this account. Valid types for this account are "
            '["account_onboarding"].',
            "type",
        )
    refresh, back = parameters.required_text("refresh_url"), parameters.required_text("return_url")
    link = make(call.context, account, kind, refresh, back)
    return {
        "object": "account_link",
        "created": link.created,
        "expires_at": link.expires_at,
        "url": address(call.context, link),
    }


def mentioned(context: Context, identifier: str) -> tuple[Account, Connection]:
    """A connected account that a parameter names, or 400."""
    found = find_connected(context, identifier)
    if found is None:
        raise missing("account", identifier, "account", 400)
    return found


def make(context: Context, account: Account, kind: str, refresh_url: str, return_url: str) -> AccountLink:
    """A link for the next minutes."""
    link = AccountLink(
        token=context.ids.text(24),
        account=account.id,
        kind=kind,
        refresh_url=refresh_url,
        return_url=return_url,
        created=context.now,
        expires_at=context.now + LIVES,
    )
    context.books.account_links[link.token] = link
    return link


def address(context: Context, link: AccountLink) -> str:
    """Where the link leads, on the stand-in's own pages."""
    return f"{context.pages}/_sandbox/onboarding/{link.token}"


def open_link(context: Context, link: AccountLink) -> bool:
    """Follow a link; False where it leads nowhere any more, as it was followed before or has expired."""
    if link.used or context.now >= link.expires_at:
        return False
    link.used = True
    return True


def finish(context: Context, link: AccountLink) -> None:
    """All that is asked was given on the page of a link."""
    account = context.directory.accounts[link.account]
    assert account.connection is not None
    connections.complete(account.connection)
    tell(context, account, *account.connection.capabilities)
