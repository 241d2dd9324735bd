"""The shop around a payment: channels with their settings, users, addresses."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from saleor_stripe_app.sandbox.saleor.catalogue import Metadata
from saleor_stripe_app.sandbox.saleor.ids import global_id

Flow = Literal["CHARGE", "AUTHORIZATION"]

_COUNTRIES = {
    "US": "United States of America",
    "PL": "Poland",
    "DE": "Germany",
    "FR": "France",
    "GB": "United Kingdom",
    "JP": "Japan",
    "KW": "Kuwait",
}


@dataclass(frozen=True, slots=True)
class CountryDisplay:
    code: str

    @property
    def country(self) -> str:
        return _COUNTRIES.get(self.code, self.code)


@dataclass(slots=True)
class PaymentSettings:
    default_transaction_flow_strategy: Flow = "CHARGE"
    release_funds_for_expired_checkouts: bool = False
    checkout_ttl_before_releasing_funds: int | None = None


@dataclass(slots=True)
class CheckoutSettings:
    use_legacy_error_flow: bool = False
    automatically_complete_fully_paid_checkouts: bool = False
    automatic_completion_delay: int | None = None
    """Minutes."""
    automatic_completion_cut_off_date: datetime | None = None
    """Older checkouts are left alone."""


@dataclass(slots=True)
class OrderSettings:
    allow_unpaid_orders: bool = False
    automatically_confirm_all_new_orders: bool = True


@dataclass(slots=True, eq=False)
class Channel:
    key: int
    slug: str
    name: str
    currency_code: str
    country: str = "US"
    tax_rate: Decimal = Decimal(0)
    """Included in the prices: 0.23 of the net price, for one."""
    is_active: bool = True
    payment_settings: PaymentSettings = field(default_factory=PaymentSettings)
    checkout_settings: CheckoutSettings = field(default_factory=CheckoutSettings)
    order_settings: OrderSettings = field(default_factory=OrderSettings)
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("Channel", self.key)

    @property
    def default_country(self) -> CountryDisplay:
        return CountryDisplay(self.country)


@dataclass(slots=True, eq=False)
class Address:
    key: int
    first_name: str = "Ada"
    last_name: str = "Lovelace"
    company_name: str = ""
    street_address1: str = "2000 Main St"
    street_address2: str = "Apt 4"
    city: str = "AUSTIN"
    city_area: str = ""
    postal_code: str = "78701"
    country: CountryDisplay = field(default_factory=lambda: CountryDisplay("US"))
    country_area: str = "TX"
    phone: str | None = "+15125550100"
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("Address", self.key)

    def copy(self, key: int) -> "Address":
        return replace(self, key=key)


@dataclass(slots=True, eq=False)
class User:
    """A shopper, or a member of staff with permissions of their own."""

    key: int
    email: str
    date_joined: datetime
    first_name: str = ""
    last_name: str = ""
    is_staff: bool = False
    is_active: bool = True
    is_confirmed: bool = True
    language_code: str = "EN"
    external_reference: str | None = None
    permissions: frozenset[str] = frozenset()
    addresses: list[Address] = field(default_factory=list)
    default_billing_address: Address | None = None
    default_shipping_address: Address | None = None
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("User", self.key)


def usual_channels() -> list[Channel]:
    """The channels of a shop to try things in: dollars, zloty with tax, yen without decimals, dinar with three."""
    return [
        Channel(1, "default-channel", "Channel-USD", "USD"),
        Channel(
            2,
            "channel-pln",
            "Channel-PLN",
            "PLN",
            country="PL",
            tax_rate=Decimal("0.23"),
        ),
        Channel(3, "channel-jpy", "Channel-JPY", "JPY", country="JP"),
        Channel(4, "channel-kwd", "Channel-KWD", "KWD", country="KW"),
        Channel(
            5,
            "channel-auth",
            "Channel-USD, authorization",
            "USD",
            payment_settings=PaymentSettings(default_transaction_flow_strategy="AUTHORIZATION"),
        ),
        Channel(6, "channel-eur", "Channel-EUR", "EUR", country="DE"),
    ]
