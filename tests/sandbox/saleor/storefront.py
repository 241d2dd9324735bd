"""What a payment app subscribes to for logged-in shoppers, and what they put into their baskets."""

from decimal import Decimal

from saleor_stripe_app.sandbox.saleor.purchases import Item

WHO = "issuedAt version recipient { id } issuingPrincipal { __typename ... on User { id } ... on App { id } }"
USER = "user { id email firstName lastName languageCode isActive }"
ABOUT = f"{WHO} {USER} channel {{ id slug currencyCode }}"


def subscription(event_type: str, fields: str) -> str:
    return f"subscription {{ event {{ ... on {event_type} {{ {fields} }} }} }}"


SUBSCRIPTIONS = {
    "list": subscription("ListStoredPaymentMethods", ABOUT),
    "delete": subscription("StoredPaymentMethodDeleteRequested", f"{ABOUT} paymentMethodId"),
    "gateway-tokenization": subscription("PaymentGatewayInitializeTokenizationSession", f"{ABOUT} data"),
    "tokenize": subscription("PaymentMethodInitializeTokenizationSession", f"{ABOUT} data paymentFlowToSupport"),
    "tokenize-further": subscription("PaymentMethodProcessTokenizationSession", f"{ABOUT} data id"),
}
"""Of stored payment methods and tokenization."""

METHODS = """subscription { event { __typename issuedAt version
  issuingPrincipal { __typename ... on User { id email } }
  recipient { id identifier name version metadata { key value } privateMetadata { key value } }
  ... on ListStoredPaymentMethods {
    user { id email firstName lastName languageCode isActive isConfirmed externalReference metadata { key value } }
    channel { id slug name currencyCode isActive defaultCountry { code } metadata { key value }
      paymentSettings { defaultTransactionFlowStrategy } } } } }"""
"""The recorded selection."""


def basket(amount: str) -> list[Item]:
    """One thing of that price."""
    return [Item("Monospace Tee", Decimal(amount), sku="328223580")]
