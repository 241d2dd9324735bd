"""Routes under /_sandbox/ that do what a shop's staff, a beat or a bad day would do; every body and answer is JSON."""

from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saleor_stripe_app.sandbox.saleor import actions, purchases, tokens
from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.courier import Courier
from saleor_stripe_app.sandbox.saleor.deliveries import Reply, Sent
from saleor_stripe_app.sandbox.saleor.errors import SaleorError
from saleor_stripe_app.sandbox.saleor.faults import ApiFailure, ApiFault, DeliveryFailure, DeliveryFault
from saleor_stripe_app.sandbox.saleor.installations import InstallationFailed
from saleor_stripe_app.sandbox.saleor.manifest_rules import ManifestRefused
from saleor_stripe_app.sandbox.saleor.orders import Order
from saleor_stripe_app.sandbox.saleor.purchases import Item
from saleor_stripe_app.sandbox.saleor.requestor import Requestor
from saleor_stripe_app.sandbox.saleor.saleor import Saleor, transaction_id
from saleor_stripe_app.sandbox.saleor.shop import User
from saleor_stripe_app.sandbox.saleor.signing import SigningKey
from saleor_stripe_app.sandbox.saleor.transactions import Transaction

Action = Callable[[Courier, Mapping[str, Any]], Awaitable[object]]


def routes(courier: Courier) -> list[Route]:
    """One route per verb and noun; a refusal of Saleor's is a 400 with its words."""
    table: list[tuple[str, str, Action]] = [
        ("GET", "state", _state),
        ("GET", "deliveries", _deliveries),
        ("POST", "apps", _install),
        ("DELETE", "apps", _uninstall),
        ("POST", "checkouts", _checkout),
        ("POST", "orders", _order),
        ("POST", "users", _user),
        ("POST", "tokens", _token),
        ("POST", "actions", _action),
        ("POST", "work", _work),
        ("POST", "faults", _fault),
        ("DELETE", "faults", _no_faults),
        ("POST", "keys", _rotate),
    ]
    return [Route(f"/_sandbox/{noun}", _endpoint(courier, action), methods=[verb]) for verb, noun, action in table]


def _endpoint(courier: Courier, action: Action) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            given = await request.json() if await request.body() else {}
            return JSONResponse(await action(courier, {**request.query_params, **given}))
        except (SaleorError, ManifestRefused, InstallationFailed, LookupError, ValueError, ArithmeticError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)

    return endpoint


async def _install(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"manifestUrl": …}"""
    app = await courier.install(given["manifestUrl"])
    return {"id": app.id, "identifier": app.identifier, "name": app.name}


async def _uninstall(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"identifier": …}"""
    app = courier.saleor.app_by_identifier(given["identifier"])
    if app is None:
        raise LookupError(f"no app {given['identifier']} is installed")
    await courier.uninstall(app)
    return {"id": app.id}


def _items(given: Mapping[str, Any]) -> list[Item]:
    if "amount" in given:
        return [Item("Monospace Tee", Decimal(str(given["amount"])), sku="328223580")]
    return [
        Item(item["name"], Decimal(str(item["price"])), int(item.get("quantity", 1)), item.get("sku"))
        for item in given["items"]
    ]


async def _checkout(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"channel": slug, "amount": … or "items": [{name, price, quantity, sku}], "email": …, or "user": email}"""
    checkout = purchases.create_checkout(
        courier.saleor,
        _items(given),
        channel=given.get("channel", "default-channel"),
        email=given.get("email", "guest@example.com"),
        user=_named(courier, given["user"]) if "user" in given else None,
        metadata=given.get("metadata"),
    )
    return _purchase(checkout)


async def _order(courier: Courier, given: Mapping[str, Any]) -> object:
    """As for a checkout; or {"checkout": id} to complete one."""
    if "checkout" in given:
        checkout = courier.saleor.purchase(given["checkout"])
        return _purchase(purchases.complete_checkout(courier.saleor, checkout.token))
    order = purchases.create_order(courier.saleor, _items(given), channel=given.get("channel", "default-channel"))
    return _purchase(order)


async def _user(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"email": …, "isStaff": bool, "permissions": [...]}"""
    user = courier.saleor.add_user(
        given["email"], is_staff=bool(given.get("isStaff")), permissions=given.get("permissions", ())
    )
    return {"id": user.id, "email": user.email}


def _named(courier: Courier, email: str) -> User:
    user = next((user for user in courier.saleor.users if user.email == email), None)
    if user is None:
        raise LookupError(f"no user {email}")
    return user


