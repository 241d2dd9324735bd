"""What can be made to go wrong on the wire, one call or several: at Saleor's own API, and with calls to apps."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum


class Gate:
    """Holds a call at a point until it is let through, so that a test decides what happens meanwhile."""

    def __init__(self) -> None:
        self._reached = asyncio.Event()
        self._open = asyncio.Event()

    async def wait(self) -> None:
        self._reached.set()
        await self._open.wait()

    async def reached(self) -> None:
        """Wait until a call stands at the gate."""
        await self._reached.wait()

    def open(self) -> None:
        self._open.set()


class ApiFailure(StrEnum):
    LOST_BEFORE = "lost-before"
    """The connection breaks before Saleor has done anything."""
    LOST_AFTER = "lost-after"
    """Saleor has done its work, then the connection breaks."""
    STATUS = "status"
    """An HTTP status such as 503 from whatever stands before Saleor; nothing is done."""
    SLOW = "slow"
    """Done, but only after `seconds`, or once the gate opens."""


class DeliveryFailure(StrEnum):
    ANSWER_LOST = "answer-lost"
    """The app got the call and did its work; Saleor gave up waiting."""
    UNREACHABLE = "unreachable"
    """The app never got the call."""
    HELD = "held"
    """The app has answered, and Saleor takes the answer only once the gate opens."""


@dataclass(slots=True)
class ApiFault:
    """For calls of Saleor's API whose operation is named `operation` (None: any)."""

    failure: ApiFailure
    operation: str | None = None
    times: int = 1
    status: int = 503
    seconds: float = 0.0
    gate: Gate | None = None


@dataclass(slots=True)
class DeliveryFault:
    """For webhooks of the event `event`, "transaction_charge_requested" for one (None: any)."""

    failure: DeliveryFailure
    event: str | None = None
    times: int = 1
    gate: Gate | None = None


@dataclass(slots=True)
class Faults:
    """Faults still to happen, used up one by one in the order they were added."""

    api: list[ApiFault] = field(default_factory=list)
    deliveries: list[DeliveryFault] = field(default_factory=list)

    def add(self, fault: ApiFault | DeliveryFault) -> None:
        if isinstance(fault, ApiFault):
            self.api.append(fault)
        else:
            self.deliveries.append(fault)

    def clear(self) -> None:
        self.api.clear()
        self.deliveries.clear()

    def for_operation(self, operation: str | None) -> ApiFault | None:
        found = next((fault for fault in self.api if fault.operation in {None, operation}), None)
        if found is not None:
            found.times -= 1
            self.api = [fault for fault in self.api if fault.times > 0]
        return found

    def for_event(self, event: str | None) -> DeliveryFault | None:
        found = next((fault for fault in self.deliveries if fault.event in {None, event}), None)
        if found is not None:
            found.times -= 1
            self.deliveries = [fault for fault in self.deliveries if fault.times > 0]
        return found
