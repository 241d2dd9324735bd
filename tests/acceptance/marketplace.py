"""A shop in which several vendors sell: their accounts at Stripe, carts of their goods, and what each has of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.split import ShareStanding, Split
from saleor_stripe_app.domain.marketplace.vendor import AccountState, Vendor
from saleor_stripe_app.domain.marketplace.vendor_record import VendorRecord
from saleor_stripe_app.sandbox.saleor import actions, purchases
from saleor_stripe_app.sandbox.saleor.lines import Line
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.saleor import transaction_id
from saleor_stripe_app.sandbox.saleor.sessions import Session
from saleor_stripe_app.sandbox.saleor.shop import Flow
from saleor_stripe_app.sandbox.stripe.transfer_records import Transfer
from saleor_stripe_app.storage import shares, splits, terms, transactions, vendors
from saleor_stripe_app.usecases.upkeep import upkeep
from tests.acceptance.world import GATEWAY, World

TEN_PERCENT = Rate(Decimal(10))
CAPABLE = AccountState(
    transfers="active", charges_enabled=True, payouts_enabled=True, details_submitted=True, went_live=True
)
DAY = 86_400


def goods(vendor: str | None, price: str, quantity: int = 1) -> Item:
    """Something of a vendor's, or of the platform's own."""
    metadata = {"vendor.id": vendor} if vendor else {}
    return Item(f"Thing of {vendor or 'ours'}", Decimal(price), quantity, product_metadata=metadata)


@dataclass
class Market:
    """The verbs of shoppers, staff and banks, and what Stripe's books say of each vendor."""

    world: World
    accounts: dict[str, str] = field(default_factory=dict)

    async def policy(self, policy: Policy) -> None:
        """The operator decides for every channel."""
        now = self.world.clock()
        await terms.save_policy(self.world.backends.storage, self.world.saleor.api_url, "", policy, "staff", now)

    async def vendor(self, key: str, *, able: bool = True, losses: str = "application") -> str:
        """Somebody who sells, at ten percent, with an account that can be paid or is not yet able to."""
        form = {
            "country": "US",
            "capabilities[transfers][requested]": "true",
            "controller[losses][payments]": losses,
            "controller[fees][payer]": "application" if losses == "application" else "account",
            "controller[stripe_dashboard][type]": "express" if losses == "application" else "full",
        }
        account = str(self.world.ask_stripe("POST", "/v1/accounts", form)["id"])
        state = AccountState(details_submitted=True, transfers="pending")
        if able:
            self.world.hands.finish_onboarding(account, self.world.clock.seconds())
            state = CAPABLE
        assert self.world.configuration
        now = self.world.clock()
        vendor = Vendor(key, key.title(), account, commission=TEN_PERCENT, account=state)
        record = VendorRecord(vendor, self.world.saleor.api_url, self.world.configuration.id, now, now)
        assert await vendors.insert(self.world.backends.storage, record, "staff", {})
        self.accounts[key] = account
        return account

    async def shows(self, key: str, state: AccountState) -> None:
        """Stripe shows an account so from now on."""
        record = await vendors.by_key(self.world.backends.storage, self.world.saleor.api_url, key)
        assert record
        now = self.world.clock()
        assert await vendors.looked(self.world.backends.storage, record, state, now, None, now, {})
        await splits.look_for_vendor(self.world.backends.storage, self.world.saleor.api_url, key, now)

    async def buy(self, *items: Item, shipping: str = "0", flow: Flow = "CHARGE") -> tuple[Session, Order]:
        """A shopper pays for a cart, and an order comes of it."""
        checkout = purchases.create_checkout(self.world.saleor, items, shipping=Decimal(shipping))
        session = await self.world.served.courier.initialize(checkout.id, GATEWAY, action=flow, by=self.world.staff)
        await self.world.pay(session)
        await self.world.process(session)
        order = purchases.complete_checkout(self.world.saleor, checkout.token)
        await self.world.settle()
        return session, order

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, with the app's rounds in it."""
        self.world.clock.advance(seconds)
        await upkeep(self.world.backends)
        await self.world.settle()

    async def refund_lines(
        self, session: Session, amount: str, *lines: tuple[Line, int], shipping: bool = False
    ) -> None:
        """Staff grant a refund of lines, and have it paid."""
        granted = purchases.grant_refund(
            self.world.saleor, session.transaction, Decimal(amount), lines=lines, shipping=shipping
        )
        actions.request_granted_refund(self.world.saleor, granted, by=self.world.staff)
        await self.world.served.courier.work()
        await self.world.settle()

    def transfers(self) -> list[Transfer]:
        """Every transfer of the platform, oldest first, by Stripe's own books."""
        return list(self.world.stripe.registry.books(self.world.account.id).transfers.values())

    def has(self) -> Mapping[str, int]:
        """What each vendor has of all payments by Stripe's books, in minor units."""
        keys = {account: key for key, account in self.accounts.items()}
        found = dict.fromkeys(self.accounts, 0)
        for transfer in self.transfers():
            found[keys[transfer.destination]] += transfer.amount - transfer.amount_reversed
        return found

    async def split(self, session: Session) -> Split:
        """The payment's split as the app keeps it."""
        found = await splits.of_transaction(self.world.backends.storage, await self._record(session))
        assert found
        return found

    async def stands(self, session: Session) -> Mapping[str, ShareStanding]:
        """How each vendor's part of a payment stands, as staff see it."""
        found = await shares.of_transaction(self.world.backends.storage, await self._record(session))
        return {one.vendor: one for one in found}

    async def _record(self, session: Session) -> str:
        number = transaction_id(session.transaction)
        record = await transactions.by_transaction(self.world.backends.storage, self.world.saleor.api_url, number)
        assert record
        return record.id


async def opened(world: World, *keys: str, policy: Policy | None = None) -> Market:
    """A market with these vendors."""
    market = Market(world)
    if policy is not None:
        await market.policy(policy)
    for key in keys:
        await market.vendor(key)
    return market
