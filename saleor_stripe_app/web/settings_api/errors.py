"""What went wrong, in Saleor's manner: a mutation answers with a list of field, code and message."""

from enum import Enum
from types import MappingProxyType

import strawberry

from saleor_stripe_app.domain.errors import AppError, Declined, Refusal, Unavailable


@strawberry.enum(description="Why a mutation did nothing.")
class SettingsErrorCode(Enum):
    """Public and stable: clients branch on these."""

    ACCOUNT_NOT_CONNECTED = "AccountNotConnected"
    ACCOUNT_PRESENT = "AccountPresent"
    ACCOUNT_TAKEN = "AccountTaken"
    APP_URL_NOT_PUBLIC = "AppUrlNotPublic"
    CHANGED_MEANWHILE = "ChangedMeanwhile"
    COUNTRY_NEEDED = "CountryNeeded"
    ENDPOINT_MADE_BY_HAND = "EndpointMadeByHand"
    ENDPOINT_NEEDED = "EndpointNeeded"
    ID_TAKEN = "IdTaken"
    INVALID_ACCOUNT = "InvalidAccount"
    INVALID_COMMISSION = "InvalidCommission"
    INVALID_COMPLETE_AFTER = "InvalidCompleteAfter"
    INVALID_COUNTRY = "InvalidCountry"
    INVALID_CURRENCY = "InvalidCurrency"
    INVALID_EMAIL = "InvalidEmail"
    INVALID_ID = "InvalidId"
    INVALID_LIMITS = "InvalidLimits"
    INVALID_METHOD = "InvalidMethod"
    INVALID_METHOD_CONFIGURATION = "InvalidMethodConfiguration"
    INVALID_NAME = "InvalidName"
    INVALID_POLICY = "InvalidPolicy"
    INVALID_PUBLISHABLE_KEY = "InvalidPublishableKey"
    INVALID_SECRET_KEY = "InvalidSecretKey"  # noqa: S105 the name of an error
    INVALID_SIGNING_SECRET = "InvalidSigningSecret"  # noqa: S105 the name of an error
    INVALID_SOURCES = "InvalidSources"
    INVALID_STATEMENT_SUFFIX = "InvalidStatementSuffix"
    INVALID_THREE_D_SECURE_FROM = "InvalidThreeDSecureFrom"
    INVALID_VENDOR_KEY = "InvalidVendorKey"
    KEYS_OF_TWO_ACCOUNTS = "KeysOfTwoAccounts"
    KEYS_OF_TWO_MODES = "KeysOfTwoModes"
    MISSING_PERMISSIONS = "MissingPermissions"
    NO_ACCOUNT = "NoAccount"
    NO_ROOM_FOR_WEBHOOK_ENDPOINT = "NoRoomForWebhookEndpoint"
    PAYMENTS_NEED_THE_KEYS = "PaymentsNeedTheKeys"
    PUBLISHABLE_KEY_REJECTED = "PublishableKeyRejected"
    REFUSED = "Refused"
    SALEOR_REFUSED = "SaleorRefused"
    SAVE_GIVEN_UP = "SaveGivenUp"
    SAVE_IN_PROGRESS = "SaveInProgress"
    SECRET_KEY_REJECTED = "SecretKeyRejected"  # noqa: S105 the name of an error
    STRIPE_ERROR = "StripeApiError"
    UNAVAILABLE = "Unavailable"
    UNKNOWN_CHANNEL = "UnknownChannel"
    UNKNOWN_CONFIGURATION = "UnknownConfiguration"
    UNKNOWN_RULE = "UnknownRule"
    UNKNOWN_TRANSFER = "UnknownTransfer"
    UNKNOWN_VENDOR = "UnknownVendor"
    VENDOR_CLOSED = "VendorClosed"
    VENDOR_KEY_TAKEN = "VendorKeyTaken"
    VENDORS_NEED_THE_KEYS = "VendorsNeedTheKeys"
    WRONG_ENDPOINT_URL = "WrongEndpointUrl"


