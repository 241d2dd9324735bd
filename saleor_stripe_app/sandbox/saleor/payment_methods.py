"""Payment methods that apps keep for a shopper, as an app names them and as Saleor shows them.

Source: saleor/webhook/transport/utils.py (to_payment_app_id, from_payment_app_id).
"""

from dataclasses import dataclass

from saleor_stripe_app.sandbox.saleor.answers import Json


@dataclass(frozen=True, slots=True)
class CreditCard:
    brand: str
    last_digits: str
    exp_month: int
    exp_year: int
    first_digits: str | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One stored payment method, with the id that the app gave it."""

    id: str
    type: str
    name: str | None = None
    data: Json = None
    supported_payment_flows: tuple[str, ...] = ()
    """INTERACTIVE is all that Saleor knows."""
    credit_card_info: CreditCard | None = None


@dataclass(frozen=True, slots=True)
class PaymentGateway:
    id: str
    name: str
    currencies: tuple[str, ...]
    config: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class StoredPaymentMethod:
    """A method as a storefront sees it."""

    gateway: PaymentGateway
    method: Method

    @property
    def id(self) -> str:
        return payment_app_id(self.gateway.id, self.method.id)

    @property
    def payment_method_id(self) -> str:
        return self.method.id

    @property
    def type(self) -> str:
        return self.method.type

    @property
    def name(self) -> str | None:
        return self.method.name

    @property
    def data(self) -> Json:
        return self.method.data

    @property
    def supported_payment_flows(self) -> list[str]:
        return list(self.method.supported_payment_flows)

    @property
    def credit_card_info(self) -> CreditCard | None:
        return self.method.credit_card_info


def payment_app_id(identifier: str, method_id: str) -> str:
    """What the storefront calls the method of an app."""
    return f"app:{identifier}:{method_id}"


def of_payment_app_id(value: str) -> tuple[str, str] | None:
    """The app's identifier and the id it gave; None for anything but three parts, so for an id with a colon as well."""
    match value.split(":"):
        case ["app", identifier, method_id] if identifier and method_id:
            return identifier, method_id
        case _:
            return None