async def _token(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"user": email, "app": identifier}: the Dashboard's token for the app's pages; without app a login token."""
    saleor = courier.saleor
    user = _named(courier, given["user"])
    if "app" not in given:
        return {"token": tokens.access_token(saleor.key, saleor.api_url, user, saleor.now())}
    app = saleor.app_by_identifier(given["app"])
    if app is None:
        raise LookupError(f"no app {given['app']} is installed")
    return {"token": tokens.staff_token(saleor.key, saleor.api_url, app, user, saleor.now()), "app": app.id}


async def _action(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"transaction": id, "action": "CHARGE" | "REFUND" | "CANCEL", "amount": …, "reason": …}, as staff."""
    transaction = actions.request_action(
        courier.saleor,
        given["transaction"],
        given["action"],
        by=_staff(courier.saleor),
        amount=Decimal(str(given["amount"])) if given.get("amount") is not None else None,
        refund_reason=given.get("reason"),
    )
    await courier.work()
    return _transaction(transaction)


def _staff(saleor: Saleor) -> Requestor:
    """One member of staff who may do everything, made when first needed."""
    email = "staff@sandbox.example"
    user = next((user for user in saleor.users if user.email == email), None)
    return Requestor.of_user(user or saleor.add_user(email, is_staff=True, permissions=sorted(saleor.permissions())))


async def _work(courier: Courier, _: Mapping[str, Any]) -> object:
    """Do the jobs that are due."""
    return {"done": await courier.work(), "waiting": len(courier.saleor.jobs.waiting)}


async def _fault(courier: Courier, given: Mapping[str, Any]) -> object:
    """{"at": "api" | "delivery", "failure": …, "operation" | "event": …, "times": n, "status": …, "seconds": …}"""
    times = int(given.get("times", 1))
    if given.get("at") == "api":
        courier.faults.add(
            ApiFault(
                ApiFailure(given["failure"]),
                given.get("operation"),
                times,
                int(given.get("status", 503)),
                float(given.get("seconds", 0)),
            )
        )
    else:
        courier.faults.add(DeliveryFault(DeliveryFailure(given["failure"]), given.get("event"), times))
    return {"faults": len(courier.faults.api) + len(courier.faults.deliveries)}


async def _no_faults(courier: Courier, _: Mapping[str, Any]) -> object:
    courier.faults.clear()
    return {"faults": 0}


async def _rotate(courier: Courier, _: Mapping[str, Any]) -> object:
    """A new key: the key set shows it alone, and everything from now on is signed with it."""
    courier.saleor.key = SigningKey.generate()
    return {"kid": courier.saleor.key.kid}


async def _state(courier: Courier, _: Mapping[str, Any]) -> object:
    saleor = courier.saleor
    return {
        "version": saleor.version,
        "apiUrl": saleor.api_url,
        "apps": [{"id": app.id, "identifier": app.identifier, "alive": app.alive} for app in saleor.apps],
        "checkouts": [_purchase(checkout) for checkout in saleor.checkouts.values()],
        "orders": [_purchase(order) for order in saleor.orders.values()],
        "transactions": [_transaction(transaction) for transaction in saleor.transactions.values()],
        "problems": _problems(saleor),
    }


def _problems(saleor: Saleor) -> list[dict[str, object]]:
    return [
        {"app": app.identifier, "key": p.key, "message": p.message, "count": p.count, "dismissed": bool(p.dismissed)}
        for app in saleor.apps
        for p in app.problem_list
    ]


async def _deliveries(courier: Courier, _: Mapping[str, Any]) -> object:
    return [_sent(sent) for sent in courier.saleor.sent]


def _sent(sent: Sent) -> dict[str, object]:
    outcome = sent.outcome
    replied = isinstance(outcome, Reply)
    return {
        "at": sent.at.isoformat(),
        "method": sent.call.method,
        "url": sent.call.url,
        "event": sent.call.event,
        "status": outcome.status if isinstance(outcome, Reply) else None,
        "outcome": outcome.body.decode(errors="replace") if isinstance(outcome, Reply) else outcome.reason,
        "replied": replied,
    }


def _purchase(purchase: Checkout | Order) -> dict[str, object]:
    return {
        "id": purchase.id,
        "total": str(purchase.payable.gross.amount),
        "currency": purchase.currency,
        "chargeStatus": purchase.charge_status,
        "authorizeStatus": purchase.authorize_status,
    }


def _transaction(transaction: Transaction) -> dict[str, object]:
    amounts = transaction.amounts
    return {
        "id": transaction_id(transaction),
        "pspReference": transaction.psp_reference,
        "currency": transaction.currency,
        "authorized": str(amounts.authorized),
        "authorizePending": str(amounts.authorize_pending),
        "charged": str(amounts.charged),
        "chargePending": str(amounts.charge_pending),
        "refunded": str(amounts.refunded),
        "refundPending": str(amounts.refund_pending),
        "canceled": str(amounts.canceled),
        "cancelPending": str(amounts.cancel_pending),
        "events": [
            {
                "type": event.type.value,
                "pspReference": event.psp_reference,
                "amount": str(event.amount),
                "message": event.message,
                "counted": event.counted,
            }
            for event in transaction.events
        ],
    }
