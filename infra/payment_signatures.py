"""The signature in a payment's URL, which the processor sends back with its callback."""

import hmac
from uuid import UUID

from infra.keyed_hash import KeyedHash


class PaymentSignatures:
    """A keyed hash of the payment's id: who did not get the URL from us cannot settle the payment."""

    def __init__(self, hashed: KeyedHash) -> None:
        self._hashed = hashed

    def sign(self, payment_id: UUID) -> str:
        """The signature of a payment."""
        return self._hashed("payment", str(payment_id))

    def verify(self, payment_id: UUID, signature: str) -> bool:
        """Whether it is the payment's own; takes the same time whichever character is wrong."""
        return hmac.compare_digest(self.sign(payment_id).encode(), signature.encode("utf-8", "replace"))
