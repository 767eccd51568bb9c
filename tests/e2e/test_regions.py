"""Readers of English outside of the United States."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.visitor import NewVisitor


@pytest.fixture(scope="module")
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 5})


@pytest.mark.parametrize(("region", "price"), [("en-US", "$199.00"), ("en-CA", "US$199.00"), ("en-AU", "USD 199.00")])
def test_us_dollars_are_not_taken_for_dollars_of_her_own(
    new_visitor: NewVisitor, conference: OrganizedConference, region: str, price: str
) -> None:
    visitor = new_visitor(locale=region)
    visitor.opens(f"/conferences/{conference.code}")
    expect(visitor.page.locator(".seat-row__price")).to_have_text(price)