FIELDS = MappingProxyType(
    {
        SettingsErrorCode.ACCOUNT_NOT_CONNECTED: "stripeAccount",
        SettingsErrorCode.ACCOUNT_PRESENT: "stripeAccount",
        SettingsErrorCode.ACCOUNT_TAKEN: "stripeAccount",
        SettingsErrorCode.COUNTRY_NEEDED: "country",
        SettingsErrorCode.ENDPOINT_NEEDED: "endpoint",
        SettingsErrorCode.ID_TAKEN: "id",
        SettingsErrorCode.INVALID_ACCOUNT: "stripeAccount",
        SettingsErrorCode.INVALID_COMMISSION: "commission",
        SettingsErrorCode.INVALID_COMPLETE_AFTER: "completeAfter",
        SettingsErrorCode.INVALID_COUNTRY: "country",
        SettingsErrorCode.INVALID_CURRENCY: "currency",
        SettingsErrorCode.INVALID_EMAIL: "email",
        SettingsErrorCode.INVALID_ID: "id",
        SettingsErrorCode.INVALID_LIMITS: "limits",
        SettingsErrorCode.INVALID_METHOD: "excludedMethods",
        SettingsErrorCode.INVALID_METHOD_CONFIGURATION: "methodConfiguration",
        SettingsErrorCode.INVALID_NAME: "name",
        SettingsErrorCode.INVALID_PUBLISHABLE_KEY: "publishableKey",
        SettingsErrorCode.INVALID_SECRET_KEY: "secretKey",
        SettingsErrorCode.INVALID_SIGNING_SECRET: "signingSecret",
        SettingsErrorCode.INVALID_SOURCES: "sources",
        SettingsErrorCode.INVALID_STATEMENT_SUFFIX: "statementSuffix",
        SettingsErrorCode.INVALID_THREE_D_SECURE_FROM: "threeDSecureFrom",
        SettingsErrorCode.INVALID_VENDOR_KEY: "key",
        SettingsErrorCode.KEYS_OF_TWO_ACCOUNTS: "publishableKey",
        SettingsErrorCode.KEYS_OF_TWO_MODES: "publishableKey",
        SettingsErrorCode.MISSING_PERMISSIONS: "secretKey",
        SettingsErrorCode.PAYMENTS_NEED_THE_KEYS: "secretKey",
        SettingsErrorCode.PUBLISHABLE_KEY_REJECTED: "publishableKey",
        SettingsErrorCode.SECRET_KEY_REJECTED: "secretKey",
        SettingsErrorCode.UNKNOWN_CHANNEL: "channelId",
        SettingsErrorCode.UNKNOWN_CONFIGURATION: "id",
        SettingsErrorCode.UNKNOWN_RULE: "key",
        SettingsErrorCode.UNKNOWN_TRANSFER: "vendor",
        SettingsErrorCode.UNKNOWN_VENDOR: "key",
        SettingsErrorCode.VENDOR_CLOSED: "key",
        SettingsErrorCode.VENDOR_KEY_TAKEN: "key",
        SettingsErrorCode.VENDORS_NEED_THE_KEYS: "secretKey",
        SettingsErrorCode.WRONG_ENDPOINT_URL: "url",
    }
)


@strawberry.type(description="One thing that is wrong. `field` names the input that it is about, if it is about one.")
class SettingsError:
    field: str | None
    code: SettingsErrorCode
    message: str


def settings_error(error: AppError, fields: dict[SettingsErrorCode, str] | None = None) -> SettingsError:
    """The error by its meaning; `fields` names inputs that a mutation calls otherwise."""
    code = _code(error)
    return SettingsError(field=(fields or {}).get(code, FIELDS.get(code)), code=code, message=str(error))


def _code(error: AppError) -> SettingsErrorCode:
    match error:
        case Declined():
            return SettingsErrorCode.STRIPE_ERROR
        case Refusal():
            known = {code.value: code for code in SettingsErrorCode}
            return known.get(error.code, SettingsErrorCode.REFUSED)
        case Unavailable():
            return SettingsErrorCode.UNAVAILABLE
    return SettingsErrorCode.SALEOR_REFUSED
