"""A registrant who reads German: all texts, money and dates, from the conference to her ticket."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.api import Api
from tests.support.conferences import COCKTAIL, GENERAL, OrganizedConference
from tests.support.registrants import person
from tests.support.visitor import NewVisitor, Visitor

DAYS = "2.\u20133. Mai 2027"
UNBREAKABLE_SPACE = "[\u00a0\u202f]"


@pytest.fixture
def conference(api: Api) -> OrganizedConference:
    return OrganizedConference.published(api, {GENERAL: 1000, COCKTAIL: 5})


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody whose computer speaks German."""
    return new_visitor(locale="de-DE")


def test_she_registers_in_german(visitor: Visitor, conference: OrganizedConference) -> None:
    visitor.opens(f"/conferences/{conference.code}")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    expect(visitor.page.locator("main")).to_contain_text(DAYS)
    expect(visitor.page.locator("main")).to_contain_text("1.000 Plätze frei")
    expect(visitor.page.locator("main")).to_contain_text("Nur noch 5 Plätze frei")
    visitor.chooses({GENERAL: 6, COCKTAIL: 1})
    expect(visitor.page.locator("#total")).to_have_text(money("1.244,00"))
    visitor.presses("Weiter")

    visitor.sees("Fast geschafft")
    visitor.reads("Ihre Plätze sind reserviert.")
    expect(visitor.page.locator("#order-total")).to_have_text(money("1.244,00"))
    visitor.says_who_she_is(person("Rita", email="rita"))
    visitor.presses("Weiter zur Zahlung")
    expect(visitor.page.locator("#email-fault")).to_have_text("Das ist keine E-Mail-Adresse wie ada@example.com.")
    visitor.says_who_she_is(person("Rita"))
    visitor.presses("Weiter zur Zahlung")

    visitor.sees("Bestätigen Sie Ihre Zahlung")
    expect(visitor.page.locator("#payment-amount")).to_have_text(money("1.244,00"))
    visitor.presses("Zahlung ablehnen")
    visitor.sees("Fast geschafft")
    visitor.reads("Die Zahlung kam nicht zustande")
    visitor.presses("Weiter zur Zahlung")
    visitor.sees("Bestätigen Sie Ihre Zahlung")
    visitor.presses("Zahlung annehmen")

    visitor.sees("Bis bald, Rita!")
    visitor.follows("Plätze vergeben")
    visitor.sees("Wer sitzt wo?")
    visitor.presses("Ich nehme den ersten freien Platz")
    visitor.page.locator("#seat-0").get_by_role("button", name="Speichern", exact=True).click()
    expect(visitor.page.locator("#assigned")).to_have_text("1 von 7 Plätzen vergeben")
    expect(visitor.page.locator(".print-ticket").first).to_contain_text(f"{DAYS}, Redmond")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")


def test_the_language_can_be_chosen_at_any_step_and_is_remembered(
    new_visitor: NewVisitor, conference: OrganizedConference
) -> None:
    visitor = new_visitor()
    visitor.asks_for(conference.code, {GENERAL: 1})
    visitor.says_who_she_is(person("Rita"))
    visitor.speaks("de")
    visitor.sees("Fast geschafft")
    expect(visitor.page.locator("#firstName")).to_have_value("Rita")
    expect(visitor.page.locator("#order-total")).to_have_text(money("199,00"))
    visitor.reloads()
    visitor.sees("Fast geschafft")
    expect(visitor.page.locator("html")).to_have_attribute("lang", "de")
    visitor.speaks("en")
    visitor.sees("Almost there")
    expect(visitor.page.locator("#order-total")).to_have_text("$199.00")


def money(amount: str) -> re.Pattern[str]:
    """Dollars as Germans write them, with a space that does not break."""
    return re.compile(f"^{re.escape(amount)}{UNBREAKABLE_SPACE}\\$$")
