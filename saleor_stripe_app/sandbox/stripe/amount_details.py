"""What an amount consists of: Stripe's checks of line items (https://docs.stripe.com/payments/payments-line-items).

What does not add up is refused, or with enforce_arithmetic_validation=false shown as an error on the intent.
"""

from collections.abc import Mapping, Sequence

from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.parameters import Parameters

_MOST_ITEMS = 200
_MISMATCH = "amount_details_amount_mismatch"
_TOO_MUCH = "amount_details_tax_shipping_discount_greater_than_amount"
_SHOWN = ("discount_amount", "shipping", "tax")


def shown(parameters: Parameters, amount: int) -> dict[str, Json] | None:
    """The details that come with a request for this amount, as the intent shows them: its line items only on request.

    400 for what Stripe does not take.
    """
    details = parameters.hash("amount_details")
    if not details.values:
        return None
    items = _items(details)
    error = _error(details, items, amount)
    if error and details.flag("enforce_arithmetic_validation") is not False:
        raise invalid(str(error["message"]), "amount_details", str(error["code"]))
    told = {name: details.value(name) for name in _SHOWN if name in details}
    return {**told, **({"error": error} if error else {})}


def _items(details: Parameters) -> list[Parameters]:
    given = details.values.get("line_items")
    listed = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    items = [Parameters(item) for item in listed if isinstance(item, Mapping)]
    if len(items) > _MOST_ITEMS:
        raise invalid(f"At most {_MOST_ITEMS} line items.", "amount_details[line_items]")
    for item in items:
        if item.required_integer("quantity") < 1 or item.required_integer("unit_cost") < 0:
            raise invalid("A quantity is at least 1, a unit cost at least 0.", "amount_details[line_items]")
        if "discount_amount" in item and item.required_integer("discount_amount") < 1:
            raise invalid("A discount is more than 0.", "amount_details[line_items]")
    for name in ("discount_amount", "tax"):
        if name in details and any(name in item for item in items):
            raise invalid(f"Either the items or the whole have a {name}.", f"amount_details[{name}]")
    return items


def _error(details: Parameters, items: Sequence[Parameters], amount: int) -> dict[str, Json] | None:
    tax = sum((_tax(part) for part in (details, *items)), 0)
    discount = sum((part.integer("discount_amount") or 0 for part in (details, *items)), 0)
    shipping = details.hash("shipping").integer("amount") or 0
    if tax + discount + shipping > amount:
        return {"code": _TOO_MUCH, "message": f"Tax, discount and shipping are more than the amount of {amount}."}
    goods = sum((item.required_integer("quantity") * item.required_integer("unit_cost") for item in items), 0)
    total = goods + tax + shipping - discount
    if items and total != amount:
        return {"code": _MISMATCH, "message": f"The line items come to {total}, the amount is {amount}."}
    return None


def _tax(part: Parameters) -> int:
    return part.hash("tax").integer("total_tax_amount") or 0
