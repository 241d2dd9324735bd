"""An operator's staff at the vendors' page of the Dashboard, and a vendor before a browser."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from saleor_stripe_app.sandbox.saleor import tokens
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.stripe.connect_objects import Connection
from tests.acceptance.world import APP_URL, GATEWAY, World

VENDOR = """
fragment V on Vendor {
  key name status country currency
  commission { percent fixed { currency amount } minimum { currency amount } base shipping }
  account { stripeAccount connected transfers payoutsEnabled detailsSubmitted currentlyDue pastDue deadline regressed }
  held { reason message } configuration { id }
  changes { userId fields { field before after } }
}
"""
ERRORS = "errors { field code message }"
INPUTS = {
    "vendorCreate": "input: VendorCreateInput!",
    "vendorUpdate": "key: String!, input: VendorUpdateInput!",
    "vendorAccountCreate": "key: String!, email: String!, dashboard: VendorDashboard! = EXPRESS",
    "vendorAccountLink": "key: String!, stripeAccount: String!, replace: Boolean! = false",
    "vendorAccountRefresh": "key: String!",
    "vendorOnboardingLink": "key: String!",
    "vendorOnboardingSession": "key: String!",
}
MORE = {
    "vendorOnboardingLink": "url expiresAt",
    "vendorOnboardingSession": "publishableKey clientSecret expiresAt",
}


@dataclass
class Desk:
    """Staff of one Saleor."""

    world: World
    permissions: tuple[str, ...] = ("HANDLE_PAYMENTS", "MANAGE_APPS")
    user: User | None = None

    async def post(self, query: str, **variables: Any) -> httpx.Response:
        """Whatever staff ask, as their browser sends it."""
        saleor = self.world.saleor
        if self.user is None:
            self.user = saleor.add_user("operator@shop.example", is_staff=True, permissions=self.permissions)
        app = saleor.app_by_identifier(GATEWAY)
        assert app is not None
        token = tokens.staff_token(
            saleor.key, saleor.api_url, app, self.user, self.world.clock(), life=timedelta(seconds=300)
        )
        return await self.world.app.post(
            "/api/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization-bearer": token, "saleor-api-url": saleor.api_url},
        )

    async def mutate(self, name: str, **given: Any) -> dict[str, Any]:
        """A mutation of vendors; what it answers."""
        declared = ", ".join(f"${part}" for part in INPUTS[name].split(", "))
        passed = ", ".join(f"{part.split(':')[0]}: ${part.split(':')[0]}" for part in INPUTS[name].split(", "))
        query = (
            f"mutation M({declared}) {{ {name}({passed}) {{ {ERRORS} vendor {{ ...V }} {MORE.get(name, '')} }} }} "
            f"{VENDOR}"
        )
        response = await self.post(query, **given)
        body: dict[str, Any] = response.json()
        assert response.status_code == 200, body
        assert "errors" not in body, body
        answer: dict[str, Any] = body["data"][name]
        return answer

    async def done(self, name: str, **given: Any) -> dict[str, Any]:
        """A mutation that must succeed; the whole answer."""
        answer = await self.mutate(name, **given)
        assert answer["errors"] == []
        return answer

    async def refused(self, name: str, **given: Any) -> str:
        """The code for which a mutation does nothing."""
        answer = await self.mutate(name, **given)
        assert answer["vendor"] is None
        code: str = answer["errors"][0]["code"]
        return code

    async def vendor(self, key: str = "alma") -> dict[str, Any] | None:
        """A vendor as it is shown."""
        response = await self.post(f"query Q($key: String!) {{ vendor(key: $key) {{ ...V }} }} {VENDOR}", key=key)
        found: dict[str, Any] | None = response.json()["data"]["vendor"]
        return found

    async def create(self, key: str = "alma", **given: Any) -> dict[str, Any]:
        """Staff record a vendor in Germany."""
        assert self.world.configuration is not None
        entered = {"key": key, "name": key.title(), "configurationId": self.world.configuration.id, "country": "DE"}
        vendor: dict[str, Any] = (await self.done("vendorCreate", input=entered | given))["vendor"]
        return vendor

    async def with_account(self, key: str = "alma", **given: Any) -> str:
        """Staff record a vendor and have an account made; its id."""
        await self.create(key)
        made = await self.done("vendorAccountCreate", key=key, email="alma@example.com", **given)
        account: str = made["vendor"]["account"]["stripeAccount"]
        return account

    async def onboarded(self, key: str = "alma") -> str:
        """The same, and the vendor gives Stripe all it wants."""
        account = await self.with_account(key)
        link = await self.done("vendorOnboardingLink", key=key)
        self.visit(link["url"])
        await self.world.deliver_events()
        return account

    def visit(self, url: str, *, finishes: bool = True) -> str:
        """The vendor opens a page of Stripe's and leaves it; where the browser is sent to."""
        return self.world.hands.onboard(url, self.world.clock.seconds(), finishes=finishes)

    async def browse(self, url: str) -> httpx.Response:
        """The vendor's browser follows an address of the app's."""
        return await self.world.app.get(url.removeprefix(APP_URL))

    def at_stripe(self, account: str) -> Connection:
        """How an account is connected at Stripe."""
        found = self.world.stripe.registry.accounts[account].connection
        assert found is not None
        return found

    def endpoints(self) -> list[tuple[str, bool]]:
        """The webhook endpoints at Stripe: address, and whether they are for connected accounts."""
        books = self.world.stripe.registry.books(self.world.account.id)
        return sorted((one.url.removeprefix(APP_URL), one.connect) for one in books.webhook_endpoints.values())
