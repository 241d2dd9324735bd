"""A Saleor that knows just what a look asks: a transaction, and to take a report of it.

The full stand-in executes GraphQL, which costs more than the app itself. `python -m benchmarks.lean_saleor` reads
{transaction: intent} from its input, prints its address, and serves; GET / counts the reports that it took.
"""

import asyncio
import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

AMOUNTS = (
    "authorizedAmount authorizePendingAmount chargedAmount chargePendingAmount refundedAmount refundPendingAmount "
    "canceledAmount cancelPendingAmount"
).split()


class LeanSaleor:
    """Transactions that wait for their charge; reports of it and of refunds are booked as they come."""

    def __init__(self, intents: dict[str, str]) -> None:
        self.intents = intents
        self.reports: dict[str, list[dict[str, Any]]] = {}
        self.metadata: dict[str, dict[str, str]] = {}
        self.private_metadata: dict[str, dict[str, str]] = {}

    def answer(self, method: str, body: bytes) -> bytes:
        """A GraphQL answer, or the number of reports."""
        if method == "GET":
            return b"%d" % sum(map(len, self.reports.values()))
        asked = json.loads(body)
        variables = asked["variables"]
        if "transactionEventReport" in asked["query"]:
            self.reports.setdefault(variables["id"], []).append(variables)
            self._describe(variables["id"], variables.get("metadata", ()), variables.get("privateMetadata", ()))
            data: dict[str, object] = {"transactionEventReport": {"alreadyProcessed": False, "errors": []}}
        elif "updateMetadata" in asked["query"]:
            self._describe(variables["id"], variables["public"], variables["private"])
            data = {"updateMetadata": {"errors": []}, "updatePrivateMetadata": {"errors": []}}
        elif "problems" in asked["query"]:
            data = {"app": {"problems": []}}
        elif "id" in variables:  # of a transaction: those that the benchmark initialized are not kept here
            data = {"transaction": self._transaction(variables["id"]) if variables["id"] in self.intents else None}
        else:
            return b'{"errors": [{"message": "This Saleor knows transactions, reports, metadata and no problems."}]}'
        return json.dumps({"data": data}).encode()

    def _describe(self, number: str, public: Iterable[dict[str, str]], private: Iterable[dict[str, str]]) -> None:
        self.metadata.setdefault(number, {}).update((item["key"], item["value"]) for item in public)
        self.private_metadata.setdefault(number, {}).update((item["key"], item["value"]) for item in private)

    def _transaction(self, number: str) -> dict[str, object]:
        intent, reports = self.intents[number], self.reports.get(number, [])
        events = [_event("CHARGE_REQUEST", "", 42.0), _event("CHARGE_ACTION_REQUIRED", intent, 42.0)]
        events += [_event(str(r["type"]), str(r["pspReference"]), r["amount"], str(r["time"])) for r in reports]
        refunded = sum((r["amount"] for r in reports if r["type"] == "REFUND_SUCCESS"), 0.0)
        charged = sum((r["amount"] for r in reports if r["type"] == "CHARGE_SUCCESS"), 0.0) - refunded
        booked = {"chargedAmount": charged, "refundedAmount": refunded}
        return {
            "id": number,
            "pspReference": intent,
            **{name: _money(booked.get(name, 0.0)) for name in AMOUNTS},
            "actions": reports[-1]["availableActions"] if reports else [],
            "metafields": self.metadata.get(number, {}),
            "privateMetafields": self.private_metadata.get(number, {}),
            "events": events,
            "checkout": {"id": "Q2hlY2tvdXQ6MQ=="},
            "order": None,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                length = head.partition("content-length:")[2].partition("\r\n")[0]
                body = await reader.readexactly(int(length or 0))
                answer = self.answer(head.partition(" ")[0].upper(), body)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
                writer.write(b"content-length: %d\r\n\r\n%b" % (len(answer), answer))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def _money(amount: object) -> dict[str, object]:
    return {"amount": amount, "currency": "USD"}


def _event(kind: str, reference: str, amount: object, at: str | None = None) -> dict[str, object]:
    return {
        "type": kind,
        "pspReference": reference,
        "amount": _money(amount),
        "createdAt": at or datetime.now(UTC).replace(year=2026, month=1).isoformat(),
        "idempotencyKey": None,
        "message": "",
        "createdBy": {"__typename": "App"} if reference else None,
    }


async def main() -> None:
    """Read, say the address, serve."""
    saleor = LeanSaleor(json.loads(sys.stdin.read()))
    server = await asyncio.start_server(saleor.serve, "127.0.0.1", 0)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"}), flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
