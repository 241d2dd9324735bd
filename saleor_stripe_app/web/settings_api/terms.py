"""What an operator decides for a marketplace, as staff see and enter it."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

import strawberry

from saleor_stripe_app.domain.marketplace import policy, vendor_of_line
from saleor_stripe_app.domain.marketplace.commission import Conditions, Rule
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.rate import Rate
from saleor_stripe_app.domain.marketplace.vendor_of_line import OUT_OF_THE_BOX, Source
from saleor_stripe_app.storage import terms
from saleor_stripe_app.usecases.marketplace_choices import choose_policy, delete_rule, save_rule
from saleor_stripe_app.web.settings_api.commission import Commission, CommissionInput, entered
from saleor_stripe_app.web.settings_api.doing import done, writer
from saleor_stripe_app.web.settings_api.errors import SettingsError
from saleor_stripe_app.web.settings_api.types import Info

CHANNEL = "The channel's slug; empty for every channel that has no policy of its own."
BY_PLATFORM = "The platform's percentage of a discount that is SHARED."
DAYS = "So many days after the capture, where it is released AFTER_DAYS."


@strawberry.enum(name="VendorShipping", description="Who gets what shoppers pay for shipping.")
class VendorShipping(StrEnum):
    """Those of policy.Shipping that Saleor says enough for."""

    PLATFORM = "platform"
    PROPORTIONAL = "proportional"


SourceKind = strawberry.enum(
    vendor_of_line.SourceKind, name="VendorSourceKind", description="Where it is looked up whose a line is."
)
Party = strawberry.enum(policy.Party, name="MarketplaceParty", description="Who has a thing, or bears it.")
BorneBy = strawberry.enum(policy.BorneBy, name="DiscountBorneBy", description="Who bears discounts.")
Otherwise = strawberry.enum(
    policy.Otherwise,
    name="UnpaidVendorPolicy",
    description="What becomes of the money of a vendor who is unknown or cannot be paid: the platform keeps it, it is "
    "held for the vendor, or the payment is refused.",
)
RefundedCommission = strawberry.enum(
    policy.Commission, name="RefundedCommission", description="Whether commission on what is refunded is returned."
)
Release = strawberry.enum(policy.Release, name="VendorRelease", description="When vendors are paid.")


@strawberry.type(description="A place where it is looked up whose a line is.")
class VendorSource:
    kind: vendor_of_line.SourceKind
    name: str = strawberry.field(description="Metadata's key, attribute's slug, or the vendor; empty for PLATFORM.")


@strawberry.input(description="A place where it is looked up whose a line is.")
class VendorSourceInput:
    kind: vendor_of_line.SourceKind
    name: str = ""


@strawberry.type(description="Who gets and who bears what, and when vendors are paid.")
class MarketplacePolicy:
    channel: str = strawberry.field(description=CHANNEL)
    shipping: VendorShipping
    tax: policy.Party
    discounts: policy.BorneBy
    discounts_by_platform: Decimal = strawberry.field(description=BY_PLATFORM)
    stripe_fee: policy.Party
    unknown_vendor: policy.Otherwise
    unpayable_vendor: policy.Otherwise
    refunded_commission: policy.Commission
    release: policy.Release
    release_after: int = strawberry.field(description=DAYS)
    sources: list[VendorSource]

    @classmethod
    def of(cls, channel: str, kept: Policy) -> Self:
        """As it is kept."""
        return cls(
            channel=channel,
            shipping=VendorShipping(kept.shipping.value),
            tax=kept.tax,
            discounts=kept.discounts,
            discounts_by_platform=kept.discounts_by_platform,
            stripe_fee=kept.stripe_fee,
            unknown_vendor=kept.unknown_vendor,
            unpayable_vendor=kept.unpayable_vendor,
            refunded_commission=kept.refunded_commission,
            release=kept.release,
            release_after=kept.release_after,
            sources=[VendorSource(kind=one.kind, name=one.name) for one in kept.sources],
        )


@strawberry.input(description="Who gets and who bears what; what is left out is as it is out of the box.")
class MarketplacePolicyInput:
    shipping: VendorShipping = VendorShipping.PLATFORM
    tax: policy.Party = policy.Party.PLATFORM
    discounts: policy.BorneBy = policy.BorneBy.VENDOR
    discounts_by_platform: Decimal = strawberry.field(default=Decimal(50), description=BY_PLATFORM)
    stripe_fee: policy.Party = policy.Party.PLATFORM
    unknown_vendor: policy.Otherwise = policy.Otherwise.KEEP
    unpayable_vendor: policy.Otherwise = policy.Otherwise.KEEP
    refunded_commission: policy.Commission = policy.Commission.RETURNED
    release: policy.Release = policy.Release.AT_CAPTURE
    release_after: int = strawberry.field(default=0, description=DAYS)
    sources: list[VendorSourceInput] | None = strawberry.field(
        default=None, description="In the order in which they are asked; the first that says something decides."
    )

    def policy(self) -> Policy:
        """The same as a domain value."""
        sources = None if self.sources is None else tuple(Source(one.kind, one.name.strip()) for one in self.sources)
        return Policy(
            shipping=policy.Shipping(self.shipping.value),
            tax=self.tax,
            discounts=self.discounts,
            discounts_by_platform=self.discounts_by_platform,
            stripe_fee=self.stripe_fee,
            unknown_vendor=self.unknown_vendor,
            unpayable_vendor=self.unpayable_vendor,
            refunded_commission=self.refunded_commission,
            release=self.release,
            release_after=self.release_after,
            sources=OUT_OF_THE_BOX if sources is None else sources,
        )


@strawberry.type(
    description="What the platform keeps under conditions: all kinds that are named must hold, by any value."
)
class CommissionRule:
    key: str
    commission: Commission
    vendors: list[str]
    categories: list[strawberry.ID]
    product_types: list[strawberry.ID]
    channels: list[str]
    created_at: datetime = strawberry.field(description="Of rules that are equally specific the oldest holds.")

    @classmethod
    def of(cls, rule: Rule) -> Self:
        """As it is kept."""
        when = rule.conditions
        return cls(
            key=rule.key,
            commission=Commission.of(rule.rate),
            vendors=list(when.vendors),
            categories=[strawberry.ID(one) for one in when.categories],
            product_types=[strawberry.ID(one) for one in when.product_types],
            channels=list(when.channels),
            created_at=rule.created,
        )


@strawberry.input(description="A rule; a list that is empty is no condition.")
class CommissionRuleInput:
    key: str = strawberry.field(description="Its name; one of this name is replaced.")
    commission: CommissionInput
    vendors: list[str] = strawberry.field(default_factory=list, description="By key.")
    categories: list[strawberry.ID] = strawberry.field(default_factory=list, description="With all below them.")
    product_types: list[strawberry.ID] = strawberry.field(default_factory=list)
    channels: list[str] = strawberry.field(default_factory=list, description="By slug.")


@strawberry.type
class MarketplacePolicySave:
    """The policy that holds for the channel now."""

    errors: list[SettingsError]
    policy: MarketplacePolicy | None = None


@strawberry.type
class CommissionRuleSave:
    """The rule as it was saved."""

    errors: list[SettingsError]
    rule: CommissionRule | None = None


@strawberry.type
class CommissionRuleDelete:
    """Nothing but errors."""

    errors: list[SettingsError]


async def _policies(info: Info) -> list[MarketplacePolicy]:
    caller = info.context
    found = await terms.policies(caller.backends.storage, caller.installation.saleor_api_url)
    general = {terms.FOR_ALL: Policy()} | found
    return [MarketplacePolicy.of(channel, kept) for channel, kept in sorted(general.items())]


async def _rules(info: Info) -> list[CommissionRule]:
    caller = info.context
    found = await terms.rules(caller.backends.storage, caller.installation.saleor_api_url)
    return [CommissionRule.of(rule) for rule in found]


async def _policy_save(
    info: Info,
    given: Annotated[
        MarketplacePolicyInput | None,
        strawberry.argument(name="input", description="Null takes the channel's own policy away."),
    ] = None,
    channel: Annotated[str, strawberry.argument(description=CHANNEL)] = "",
) -> MarketplacePolicySave:
    caller = writer(info.context, "marketplacePolicySave")
    chosen = None if given is None else given.policy()
    found, errors = await done(choose_policy(caller.backends, caller.installation, caller.user.id, channel, chosen))
    return MarketplacePolicySave(errors=errors, policy=MarketplacePolicy.of(channel, found) if found else None)


async def _rule_save(
    info: Info, given: Annotated[CommissionRuleInput, strawberry.argument(name="input")]
) -> CommissionRuleSave:
    caller = writer(info.context, "commissionRuleSave")

    async def saved() -> Rule:
        conditions = Conditions(
            tuple(given.vendors), tuple(given.categories), tuple(given.product_types), tuple(given.channels)
        )
        rule = Rule(given.key, entered(given.commission) or Rate(), conditions)
        return await save_rule(caller.backends, caller.installation, caller.user.id, rule)

    found, errors = await done(saved())
    return CommissionRuleSave(errors=errors, rule=CommissionRule.of(found) if found else None)


async def _rule_delete(info: Info, key: str) -> CommissionRuleDelete:
    caller = writer(info.context, "commissionRuleDelete")
    _, errors = await done(delete_rule(caller.backends, caller.installation, key))
    return CommissionRuleDelete(errors=errors)


@strawberry.type
class TermsQuery:
    """What staff can ask of the operator's choices."""

    marketplace_policies: list[MarketplacePolicy] = strawberry.field(
        resolver=_policies, description="The policy for all channels, and those of channels that have their own."
    )
    commission_rules: list[CommissionRule] = strawberry.field(resolver=_rules, description="The oldest first.")


@strawberry.type
class TermsMutation:
    """What staff can choose for a marketplace. What was divided before stays as it is."""

    marketplace_policy_save: MarketplacePolicySave = strawberry.mutation(
        resolver=_policy_save, description="Choose for one channel, or for all."
    )
    commission_rule_save: CommissionRuleSave = strawberry.mutation(
        resolver=_rule_save, description="Make a rule, or change the one with its key."
    )
    commission_rule_delete: CommissionRuleDelete = strawberry.mutation(resolver=_rule_delete)
