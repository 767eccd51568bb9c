"""What Cosmos DB refuses, as exceptions that know their HTTP status.

    CosmosError
    |- NotModified           304
    |- BadRequest            400
    |  `- NotSupported       400, for what Azure can do and this server cannot
    |- Unauthorized          401
    |- Forbidden             403
    |- NotFound              404
    |- Conflict              409
    |- PreconditionFailed    412
    |- TooLarge              413
    |- TooManyRequests       429
    `- Unavailable           503
       `- StorageFailed      503

Source: https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
"""

from __future__ import annotations

from typing import ClassVar


class CosmosError(Exception):
    """A refusal: `status` and `code` by class, `substatus` where a client tells faults apart by it."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "InternalServerError"
    standard_message: ClassVar[str] = "The server failed."

    def __init__(self, message: str = "", substatus: int = 0) -> None:
        super().__init__(message or self.standard_message)
        self.substatus = substatus


class NotModified(CosmosError):
    status = 304
    code = "NotModified"
    standard_message = "The item is unchanged."

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


class BadRequest(CosmosError):
    status = 400
    code = "BadRequest"
    standard_message = "The request is malformed."


class NotSupported(BadRequest):
    """Azure can do this; the local Cosmos cannot. The message names what, so nobody has to guess."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported by the local Cosmos DB.")


class Unauthorized(CosmosError):
    status = 401
    code = "Unauthorized"
    standard_message = (
        "The input authorization token can't serve the request. "
        "Check that the client uses the account key this server was started with (--key)."
    )


class Forbidden(CosmosError):
    status = 403
    code = "Forbidden"
    standard_message = (
        "The authorization token is not valid at the current time: x-ms-date may be 15 minutes off at most. "
        "Set the clock of the client right."
    )


class NotFound(CosmosError):
    status = 404
    code = "NotFound"
    standard_message = "Entity with the specified id does not exist in the system."


class Conflict(CosmosError):
    status = 409
    code = "Conflict"
    standard_message = "Entity with the specified id already exists in the system."


class PreconditionFailed(CosmosError):
    status = 412
    code = "PreconditionFailed"
    standard_message = "One of the specified pre-condition is not met."


class TooLarge(CosmosError):
    status = 413
    code = "RequestEntityTooLarge"
    standard_message = "Request size is too large: an item or a batch may have 2 MiB at most."


class TooManyRequests(CosmosError):
    status = 429
    code = "TooManyRequests"
    standard_message = "The request rate is too large. Retry after the time in x-ms-retry-after-ms."

    def __init__(self, retry_after_ms: int) -> None:
        super().__init__(substatus=3200)
        self.retry_after_ms = retry_after_ms


class Unavailable(CosmosError):
    status = 503
    code = "ServiceUnavailable"
    standard_message = "The service is currently unavailable. Nothing of the request was done; retry it."


class StorageFailed(Unavailable):
    standard_message = "The database file could not be written; nothing of the request was stored."
