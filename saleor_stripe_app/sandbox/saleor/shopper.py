"""A logged-in shopper at a storefront, by what the storefront calls for them."""

from decimal import Decimal

from saleor_stripe_app.sandbox.saleor import stored_methods, tokenization
from saleor_stripe_app.sandbox.saleor.answers import Json
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.payment_methods import StoredPaymentMethod
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.stored_method_answers import Outcome


class Shopper:
    """Method names follow the storefront's mutations; each raises MutationError where Saleor refuses."""

    def __init__(self, courier: Courier, user: User, *, channel: str = "default-channel") -> None:
        self.courier = courier
        self.user = user
        self.channel = channel

    @property
    def requestor(self) -> Requestor:
        return Requestor.of_user(self.user)

    async def stored_payment_methods(self) -> list[StoredPaymentMethod]:
        """`me { storedPaymentMethods(channel:) }`."""
        saleor = self.courier.saleor
        return await self.courier.converse(
            stored_methods.stored_payment_methods(saleor, self.user, saleor.channel(self.channel))
        )

    async def stored_payment_method_request_delete(self, method_id: str) -> Outcome:
        """By the id that the list shows."""
        return await self.courier.converse(
            stored_methods.request_delete(self.courier.saleor, self.user, method_id, self.channel)
        )

    async def payment_gateway_initialize_tokenization(self, gateway: str, *, data: Json = None) -> Outcome:
        return await self.courier.converse(
            tokenization.initialize_gateway(self.courier.saleor, self.user, gateway, self.channel, data=data)
        )

    async def payment_method_initialize_tokenization(self, gateway: str, *, data: Json = None) -> Outcome:
        return await self.courier.converse(
            tokenization.initialize_method(self.courier.saleor, self.user, gateway, self.channel, data=data)
        )

    async def payment_method_process_tokenization(self, method_id: str, *, data: Json = None) -> Outcome:
        """By the id that the initialization brought."""
        return await self.courier.converse(
            tokenization.process_method(self.courier.saleor, self.user, method_id, self.channel, data=data)
        )

    async def transaction_initialize(
        self, source_id: str, gateway: str, *, data: Json = None, amount: Decimal | None = None
    ) -> Session:
        return await self.courier.initialize(source_id, gateway, data=data, amount=amount, by=self.requestor)

    async def transaction_process(self, transaction: str, *, data: Json = None) -> Session:
        return await self.courier.process(transaction, data=data, by=self.requestor)
