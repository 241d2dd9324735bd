"""Whose a line is."""

import pytest

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.policy import Policy, checked_policy
from saleor_stripe_app.domain.marketplace.vendor_of_line import Origin, Source, SourceKind, vendor_of_line

CHANNELS = Source(SourceKind.CHANNEL_DEFAULT, "mall")
PLATFORM = Source(SourceKind.PLATFORM)


def test_a_variant_speaks_before_its_product_and_metadata_before_the_attribute():
    origin = Origin({"vendor_id": "variants"}, {"vendor.id": "products"}, {"vendor": ("pages",)})
    assert vendor_of_line(origin).vendor == "variants"
    assert vendor_of_line(Origin({}, origin.product_metadata, origin.attributes)).vendor == "products"
    found = vendor_of_line(Origin({}, {"vendor.id": "  "}, origin.attributes))
    assert (found.vendor, found.source) == ("pages", Source(SourceKind.PRODUCT_ATTRIBUTE, "vendor"))


def test_what_names_no_vendor_is_the_platforms_or_the_channels():
    assert vendor_of_line(Origin()).vendor is None
    assert vendor_of_line(Origin()).source == PLATFORM
    assert vendor_of_line(Origin(), (CHANNELS,)).vendor == "mall"
    assert vendor_of_line(Origin({"vendor.id": "a"}), ()).source is None


def test_an_attribute_with_two_vendors_names_neither():
    found = vendor_of_line(Origin(attributes={"vendor": ("b", "a", "b")}))
    assert found.vendor == "a, b"


@pytest.mark.parametrize(
    "sources",
    [(Source(SourceKind.VARIANT_METADATA),), (Source(SourceKind.PLATFORM, "x"),), (PLATFORM, CHANNELS)],
)
def test_sources_that_say_nothing_are_refused(sources):
    with pytest.raises(Refusal):
        checked_policy(Policy(sources=sources))


def test_the_sources_out_of_the_box_are_good():
    assert checked_policy(Policy()).sources[-1] == PLATFORM
