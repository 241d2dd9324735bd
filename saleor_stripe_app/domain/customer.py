"""What Stripe is told of a customer of Saleor's, and when it has to be told again.

One Stripe customer for each Stripe account, mode and user of Saleor, by this app's own map and never by e-mail: whoever
enters somebody else's address must not get their saved cards. https://docs.stripe.com/api/customers/create.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from saleor_stripe_app.domain import contact, metadata
from saleor_stripe_app.domain.operation import RESEND_FOR
from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.shopper import User

LONGEST_NAME = 256
USER = "saleor_user_id"


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What is kept of a customer: `customer` is Stripe's id, None until it is made from exactly `parameters`.

    `generation` counts the customers that were made of this user: it goes up when Stripe no longer knows the last one.
    `told` is the digest of what Stripe was told last.
    """

    saleor_api_url: str
    user_id: str
    stripe_account: str
    livemode: bool
    generation: int
    begun_at: datetime
    customer: str | None = None
    parameters: Mapping[str, Json] | None = None
    told: str = ""

    def idempotency_key(self) -> str:
        """The key under which this generation is made: any number of requests at once make one customer."""
        mode = "live" if self.livemode else "test"
        whose = "\n".join((self.saleor_api_url, self.user_id, self.stripe_account, mode, str(self.generation)))
        return f"saleor-customer-{hashlib.sha256(whose.encode()).hexdigest()[:40]}"

    def successor(self, parameters: Mapping[str, Json], now: datetime) -> "CustomerRecord":
        """The next generation, to be made from these parameters."""
        return replace(
            self, generation=self.generation + 1, begun_at=now, parameters=parameters, customer=None, told=""
        )

    def may_be_made(self, now: datetime) -> bool:
        """Whether the very same request may still go to Stripe, which keeps a key for a day."""
        return self.customer is None and self.parameters is not None and now - self.begun_at < RESEND_FOR


def profile(user: User, billing: Address | None = None, shipping: Address | None = None) -> dict[str, Json]:
    """What is told of a customer: name, e-mail, phone and addresses, as far as Saleor shows them.

    What is empty is left out, so that a purchase without a shipping address does not take away the one that Stripe has.
    """
    told: dict[str, Json] = {}
    named = user.name or (billing.name if billing else "") or (shipping.name if shipping else "")
    if named:
        told["name"] = named[:LONGEST_NAME]
    if email := contact.email(user.email):
        told["email"] = email
    if phone := contact.phone((billing.phone if billing else "") or (shipping.phone if shipping else "")):
        told["phone"] = phone
    if billing is not None and (place := contact.place(billing)):
        told["address"] = place
    if shipping is not None and shipping.name and (place := contact.place(shipping)):
        told["shipping"] = _shipping(shipping, place)
    return told


def _shipping(shipping: Address, place: dict[str, Json]) -> dict[str, Json]:
    told: dict[str, Json] = {"name": shipping.name[:LONGEST_NAME], "address": place}
    if phone := contact.phone(shipping.phone):
        told["phone"] = phone
    return told


def create_parameters(user_id: str, saleor_api_url: str, told: Mapping[str, Json]) -> dict[str, Json]:
    """A new customer, marked so that people at Stripe know whose it is."""
    return {**told, "metadata": {USER: user_id, metadata.API_URL: saleor_api_url}}


def told_by(parameters: Mapping[str, Json]) -> dict[str, Json]:
    """The profile in the parameters that a customer is made from."""
    return {name: value for name, value in parameters.items() if name != "metadata"}


def anonymous(parameters: Mapping[str, Json]) -> dict[str, Json]:
    """The same customer without a profile, for one that Stripe does not take."""
    return {"metadata": parameters["metadata"]}


def digest(told: Mapping[str, Json]) -> str:
    """What tells one profile from another, without holding it."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def metadata_key(stripe_account: str, *, livemode: bool) -> str:
    """Where Saleor's user says which customer it is: one key for each account, and another one for its test mode."""
    return f"stripe.customer.{stripe_account}" + ("" if livemode else ".test")
