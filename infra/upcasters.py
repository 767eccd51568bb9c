"""What earlier releases wrote, read as what it is called and looks like now.

A step is pure: it takes the payload of one version and gives that of the next, under its name. `serialization` applies
steps until it arrives at a name of the registry.
"""

from collections.abc import Callable
from typing import Any

Payload = dict[str, Any]
Step = Callable[[Payload], Payload]


def _payment_confirmed_is_confirmed(payload: Payload) -> Payload:
    """Only a payment could confirm an order before there were free ones; what the event says is the same."""
    return payload


UPCASTERS: dict[str, tuple[str, Step]] = {
    "registration.OrderPaymentConfirmed.v1": ("registration.OrderConfirmed.v1", _payment_confirmed_is_confirmed),
}


def upcast(type_name: str, payload: Payload) -> tuple[str, Payload]:
    """The name and payload of today. What has always been so comes back as it is."""
    while type_name in UPCASTERS:
        type_name, step = UPCASTERS[type_name]
        payload = step(payload)
    return type_name, payload
