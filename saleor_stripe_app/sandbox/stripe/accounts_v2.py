"""Connected accounts by configurations, in v2 (https://docs.stripe.com/api/v2/core/accounts)."""

from collections.abc import Mapping, Sequence

from saleor_stripe_app.sandbox.stripe import account_links, connections
from saleor_stripe_app.sandbox.stripe.account_v2_object import moment, render
from saleor_stripe_app.sandbox.stripe.accounts import find_connected, is_connected
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.connect_objects import Connection, Responsibilities
from saleor_stripe_app.sandbox.stripe.connected_accounts import request_or_withdraw, tell
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.regions import currency_of

_DEFAULT_LIMIT = 20
_PAID = ("merchant", "recipient")
Values = Mapping[str, Json]


def create(call: Call) -> dict[str, Json]:
    """POST /v2/core/accounts: an account that sells or is paid needs more than one that buys."""
    values, context, platform = call.parameters.values, call.context, call.books.account
    _check_access(platform)
    given = _inner(values, "configuration")
    identity, defaults = _inner(values, "identity"), _inner(values, "defaults")
    duties = _inner(defaults, "responsibilities")
    if any(given.get(kind) is not None for kind in _PAID):
        _check_paid(values, identity, duties)
    country = str(identity.get("country") or platform.country).upper()
    currency = str(defaults.get("currency") or currency_of(country))
    name = str(values.get("display_name") or "Connected account")
    account = context.directory.add_connected(platform, name, country, currency, context.now)
    account.connection = connections.begun("v2", _responsibilities(duties, str(values.get("dashboard") or "none")))
    account.connection.fields["identity"] = identity or None
    _set(account.connection, values, context.now)
    return _shown(call, account)


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v2/core/accounts/{id}, with the parts that `include` names."""
    return _shown(call, _own(call)[0])


def update(call: Call) -> dict[str, Json]:
    """POST /v2/core/accounts/{id}."""
    account, connection = _own(call)
    _set(connection, call.parameters.values, call.context.now)
    tell(call.context, account)
    return _shown(call, account)


def close(call: Call) -> dict[str, Json]:
    """POST /v2/core/accounts/{id}/close: nothing works any more."""
    account, connection = _own(call)
    connections.stop(connection, "other")
    connection.closed = True
    tell(call.context, account, *connection.capabilities)
    return _shown(call, account)


def list_all(call: Call) -> dict[str, Json]:
    """GET /v2/core/accounts, by configuration, newest first; closed ones are left out unless asked for."""
    _check_access(call.books.account)
    limit, page = call.parameters.integer("limit") or _DEFAULT_LIMIT, call.parameters.integer("page") or 0
    wanted = set(call.parameters.texts("applied_configurations"))
    found = [
        account
        for account in reversed(call.context.directory.accounts.values())
        if is_connected(call, account)
        and account.connection is not None
        and account.connection.made_with == "v2"
        and account.connection.closed == bool(call.parameters.flag("closed"))
        and wanted <= set(account.connection.configurations)
    ]
    start, end = page * limit, (page + 1) * limit

    def at(number: int) -> str:
        return f"{call.url}?limit={limit}&page={number}"

    return {
        "data": [_shown(call, account) for account in found[start:end]],
        "next_page_url": at(page + 1) if len(found) > end else None,
        "previous_page_url": at(page - 1) if page else None,
    }


def create_link(call: Call) -> dict[str, Json]:
    """POST /v2/core/account_links."""
    values = call.parameters.values
    account, _ = account_links.mentioned(call.context, str(values.get("account")))
    use = _inner(values, "use_case")
    kind = str(use.get("type"))
    options = _inner(use, kind)
    if not options:
        raise invalid(f"Missing required param: use_case.{kind}.", f"use_case.{kind}", "parameter_missing")
    refresh = str(options["refresh_url"])
    link = account_links.make(call.context, account, kind, refresh, str(options.get("return_url") or refresh))
    return {
        "object": "v2.core.account_link",
        "account": account.id,
        "created": moment(link.created),
        "expires_at": moment(link.expires_at),
        "livemode": call.books.livemode,
        "url": account_links.address(call.context, link),
        "use_case": {"type": kind, kind: options},
    }


def _own(call: Call) -> tuple[Account, Connection]:
    _check_access(call.books.account)
    found = find_connected(call.context, call.path[0])
    if found is None:
        raise StripeFailure(404, f"No such account: '{call.path[0]}'", code="not_found")
    if found[1].made_with == "v1":
        raise invalid("V1 account ID cannot be used in V2 Account APIs.", code="v1_account_instead_of_v2_account")
    return found


def _check_access(platform: Account) -> None:
    if not platform.accounts_v2:
        raise invalid("Accounts v2 is not enabled for your platform.", code="accounts_v2_access_blocked")


def _shown(call: Call, account: Account) -> dict[str, Json]:
    include = call.parameters.values.get("include")
    names = include if isinstance(include, Sequence) and not isinstance(include, str) else ()
    return render(account, [str(name) for name in names], livemode=call.books.livemode)


def _check_paid(values: Values, identity: Values, duties: Values) -> None:
    if not identity.get("country"):
        raise invalid(
            "The `identity.country` value is required but not provided.",
            "identity.country",
            "identity_country_required",
        )
    needed = {"contact_email": values.get("contact_email"), "dashboard": values.get("dashboard")}
    needed["defaults.responsibilities"] = duties or None
    for name, value in needed.items():
        if value is None:
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")


def _responsibilities(given: Values, dashboard: str) -> Responsibilities:
    fees, losses = str(given.get("fees_collector") or "stripe"), str(given.get("losses_collector") or "stripe")
    if losses == "application" and fees == "stripe":
        raise invalid(
            "If `losses_collector` is `application`, `fees_collector` must also be `application`.",
            code="account_controller_stripe_pricing_platform_liable",
        )
    if dashboard == "express" and "stripe" in (fees, losses):
        raise invalid(
            "If `dashboard` is `express`, `fees_collector` must be `application` and `losses_collector` must be "
            "`application`.",
            code="account_controller_express_dash_without_application_losses_or_fees",
        )
    payer = "account" if fees == "stripe" else "application"
    collects = payer == losses == "application" and dashboard == "none"
    return Responsibilities(payer, losses, "application" if collects else "stripe", dashboard)


def _set(connection: Connection, values: Values, now: int) -> None:
    for name, field in (
        ("contact_email", "email"),
        ("contact_phone", "contact_phone"),
        ("display_name", "display_name"),
    ):
        if name in values:
            connection.fields[field] = values[name]
    if profile := _inner(_inner(values, "defaults"), "profile"):
        connection.fields["profile"] = profile
    for key, value in _inner(values, "metadata").items():
        if value is None:
            connection.metadata.pop(key, None)
        else:
            connection.metadata[key] = str(value)
    for name, given in _inner(values, "configuration").items():
        if isinstance(given, Mapping):
            kept = {key: value for key, value in given.items() if key != "capabilities"}
            connection.configurations[name] = {**connection.configurations.get(name, {}), **kept}
            _ask(connection, name, _inner(given, "capabilities"), now)


def _ask(connection: Connection, configuration: str, capabilities: Values, now: int) -> None:
    if configuration == "recipient":
        asked = {"transfers": _inner(_inner(capabilities, "stripe_balance"), "stripe_transfers")}
    elif configuration == "merchant":
        asked = {name: _inner(capabilities, name) for name in capabilities}
    else:
        return
    for name, wish in asked.items():
        requested = wish.get("requested")
        request_or_withdraw(connection, name, requested if isinstance(requested, bool) else None, now)


def _inner(values: Values, name: str) -> dict[str, Json]:
    found = values.get(name)
    return dict(found) if isinstance(found, Mapping) else {}
