"""The signature in a payment's URL, which the processor sends back with its callback."""

import hashlib
import hmac
from uuid import UUID


class PaymentSignatures:
    """HMAC-SHA256 over the payment's id, in hex: who did not get the URL from us cannot settle the payment."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, payment_id: UUID) -> str:
        """The signature of a payment."""
        return hmac.new(self._secret, f"payment:{payment_id}".encode(), hashlib.sha256).hexdigest()

    def verify(self, payment_id: UUID, signature: str) -> bool:
        """Whether it is the payment's own; takes the same time whichever character is wrong."""
        return hmac.compare_digest(self.sign(payment_id).encode(), signature.encode("utf-8", "replace"))
