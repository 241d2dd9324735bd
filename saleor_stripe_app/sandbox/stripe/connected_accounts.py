"""What a platform does to the accounts that are connected to it, in v1.

https://docs.stripe.com/connect/migrate-to-controller-properties
"""

from saleor_stripe_app.sandbox.stripe import connections
from saleor_stripe_app.sandbox.stripe.account_object import render, render_capability
from saleor_stripe_app.sandbox.stripe.accounts import connected
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connect_objects import Connection, Responsibilities
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters, merged_metadata
from saleor_stripe_app.sandbox.stripe.regions import currency_of

_FIELDS = ("business_profile", "business_type", "email")
_TYPES = {
    "standard": Responsibilities(),
    "express": Responsibilities("application", "application", "stripe", "express"),
    "custom": Responsibilities("application", "application", "application", "none"),
}
_REJECTIONS = {"fraud": "rejected.platform_fraud", "terms_of_service": "rejected.platform_terms_of_service"}


def create(call: Call) -> dict[str, Json]:
    """POST /v1/accounts: who is responsible for what is said by `controller`, or by the older `type`, not by both."""
    parameters, context, platform = call.parameters, call.context, call.books.account
    if not platform.accounts_v1:
        raise invalid(
            "Your platform creates connected accounts with the Accounts v2 API. To create accounts with this API, "
            "enable it in your Connect settings first."
        )
    duties = _responsibilities(parameters)
    country = parameters.text("country") or platform.country
    account = context.directory.add_connected(
        platform,
        parameters.hash("business_profile").text("name") or "Connected account",
        country,
        parameters.text("default_currency") or currency_of(country),
        context.now,
    )
    account.connection = connections.begun("v1", duties)
    _set(account.connection, parameters, context.now)
    return render(account, to_platform=True)


def update(call: Call) -> dict[str, Json]:
    """POST /v1/accounts/{account}."""
    account, connection = connected(call)
    currency = call.parameters.text("default_currency")
    account.currency = currency or account.currency
    _set(connection, call.parameters, call.context.now)
    tell(call.context, account)
    return render(account, to_platform=True)


def delete(call: Call) -> dict[str, Json]:
    """DELETE /v1/accounts/{account}: for good, in test mode at any time."""
    account, connection = connected(call)
    standard = connection.responsibilities.dashboard == "full" and connection.responsibilities.losses == "stripe"
    books = call.context.within(account.id).books
    if books.livemode and (standard or any(moved.net for moved in books.balance_transactions.values())):
        raise invalid("This account cannot be deleted.", "account")
    account.platform = None
    return {"id": account.id, "object": "account", "deleted": True}


def reject(call: Call) -> dict[str, Json]:
    """POST /v1/accounts/{account}/reject: it can neither take payments nor be paid any more."""
    account, connection = connected(call)
    reason = call.parameters.required_text("reason")
    if connection.rejected:
        raise invalid(f"Account {account.id} has already been rejected.", "account")
    known = next((shown for given, shown in _REJECTIONS.items() if reason.startswith(given)), "rejected.platform_other")
    connections.stop(connection, known)
    tell(call.context, account, *connection.capabilities)
    return render(account, to_platform=True)


def tell(context: Context, account: Account, *changed: str) -> None:
    """Tell the account and its platform that it was changed, and each capability that was."""
    there = context.within(account.id)
    there.emit("account.updated", render(account, to_platform=True))
    for name in changed:
        assert account.connection is not None
        there.emit("capability.updated", render_capability(account, account.connection.capabilities[name]))


def _responsibilities(parameters: Parameters) -> Responsibilities:
    kind = parameters.text("type")
    if kind and "controller" in parameters:
        raise invalid(
            "You may not provide the `type` parameter and `controller` parameters simultaneously. They are mutually "
            "exclusive.",
            "type",
        )
    if kind:
        return _TYPES[kind]
    given = parameters.hash("controller")
    duties = Responsibilities(
        given.hash("fees").text("payer") or "account",
        given.hash("losses").text("payments") or "stripe",
        given.text("requirement_collection") or "stripe",
        given.hash("stripe_dashboard").text("type") or "full",
    )
    check_responsibilities(duties)
    return duties


def check_responsibilities(duties: Responsibilities) -> None:
    """400 for what Stripe does not combine (https://docs.stripe.com/connect/design-an-integration)."""
    if duties.losses == "application" and duties.fees_payer == "account":
        raise invalid(
            "When `controller[losses][payments]=application`, `controller[fees][payer]` must be `application`.",
            "controller[fees][payer]",
        )
    shared = duties.losses == "application" and duties.fees_payer == "application"
    if duties.dashboard == "express" and not shared:
        raise invalid(
            "When `controller[stripe_dashboard][type]=express`, `controller[fees][payer]` and "
            "`controller[losses][payments]` must be `application`.",
            "controller[stripe_dashboard][type]",
        )
    collects = duties.requirement_collection == "application"
    if collects and (duties.losses != "application" or duties.dashboard != "none"):
        raise invalid(
            "When `controller[requirement_collection]=application`, `controller[losses][payments]` must be "
            "`application` and `controller[stripe_dashboard][type]` must be `none`.",
            "controller[requirement_collection]",
        )


def _set(connection: Connection, parameters: Parameters, now: int) -> None:
    connection.metadata = merged_metadata(connection.metadata, parameters)
    connection.fields |= {name: parameters.value(name) for name in _FIELDS if name in parameters}
    agreement = parameters.hash("tos_acceptance").text("service_agreement")
    connection.service_agreement = agreement or connection.service_agreement
    capabilities = parameters.hash("capabilities")
    for name in capabilities.values:
        request_or_withdraw(connection, name, capabilities.hash(name).flag("requested"), now)


def request_or_withdraw(connection: Connection, name: str, requested: bool | None, now: int) -> None:
    """Ask for a capability, or do without it from now on."""
    if requested:
        connections.request(connection, name, now)
    elif requested is False:
        connection.capabilities.pop(name, None)
