"""Fields of Saleor's schema that not everybody may read, in the API as in a webhook's payload.

Source: the descriptions in Saleor's schema ("Requires one of the following permissions"). OWNER is the logged-in user
whom the checkout or order belongs to.
"""

from collections.abc import Mapping
from typing import Protocol, cast

from saleor_stripe_app.sandbox.saleor.errors import PermissionDenied
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.shop import User

OWNER = "OWNER"

_NEEDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Channel", "orderSettings"): ("MANAGE_CHANNELS", "MANAGE_ORDERS"),
    ("Channel", "checkoutSettings"): ("MANAGE_CHANNELS", "MANAGE_CHECKOUTS"),
    ("Channel", "paymentSettings"): ("MANAGE_CHANNELS", "HANDLE_PAYMENTS"),
    ("Checkout", "user"): ("MANAGE_USERS", "HANDLE_PAYMENTS", OWNER),
    ("Checkout", "transactions"): ("MANAGE_CHECKOUTS", "HANDLE_PAYMENTS"),
    ("Order", "user"): ("MANAGE_USERS", "MANAGE_ORDERS", "HANDLE_PAYMENTS", OWNER),
    ("Order", "transactions"): ("MANAGE_ORDERS", "HANDLE_PAYMENTS"),
    ("Order", "grantedRefunds"): ("MANAGE_ORDERS",),
}


class _Owned(Protocol):
    user: User | None


def check(source: object, type_name: str, field_name: str, requestor: Requestor) -> None:
    """Raises PermissionDenied."""
    if type_name == "TransactionItem" and field_name not in {"id", "token"}:
        _check_transaction(requestor)
    needed = _NEEDS.get((type_name, field_name))
    if needed is None:
        return
    if OWNER in needed and requestor.user is not None and cast("_Owned", source).user is requestor.user:
        return
    requestor.must_have(*needed)


def _check_transaction(requestor: Requestor) -> None:
    if requestor.app is None and (requestor.user is None or not requestor.user.is_staff):
        raise PermissionDenied("AUTHENTICATED_STAFF_USER", "AUTHENTICATED_APP")
