"""Pages, which Saleor calls models: a shop makes one for each reason why it refunds."""

from dataclasses import dataclass

from saleor_stripe_app.sandbox.saleor.ids import global_id


@dataclass(frozen=True, slots=True)
class Page:
    key: int
    title: str

    @property
    def id(self) -> str:
        return global_id("Page", self.key)
