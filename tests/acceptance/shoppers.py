"""Customers and guests on the worst day: how they pay, what they keep, and what becomes of their carts and orders."""

from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from saleor_stripe_app.sandbox.saleor import purchases
from saleor_stripe_app.sandbox.saleor.checkout_removal import delete_checkout
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.currencies import quantize
from saleor_stripe_app.sandbox.saleor.errors import SaleorError
from saleor_stripe_app.sandbox.saleor.order_cancellation import cancel_order
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.shop import Flow, User
from tests.acceptance import headless, truth
from tests.acceptance.chaos import STAFF, Chaos
from tests.acceptance.dashboard import Payment
from tests.acceptance.world import GATEWAY

NAMES = ("ada", "eve")
MANAGER = Requestor(permissions=frozenset({"HANDLE_PAYMENTS", "MANAGE_ORDERS"}))
TOO_MANY = 11

Means = Literal["token", "card", "saved", "another's", "off-session", "stripe.js"]
MEANS: tuple[Means, ...] = ("token", "card", "saved", "another's", "off-session", "stripe.js")


@dataclass
class Shoppers:
    """Who pays for whose purchase. None of the verbs raises for what Saleor, Stripe or the app refuse."""

    chaos: Chaos
    users: dict[str, User] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Two of them have an account at the shop."""
        saleor = self.chaos.world.saleor
        self.users = {name: saleor.add_user(f"{name}@shop.example") for name in NAMES}

    async def begin(
        self, amount: str, flow: Flow, channel: str, who: str | None, means: Means, method: str, *, consents: bool
    ) -> Payment:
        """A customer, or a guest, fills a cart and pays by these means."""
        saleor, user = self.chaos.world.saleor, self.users.get(who or "")
        checkout = purchases.create_checkout(saleor, [Item(headless.TEE, Decimal(amount))], channel=channel, user=user)
        return await self._begin(checkout, Decimal(amount), flow, user, means, method, consents=consents)

    async def begin_part(self, share: int, flow: Flow, who: str | None, means: Means, method: str) -> Payment:
        """Somebody pays a part, or all, of the newest invoice that staff have made, or of a new one."""
        world, user = self.chaos.world, self.users.get(who or "")
        if not self.orders or self.orders[-1].charge_status in ("FULL", "OVERCHARGED"):
            order = purchases.create_order(world.saleor, [Item(headless.TEE, Decimal("90.00"))])
            order.user = user
            self.orders.append(order)
        order = self.orders[-1]
        amount = quantize(order.total.gross.amount / share, order.currency)
        return await self._begin(order, amount, flow, user, means, method, consents=False)

    async def confirm(self, payment: Payment, means: Means, method: str) -> None:
        """Whoever began to pay tries once more."""
        if payment.transaction is None:
            return
        by, said = self._asking(payment.user, means, method)
        with suppress(SaleorError):
            payment.take(
                await self.chaos.world.served.courier.process(
                    transaction_id(payment.transaction), data={"paymentIntent": said}, by=by
                )
            )

    async def declined_again_and_again(self, payment: Payment) -> None:
        """Somebody tries stolen cards."""
        for _ in range(TOO_MANY):
            self.chaos.pay(payment, "pm_card_chargeDeclined")
        await self.chaos.process(payment)

    def complete(self, payment: Payment) -> None:
        """The storefront makes an order of a cart."""
        checkout = self._checkout(payment)
        if checkout is not None:
            with suppress(SaleorError):
                purchases.complete_checkout(self.chaos.world.saleor, checkout.token)

    def abandon(self, payment: Payment) -> None:
        """A cart is deleted, whatever money is in it."""
        checkout = self._checkout(payment)
        if checkout is not None:
            delete_checkout(self.chaos.world.saleor, checkout)

    def cancel_order(self, payment: Payment) -> None:
        """Staff cancel the order that a payment is for."""
        order = self._source(payment)
        if isinstance(order, Order):
            with suppress(SaleorError):
                cancel_order(self.chaos.world.saleor, order, by=MANAGER)

    async def _begin(
        self,
        source: Checkout | Order,
        amount: Decimal,
        flow: Flow,
        user: User | None,
        means: Means,
        method: str,
        *,
        consents: bool,
    ) -> Payment:
        by, said = self._asking(user, means, method)
        payment = Payment(source.id, amount, flow, f"cart-{len(self.chaos.payments)}", user=user)
        self.chaos.payments.append(payment)
        with suppress(SaleorError):
            payment.take(
                await self.chaos.world.served.courier.initialize(
                    source.id,
                    GATEWAY,
                    data={"paymentIntent": said | {"savePaymentMethod": consents}},
                    amount=amount,
                    action=flow,
                    idempotency_key=payment.key,
                    by=by,
                )
            )
        if means == "stripe.js":
            self.chaos.pay(payment, method)
        return payment

    def _asking(self, user: User | None, means: Means, method: str) -> tuple[Requestor, dict[str, Any]]:
        """Who asks, and what they say. Whoever has saved nothing enters a card."""
        world, by = self.chaos.world, Requestor(user=user, permissions=STAFF.permissions)
        saved = self._saved_by(user) if means in ("saved", "off-session") else None
        if means == "another's":
            saved = next(
                (found for each in self.users.values() if each is not user and (found := self._saved_by(each))), None
            )
        app = world.saleor.app_by_identifier(GATEWAY)
        match means:
            case "stripe.js":
                return by, {}
            case "off-session" if saved and app:
                return Requestor.of_app(app), {"paymentMethodId": saved, "offSession": True}
            case "saved" | "another's" if saved:
                return by, {"paymentMethodId": saved}
            case "card":
                return by, {"paymentMethodId": headless.method(world)}
            case _:
                return by, {"confirmationToken": headless.token(world, method)}

    def _saved_by(self, user: User | None) -> str | None:
        saved = [method for method, owner in truth.saved_methods(self.chaos.world) if user and owner == user.id]
        return saved[-1] if saved else None

    def _source(self, payment: Payment) -> Checkout | Order | None:
        with suppress(SaleorError):
            return self.chaos.world.saleor.source(payment.transaction) if payment.transaction else None
        return None

    def _checkout(self, payment: Payment) -> Checkout | None:
        source = self._source(payment)
        return source if isinstance(source, Checkout) else None
