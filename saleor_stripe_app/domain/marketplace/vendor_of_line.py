"""Whose a line of an order is: an ordered list of places to look, the first that says something decides.

Metadata of a checkout's lines is no such place: shoppers may write it (saleor/graphql/meta/permissions.py), and it is
copied to the order's lines. Products and variants are written by staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from saleor_stripe_app.domain.errors import Refusal

SEVERAL = ", "  # joins the vendors that an attribute names; no vendor's key has a comma, so that is nobody known


class SourceKind(StrEnum):
    """Where it is looked up."""

    VARIANT_METADATA = "variant_metadata"
    PRODUCT_METADATA = "product_metadata"
    PRODUCT_ATTRIBUTE = "product_attribute"
    CHANNEL_DEFAULT = "channel_default"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Source:
    """A place to look: `name` is the metadata's key, the attribute's slug, or the channel's vendor."""

    kind: SourceKind
    name: str = ""


# Saleor's recipe of a marketplace has an attribute that references the vendor's page
# (https://docs.saleor.io/recipes/marketplace); the keys are those that storefronts for it write.
OUT_OF_THE_BOX = (
    Source(SourceKind.VARIANT_METADATA, "vendor.id"),
    Source(SourceKind.VARIANT_METADATA, "vendor_id"),
    Source(SourceKind.PRODUCT_METADATA, "vendor.id"),
    Source(SourceKind.PRODUCT_METADATA, "vendor_id"),
    Source(SourceKind.PRODUCT_ATTRIBUTE, "vendor"),
    Source(SourceKind.PLATFORM),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """What Saleor says of a line's product. `attributes` have, by slug, the pages or values that each refers to."""

    variant_metadata: Mapping[str, str] = field(default_factory=dict)
    product_metadata: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Belonging:
    """The vendor's key, None for the platform's own goods, and which source said so (None: none did)."""

    vendor: str | None
    source: Source | None


def vendor_of_line(origin: Origin, sources: Sequence[Source] = OUT_OF_THE_BOX) -> Belonging:
    """Whose the line is. An attribute with several vendors names nobody who is known: whom it means is not guessed."""
    for source in sources:
        if source.kind is SourceKind.PLATFORM:
            return Belonging(None, source)
        if named := _named(origin, source):
            return Belonging(named, source)
    return Belonging(None, None)


def _named(origin: Origin, source: Source) -> str:
    if source.kind is SourceKind.CHANNEL_DEFAULT:
        return source.name
    if source.kind is SourceKind.PRODUCT_ATTRIBUTE:
        return SEVERAL.join(sorted({value.strip() for value in origin.attributes.get(source.name, ())} - {""}))
    metadata = origin.variant_metadata if source.kind is SourceKind.VARIANT_METADATA else origin.product_metadata
    return metadata.get(source.name, "").strip()


def checked_sources(sources: Sequence[Source]) -> None:
    """Raises Refusal (InvalidSources) for a source without a name, and for one that nothing reaches."""
    for place, source in enumerate(sources):
        if (source.kind is SourceKind.PLATFORM) == bool(source.name.strip()):
            raise Refusal("Every source but the platform has a name.", code="InvalidSources")
        final = source.kind in (SourceKind.PLATFORM, SourceKind.CHANNEL_DEFAULT)
        if final and place < len(sources) - 1:
            raise Refusal(f"Nothing is looked up after {source.kind.value}.", code="InvalidSources")
