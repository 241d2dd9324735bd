"""What happens to connected accounts outside the API: onboarding, reviews, banks, and their owners' own wishes."""

from decimal import Decimal

from saleor_stripe_app.sandbox.stripe import account_links, connections, payouts
from saleor_stripe_app.sandbox.stripe.balance import record
from saleor_stripe_app.sandbox.stripe.balances import available, pending, reserved
from saleor_stripe_app.sandbox.stripe.books import Account
from saleor_stripe_app.sandbox.stripe.connect_objects import AccountLink, Connection
from saleor_stripe_app.sandbox.stripe.connected_accounts import tell
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.conversion import Conversion
from saleor_stripe_app.sandbox.stripe.errors import invalid, missing
from saleor_stripe_app.sandbox.stripe.hands import Hands
from saleor_stripe_app.sandbox.stripe.transfer_records import Payout


class ConnectControls(Hands):
    """The hands of connected accounts, and of Stripe upon them."""

    def finish_onboarding(self, account: str, now: int) -> Account:
        """The account has given all that was asked for: what it requested becomes active."""
        found, connection, context = self._connected(account, now)
        connections.complete(connection)
        tell(context, found, *connection.capabilities)
        return found

    def require(self, account: str, now: int, requirement: str, *, deadline: int) -> Account:
        """Stripe asks for more by a deadline; until then everything works, and nothing after it."""
        found, connection, context = self._connected(account, now)
        connections.ask(connection, [requirement], deadline=deadline)
        for capability in connection.capabilities.values():
            capability.currently_due = sorted({*capability.currently_due, requirement})
        tell(context, found)

        def lapse(later: Context) -> None:
            if requirement in connection.currently_due and connection.current_deadline == deadline and found.platform:
                for name in connection.capabilities:
                    connections.regress(connection, name, requirement)
                tell(later, found, *connection.capabilities)

        context.later(deadline, lapse)
        return found

    def regress(
        self,
        account: str,
        now: int,
        capability: str = "transfers",
        requirement: str = "individual.verification.document",
    ) -> Account:
        """A capability is lost over something that is past due."""
        found, connection, context = self._connected(account, now)
        if capability not in connection.capabilities:
            raise invalid(f"Account {account} has not requested {capability}.")
        connections.regress(connection, capability, requirement)
        tell(context, found, capability)
        return found

    def disable(self, account: str, now: int, reason: str = "under_review") -> Account:
        """Stripe stops the account, as `under_review`, `platform_paused` or `rejected.fraud`."""
        found, connection, context = self._connected(account, now)
        connections.stop(connection, reason)
        tell(context, found, *connection.capabilities)
        return found

    def deauthorize(self, account: str, now: int) -> Account:
        """The account takes the platform's access away."""
        found, _, context = self._connected(account, now)
        application = {"id": f"ca_{str(found.platform).removeprefix('acct_')}", "object": "application", "name": None}
        context.within(account).emit("account.application.deauthorized", {**application})
        found.platform = None
        return found

    def set_reserves(self, account: str, *, reserves: bool) -> Account:
        """Let the balance of an account fall below zero at the platform's risk, or not."""
        found = self._server.registry.accounts[account]
        if found.connection is None:
            raise missing("account", account, "account")
        found.connection.reserves = reserves
        return found

    def set_balance(self, account: str, now: int, amount: int, currency: str, *, livemode: bool = False) -> int:
        """Fill or empty what is available to any account; answers by how much it was changed."""
        context = self._by_staff(self._server.registry.books(account, livemode), now)
        change = amount - available(context, currency)
        if change:
            record(context, "topup" if change > 0 else "payout", "", change, currency)
        return change

    def settle_balance(self, account: str, now: int, *, livemode: bool = False) -> None:
        """What is pending becomes available at once."""
        context = self._by_staff(self._server.registry.books(account, livemode), now)
        for moved in context.books.balance_transactions.values():
            moved.available_on = min(moved.available_on, now)

    def balance(self, account: str, now: int, currency: str, *, livemode: bool = False) -> tuple[int, int]:
        """What is available and what is pending in one currency, in minor units."""
        found = self.balances(account, now, livemode=livemode).get(currency, {})
        return found.get("available", 0), found.get("pending", 0)

    def balances(self, account: str, now: int, *, livemode: bool = False) -> dict[str, dict[str, int]]:
        """What is available, pending and held back for accounts in debt, in minor units by currency."""
        context = self._by_staff(self._server.registry.books(account, livemode), now)
        currencies = {moved.currency for moved in context.books.balance_transactions.values()}
        return {
            currency: {
                "available": available(context, currency),
                "pending": pending(context, currency),
                "reserved": reserved(context, currency),
            }
            for currency in sorted(currencies)
        }

    def settle_in(self, account: str, charged: str, settled: str, rate: str) -> Account:
        """From now on payments charged in one currency settle in another, at a rate between whole units."""
        found = self._server.registry.accounts[account]
        found.conversions[charged] = Conversion(settled, Decimal(rate))
        return found

    def restrict_platform(self, account: str, *, accounts_v1: bool = True, accounts_v2: bool = True) -> Account:
        """Say by which of Stripe's two APIs a platform may make accounts."""
        found = self._server.registry.accounts[account]
        found.accounts_v1, found.accounts_v2 = accounts_v1, accounts_v2
        return found

    def open_account_link(self, url_or_token: str, now: int) -> tuple[AccountLink, bool]:
        """Follow an account link: it is used up by that; False where it had been, or has expired."""
        token = url_or_token.rsplit("/", maxsplit=1)[-1]
        books = self._books_with("account_links", "account link", token, "url")
        link = books.account_links[token]
        return link, account_links.open_link(self._by_staff(books, now), link)

    def leave_account_link(self, url_or_token: str, now: int, *, finishes: bool = True) -> str:
        """Leave the page of an account link that was opened, having given everything or not; answers where to."""
        token = url_or_token.rsplit("/", maxsplit=1)[-1]
        books = self._books_with("account_links", "account link", token, "url")
        link = books.account_links[token]
        if not link.used:
            raise invalid("Nobody has opened this account link.", "url")
        if finishes:
            account_links.finish(self._by_staff(books, now), link)
        return link.return_url

    def onboard(self, url: str, now: int, *, finishes: bool = True) -> str:
        """Visit an account link and leave it; answers the address at which the visitor ends up."""
        link, opened = self.open_account_link(url, now)
        return self.leave_account_link(url, now, finishes=finishes) if opened else link.refresh_url

    def pay_out(self, account: str, now: int, currency: str, *, livemode: bool = False) -> Payout | None:
        """Stripe sends all that an account has available to its bank, by its schedule; None where there is nothing."""
        context = self._by_staff(self._server.registry.books(account, livemode), now)
        amount = available(context, currency)
        return payouts.make(context, amount, currency, automatic=True) if amount > 0 else None

    def end_payout(self, payout: str, now: int, *, succeeds: bool = True) -> Payout:
        """A payout arrives at the bank, or comes back."""
        books = self._books_with("payouts", "payout", payout, "payout")
        payouts.end(self._by_staff(books, now), books.payouts[payout], succeeds=succeeds)
        return books.payouts[payout]

    def _connected(self, account: str, now: int) -> tuple[Account, Connection, Context]:
        """The account, its connection, and its platform's books in the mode in which either has done anything."""
        found = self._server.registry.accounts.get(account)
        if found is None or found.connection is None or found.platform is None:
            raise missing("account", account, "account")
        return found, found.connection, self._by_staff(self._server.registry.books(found.platform), now)
