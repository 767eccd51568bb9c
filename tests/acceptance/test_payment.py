"""Paying."""

from __future__ import annotations

from pytest_bdd import parsers, scenarios, then, when

from tests.acceptance.scene import Scene
from tests.support.conferences import GENERAL
from tests.support.registrants import Registrant

scenarios("features/payment.feature")


@then("it is another payment than before")
def another_payment(scene: Scene) -> None:
    scene.told().expect(201)
    assert scene.registrant.payment_id != scene.earlier_payment_id


@then("it is the same payment as before")
def the_same_payment(scene: Scene) -> None:
    scene.told().expect(201)
    assert scene.registrant.payment_id == scene.earlier_payment_id


@when(parsers.re(r"somebody settles the payment (?P<how>with.+)"))
def somebody_settles_the_payment(scene: Scene, how: str) -> None:
    she = scene.registrant
    signature = {
        "without a signature": None,
        "with a wrong signature": "0" * 64,
        "with an altered signature": she.signature[:-1] + ("0" if she.signature[-1] != "0" else "1"),
        "with the signature of another payment": _signature_of_somebody_else(scene),
    }[how]
    scene.api.cancel_payment(she.payment_id, signature).refused(403, "payment-signature")
    scene.answer = scene.api.complete_payment(she.payment_id, signature)


def _signature_of_somebody_else(scene: Scene) -> str:
    somebody = Registrant(scene.conference)
    somebody.comes_to_pay({GENERAL: 1})
    return somebody.signature


@then("it is forbidden")
def it_is_forbidden(scene: Scene) -> None:
    scene.told().refused(403, "payment-signature")
