"""Customers of the shop: with their addresses, changed, and deleted.

Source: saleor/graphql/account/mutations/staff/.
"""

from dataclasses import replace

from saleor_stripe_app.sandbox.saleor import announcing
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor
from saleor_stripe_app.sandbox.saleor.shop import Address, CountryDisplay, User
from saleor_stripe_app.sandbox.saleor.webhook_events import CustomerDeleted, CustomerUpdated


def add_customer(
    saleor: Saleor,
    email: str,
    *,
    first_name: str = "Ada",
    last_name: str = "Lovelace",
    language_code: str = "EN",
    country: str = "US",
) -> User:
    """A registered shopper whose one address is the default for billing and shipping."""
    user = saleor.add_user(email, first_name=first_name)
    address = Address(saleor.number("Address"), first_name, last_name, country=CountryDisplay(country))
    user.last_name, user.language_code = last_name, language_code
    user.addresses.append(address)
    user.default_billing_address = user.default_shipping_address = address
    return user


def update_customer(
    saleor: Saleor,
    user: User,
    *,
    by: Requestor = ANONYMOUS,
    email: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    language_code: str | None = None,
    billing: Address | None = None,
) -> None:
    """`customerUpdate` or `accountUpdate`; what is None stays. CUSTOMER_UPDATED is sent."""
    user.email = email or user.email
    user.first_name = first_name or user.first_name
    user.last_name = last_name or user.last_name
    user.language_code = language_code or user.language_code
    if billing is not None:
        address = replace(billing, key=saleor.number("Address"))
        user.addresses.append(address)
        user.default_billing_address = address
    announcing.of_customer(saleor, "CUSTOMER_UPDATED", CustomerUpdated, user, by)


def delete_customer(saleor: Saleor, user: User, *, by: Requestor = ANONYMOUS) -> None:
    """`customerDelete`: the orders stay without their user, open checkouts go. CUSTOMER_DELETED is sent."""
    announcing.of_customer(saleor, "CUSTOMER_DELETED", CustomerDeleted, user, by)
    saleor.users.remove(user)
    for order in saleor.orders.values():
        order.user = None if order.user is user else order.user
    for checkout in [checkout for checkout in saleor.checkouts.values() if checkout.user is user]:
        saleor.remove_checkout(checkout)
