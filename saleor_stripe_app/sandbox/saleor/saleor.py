"""A Saleor: its version, its key, its shop, its apps, its transactions. State only; time and randomness are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLSchema

from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.deliveries import Jobs, Sent
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.ids import global_id, parse_global_id
from saleor_stripe_app.sandbox.saleor.method_cache import MethodCache
from saleor_stripe_app.sandbox.saleor.orders import GrantedRefund, Order
from saleor_stripe_app.sandbox.saleor.pages import Page
from saleor_stripe_app.sandbox.saleor.races import Races
from saleor_stripe_app.sandbox.saleor.schema import schema
from saleor_stripe_app.sandbox.saleor.shop import Channel, User, usual_channels
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.sandbox.saleor.transactions import Transaction
from saleor_stripe_app.sandbox.saleor.versions import RELEASES, at_least

_TOKEN_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"  # noqa: S105


@dataclass(slots=True, eq=False)
class Saleor:
    """Everything that one Saleor knows; other modules act on it."""

    key: SigningKey
    clock: Callable[[], datetime]
    random: Random
    version: str = "3.24"
    api_url: str = "http://127.0.0.1:8000/graphql/"
    channels: list[Channel] = field(default_factory=usual_channels)
    users: list[User] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    """Deleted ones included: an identifier's transactions outlive them."""
    checkouts: dict[str, Checkout] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    transactions: dict[str, Transaction] = field(default_factory=dict)
    idempotency_keys: dict[tuple[str, str], Transaction] = field(default_factory=dict)
    """By app identifier and key."""
    granted_refunds: list[GrantedRefund] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    jobs: Jobs = field(default_factory=Jobs)
    sent: list[Sent] = field(default_factory=list)
    """The latest calls with what came back, oldest first."""
    races: Races = field(default_factory=Races)
    method_cache: MethodCache = field(default_factory=MethodCache)
    _counters: dict[str, int] = field(default_factory=dict)

    def now(self) -> datetime:
        return self.clock()

    def uuid(self) -> str:
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def opaque_token(self) -> str:
        """An app's token: 30 letters and digits."""
        return "".join(self.random.choices(_TOKEN_LETTERS, k=30))

    def number(self, of: str) -> int:
        """The next primary key of a table."""
        self._counters[of] = self._counters.get(of, 0) + 1
        return self._counters[of]

    def next_event_number(self) -> int:
        return self.number("TransactionEvent")

    @property
    def schema(self) -> GraphQLSchema:
        return schema(self.version)

    @property
    def release(self) -> str:
        """The full version, as events show it."""
        return RELEASES[self.version]

    def at_least(self, version: str) -> bool:
        return at_least(self.version, version)

    def permissions(self) -> frozenset[str]:
        """The permissions that this version knows."""
        enum = self.schema.type_map["PermissionEnum"]
        return frozenset(enum.values) if isinstance(enum, GraphQLEnumType) else frozenset()

    def channel(self, slug: str) -> Channel:
        """By slug; raises LookupError."""
        found = next((channel for channel in self.channels if channel.slug == slug), None)
        if found is None:
            raise LookupError(f"no channel {slug}")
        return found

    def add_user(
        self, email: str, *, is_staff: bool = False, permissions: Sequence[str] = (), first_name: str = ""
    ) -> User:
        """A shopper, or staff with these permissions."""
        user = User(
            self.number("User"),
            email,
            self.now(),
            first_name=first_name,
            is_staff=is_staff,
            permissions=frozenset(permissions),
        )
        self.users.append(user)
        return user

    def app_by_identifier(self, identifier: str) -> App | None:
        """The living installation of an identifier."""
        return next((app for app in self.apps if app.identifier == identifier and app.alive), None)

    def app_by_token(self, token: str) -> App | None:
        return next((app for app in self.apps if app.auth_token == token and app.alive), None)

    def transaction(self, id_or_token: str) -> Transaction:
        """By global id or uuid; raises MutationError where there is none."""
        token = id_or_token
        if id_or_token not in self.transactions:
            try:
                type_name, token = parse_global_id(id_or_token)
            except ValueError:
                type_name = ""
            if type_name != "TransactionItem" or token not in self.transactions:
                raise MutationError("id", f"Couldn't resolve to a node: {id_or_token}", "NOT_FOUND")
        return self.transactions[token]

    def source(self, transaction: Transaction) -> Checkout | Order:
        if transaction.order is not None:
            return self.orders[transaction.order]
        if transaction.checkout is not None:
            return self.checkouts[transaction.checkout]
        raise MutationError("id", "Transaction doesn't have attached order or checkout.", "INVALID")

    def purchase(self, id_: str) -> Checkout | Order:
        """A checkout or order by global id; raises MutationError."""
        try:
            type_name, token = parse_global_id(id_)
        except ValueError:
            raise MutationError("id", f"Invalid ID: {id_}. Expected one of: Checkout, Order.", "INVALID") from None
        found: Checkout | Order | None = self.checkouts.get(token) if type_name == "Checkout" else None
        found = self.orders.get(token) if type_name == "Order" else found
        if found is None:
            raise MutationError("id", "`Order` or `Checkout` not found.", "NOT_FOUND")
        return found

    def remove_checkout(self, checkout: Checkout) -> None:
        """Its transactions are left without a purchase."""
        del self.checkouts[checkout.token]
        for transaction in checkout.transactions:
            transaction.checkout = None

    def in_seconds(self, seconds: float) -> datetime:
        return self.now() + timedelta(seconds=seconds)

    def owned(self, transaction: Transaction, app: App) -> bool:
        """Whether a transaction is this app's: by identifier, so that a reinstalled app has its old ones."""
        return transaction.app_identifier == app.identifier or transaction.app_id == app.key


def transaction_id(transaction: Transaction) -> str:
    return global_id("TransactionItem", transaction.token)


def total(transactions: Sequence[Transaction], amount: str) -> Decimal:
    """The sum of one of the eight amounts ("charged", …) over transactions of one currency."""
    return sum((getattr(transaction.amounts, amount) for transaction in transactions), Decimal(0))
