"""Workers on stores in memory, and registrants at one published conference."""

import pytest

from domain.registration.use_cases import Registration
from tests.support.backend import Backend
from tests.support.catalogue import PublishedConference
from tests.support.seals import LegibleSealer


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def catalogue() -> PublishedConference:
    return PublishedConference()


@pytest.fixture
def sealer() -> LegibleSealer:
    return LegibleSealer()


@pytest.fixture
def registration(backend: Backend, catalogue: PublishedConference, sealer: LegibleSealer) -> Registration:
    return Registration(backend.worker(), backend.events, backend.bus, catalogue, sealer)
