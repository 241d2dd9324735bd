"""What a storefront does that has the app confirm: it makes tokens with Stripe.js and says what it wants in `data`."""

from decimal import Decimal
from typing import Any

from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import ANONYMOUS, Requestor
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow, User
from tests.acceptance.world import GATEWAY, World

RETURN = "https://shop.example/checkout"
TEE = "Monospace Tee"


def token(world: World, method: str = "pm_card_visa", **fields: str) -> str:
    """What stripe.createConfirmationToken makes of what the shopper entered."""
    named = "payment_method" if method.startswith("pm_") else "payment_method_data[type]"
    key = world.account.publishable_key
    return str(world.ask_stripe("POST", "/v1/confirmation_tokens", {named: method, **fields}, key=key)["id"])


def method(world: World, number: str = "4242424242424242") -> str:
    """What stripe.createPaymentMethod makes of a card: nobody's yet."""
    form = {"type": "card", "card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2030"}
    return str(world.ask_stripe("POST", "/v1/payment_methods", form, key=world.account.publishable_key)["id"])


def saved(world: World, customer: str, test_method: str = "pm_card_visa") -> str:
    """A card that a customer saved before."""
    return str(world.ask_stripe("POST", f"/v1/payment_methods/{test_method}/attach", {"customer": customer})["id"])


async def begin(
    world: World,
    *,
    flow: Flow = "CHARGE",
    user: User | None = None,
    by: Requestor = ANONYMOUS,
    amount: str = "100.00",
    idempotency_key: str | None = None,
    checkout: str | None = None,
    **said: Any,
) -> Session:
    """transactionInitialize with what is said in `data.paymentIntent`."""
    if checkout is None:
        checkout = purchases.create_checkout(world.saleor, [Item(TEE, Decimal(amount))], user=user).id
    staff = Requestor(permissions=frozenset({"HANDLE_PAYMENTS"}))
    return await world.served.courier.initialize(
        checkout,
        GATEWAY,
        data={"paymentIntent": said},
        action=flow if by is ANONYMOUS else None,
        by=staff if by is ANONYMOUS else by,
        idempotency_key=idempotency_key,
    )


async def process(world: World, session: Session, *, by: Requestor = ANONYMOUS, **said: Any) -> Session:
    """transactionProcess with what is said in `data.paymentIntent`."""
    return await world.served.courier.process(
        transaction_id(session.transaction), data={"paymentIntent": said} if said else None, by=by
    )


def told(session: Session) -> Any:
    """`data.paymentIntent` of the answer."""
    data: Any = session.data
    return data["paymentIntent"]


def intents(world: World) -> list[dict[str, Any]]:
    """The intents that Stripe shows, newest first."""
    listed: list[dict[str, Any]] = world.ask_stripe("GET", "/v1/payment_intents")["data"]
    return listed


def tries(world: World, session: Session) -> int:
    """How many tries to charge a payment Stripe shows."""
    return sum(
        charge["payment_intent"] == intents_of(session) for charge in world.ask_stripe("GET", "/v1/charges")["data"]
    )


def intents_of(session: Session) -> str:
    """The intent of a session by what Saleor keeps of it."""
    return session.transaction.psp_reference
