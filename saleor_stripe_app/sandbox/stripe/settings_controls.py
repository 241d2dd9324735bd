"""What a merchant sets in Stripe's dashboard: keys and payment method configurations."""

from saleor_stripe_app.sandbox.stripe import method_configurations
from saleor_stripe_app.sandbox.stripe.customer_objects import MethodConfiguration
from saleor_stripe_app.sandbox.stripe.errors import missing
from saleor_stripe_app.sandbox.stripe.hands import Hands
from saleor_stripe_app.sandbox.stripe.keys import Key


class SettingsControls(Hands):
    """The hands of a merchant on the settings of an account."""

    def grant(self, key: str, *permissions: str) -> Key:
        """Give a restricted key permissions, as `rak_charge_write`."""
        found = self._key(key)
        found.permissions |= set(permissions)
        return found

    def revoke(self, key: str, *permissions: str) -> Key:
        """Take permissions from a restricted key."""
        found = self._key(key)
        found.permissions -= set(permissions)
        return found

    def expire_key(self, key: str) -> Key:
        """A key was rolled in the dashboard: it is refused from now on."""
        found = self._key(key)
        found.expired = True
        return found

    def add_configuration(
        self, account: str, name: str, methods: list[str] | None = None, *, now: int = 0, livemode: bool = False
    ) -> MethodConfiguration:
        """A payment method configuration that shows these types, or all of the account."""
        books = self._server.registry.books(account, livemode)
        return method_configurations.add(books, self._server.ids, name, methods, now)

    def set_configuration_active(self, configuration: str, *, active: bool) -> MethodConfiguration:
        """Archive a payment method configuration, or take it into use again."""
        kept = ("method_configurations", "payment_method_configuration", configuration, "configuration")
        found = self._books_with(*kept).method_configurations[configuration]
        found.active = active
        return found

    def _key(self, key: str) -> Key:
        found = self._server.registry.keys.get(key)
        if found is None:
            raise missing("key", key, "key")
        return found
