"""Accounts, their keys and their books."""

from collections.abc import Iterator

from saleor_stripe_app.sandbox.stripe.accounts import no_access
from saleor_stripe_app.sandbox.stripe.books import Account, Books
from saleor_stripe_app.sandbox.stripe.connections import standing
from saleor_stripe_app.sandbox.stripe.ids import Ids
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE, RESTRICTED, SECRET, Key


class Registry:
    """All accounts of a stand-in."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self.accounts: dict[str, Account] = {}
        self.keys: dict[str, Key] = {}
        self._books: dict[tuple[str, bool], Books] = {}

    def create_account(
        self,
        name: str = "Sandbox",
        *,
        country: str = "US",
        currency: str = "usd",
        created: int = 0,
        platform: str | None = None,
        secret_key: str | None = None,
        publishable_key: str | None = None,
    ) -> Account:
        """A new account with a secret and a publishable key of test mode, drawn by lot unless given."""
        identifier = self._ids.new("acct", 16)
        account = Account(
            id=identifier,
            name=name,
            country=country,
            currency=currency,
            created=created,
            secret_key=self.create_key(identifier, SECRET, value=secret_key).value,
            publishable_key=self.create_key(identifier, PUBLISHABLE, value=publishable_key).value,
            platform=platform,
            connection=standing(created) if platform else None,
        )
        self.accounts[identifier] = account
        return account

    def add_connected(self, platform: Account, name: str, country: str, currency: str, created: int) -> Account:
        """A new account that a platform has made, not yet able to do anything."""
        return self.create_account(name, country=country, currency=currency, created=created, platform=platform.id)

    def create_key(
        self,
        account: str,
        kind: str = RESTRICTED,
        *,
        livemode: bool = False,
        permissions: set[str] | None = None,
        value: str | None = None,
    ) -> Key:
        """A key of an account: `sk`, `rk` with permissions as `rak_payment_intent_write`, or `pk`."""
        mode = "live" if livemode else "test"
        text = value or f"{kind}_{mode}_{self._ids.text(40)}"
        key = Key(text, account, kind, livemode, set(permissions or ()))
        self.keys[text] = key
        return key

    def books(self, account: str, livemode: bool = False) -> Books:
        """The books of an account in a mode."""
        place = (account, livemode)
        if place not in self._books:
            self._books[place] = Books(self.accounts[account], livemode)
        return self._books[place]

    def all_books(self) -> list[Books]:
        """The books of every account that did anything."""
        return list(self._books.values())

    def of_key(self, key: Key, account: str) -> Books:
        """The books that a request works on: the key's account, or the connected one named by Stripe-Account."""
        if account in ("", key.account):
            return self.books(key.account, key.livemode)
        connected = self.accounts.get(account)
        if connected is None or connected.platform != key.account:
            raise no_access(key.masked(), account)
        return self.books(account, key.livemode)

    def listeners(self, account: str, livemode: bool) -> Iterator[Books]:
        """The books whose endpoints may hear of an account's events: its own and its platform's."""
        yield self.books(account, livemode)
        platform = self.accounts[account].platform
        if platform:
            yield self.books(platform, livemode)
