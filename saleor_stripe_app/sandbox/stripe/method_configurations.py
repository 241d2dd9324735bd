"""Payment method configurations (https://docs.stripe.com/api/payment_method_configurations)."""

from collections.abc import Sequence

from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.customer_objects import MethodConfiguration
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.ids import Ids
from saleor_stripe_app.sandbox.stripe.method_types import METHOD_TYPES
from saleor_stripe_app.sandbox.stripe.pages import page


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/payment_method_configurations/{configuration}."""
    default(call.books, call.context.ids)
    return render(call.books, _find(call.books, call.path[0], "configuration", 404))


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/payment_method_configurations, newest first."""
    default(call.books, call.context.ids)
    active = call.parameters.flag("active")
    found = [
        configuration
        for configuration in reversed(call.books.method_configurations.values())
        if active in (None, configuration.active)
    ]
    return page(call, found, lambda configuration: render(call.books, configuration))


def chosen(call: Call, current: str | None = None) -> str:
    """The configuration that an intent is made with: the one named, or the account's default.

    400 for one that the account does not have, or that is not active.
    """
    named = call.parameters.text("payment_method_configuration")
    if named is None:
        return current or default(call.books, call.context.ids).id
    found = _find(call.books, named, "payment_method_configuration", 400)
    if not found.active:
        raise invalid(f"The payment method configuration {named} is not active.", "payment_method_configuration")
    return found.id


def details(configuration: str | None) -> Json:
    """How an intent names its configuration."""
    return {"id": configuration, "parent": None} if configuration else None


def methods(books: Books, configuration: str | None) -> Sequence[str]:
    """The types that a configuration shows, of those that the account has switched on."""
    wanted = books.method_configurations[configuration].methods if configuration else None
    return [name for name in books.account.methods if wanted is None or name in wanted]


def default(books: Books, ids: Ids) -> MethodConfiguration:
    """The account's default configuration, which every account has."""
    for configuration in books.method_configurations.values():
        if configuration.is_default:
            return configuration
    return add(books, ids, "Default", None, books.account.created, is_default=True)


def add(
    books: Books, ids: Ids, name: str, shown: list[str] | None, created: int, *, is_default: bool = False
) -> MethodConfiguration:
    """A new configuration; `shown` None are all types of the account."""
    configuration = MethodConfiguration(ids.new("pmc"), created, name, is_default, shown)
    books.method_configurations[configuration.id] = configuration
    return configuration


def render(books: Books, configuration: MethodConfiguration) -> dict[str, Json]:
    """https://docs.stripe.com/api/payment_method_configurations/object."""
    on = set(methods(books, configuration.id))
    return {
        "id": configuration.id,
        "object": "payment_method_configuration",
        "active": configuration.active,
        "application": None,
        "is_default": configuration.is_default,
        "livemode": books.livemode,
        "name": configuration.name,
        "parent": None,
        **{name: _preference(name in on) for name in METHOD_TYPES},
    }


def _preference(on: bool) -> Json:
    value = "on" if on else "off"
    return {"available": on, "display_preference": {"overridable": None, "preference": value, "value": value}}


def _find(books: Books, identifier: str, param: str, status: int) -> MethodConfiguration:
    found = books.method_configurations.get(identifier)
    if found is None:
        raise missing("payment_method_configuration", identifier, param, status)
    return found
