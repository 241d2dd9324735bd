"""The marks that tie Stripe's objects to Saleor's, under the official app's names: its payments can be adopted."""

from collections.abc import Mapping
from dataclasses import dataclass

TRANSACTION = "saleor_transaction_id"
API_URL = "saleor_api_url"
APP = "saleor_app_id"
SOURCE = "saleor_source_id"
SOURCE_TYPE = "saleor_source_type"
OPERATION = "saleor_operation"
ORDER = "saleor_order_id"
ORDER_NUMBER = "saleor_order_number"
CONFIGURATION = "saleorAppConfigurationId"
VENDOR = "saleor_vendor"
REFUND_REASON = "saleor_refund_reason"
REFUND_REASON_REFERENCE = "saleor_refund_reason_reference"
# https://docs.stripe.com/metadata#data: at most 50 keys of 40 characters, with values of 500.
LONGEST_VALUE = 500


@dataclass(frozen=True, slots=True)
class Owner:
    """The Saleor and the transaction that an intent says it belongs to."""

    saleor_api_url: str
    transaction_id: str


def owner(metadata: Mapping[str, str]) -> Owner | None:
    """Who an object says it belongs to; None for one that was not made for Saleor."""
    url, transaction = metadata.get(API_URL), metadata.get(TRANSACTION)
    return Owner(url, transaction) if url and transaction else None


def of_transaction(
    *, saleor_api_url: str, app_id: str, transaction_id: str, source_id: str, source_type: str
) -> dict[str, str]:
    """The metadata of an intent. Values beyond Stripe's 500 characters cannot occur: Saleor's ids are short."""
    return {
        SOURCE: source_id,
        SOURCE_TYPE: source_type,
        TRANSACTION: transaction_id,
        API_URL: saleor_api_url,
        APP: app_id,
    }


def of_order(order_id: str, number: str) -> dict[str, str]:
    """What an intent says of the order, once there is one."""
    return {ORDER: order_id, ORDER_NUMBER: number[:LONGEST_VALUE]}
