Feature: Managing a conference
  An organizer decides what is offered, and sees who comes.

  Scenario: From the first word to the first seat
    When an organizer creates a conference
    Then she gets an access code and a token
    And nobody else sees the conference
    When she offers 20 General admission at 199.00
    Then nobody else sees the conference
    When she publishes the conference
    Then everybody sees the conference
    And everybody sees 20 General admission left

  Scenario: She signs in again
    Given an organizer with a conference
    Then she signs in with her e-mail address and access code, in any letter case
    But nobody signs in with her e-mail address and a wrong access code

  Scenario: Every address is taken once
    Given an organizer with a conference
    When another organizer creates a conference with the same address in capital letters
    Then she is told that the address is taken

  Scenario: She says something else about the conference
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    When she changes its name to "Event sourcing summit"
    Then everybody sees its name as "Event sourcing summit"

  Scenario: She offers more and fewer seats
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And somebody is confirmed for 5 General admission
    When she changes the quantity of General admission to 25
    Then everybody sees 20 General admission left
    When she changes the quantity of General admission to 10
    Then everybody sees 5 General admission left

  Scenario: Seats that are sold are never taken away
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And somebody is confirmed for 15 General admission
    When she changes the quantity of General admission to 10
    Then everybody sees 0 General admission left
    And 15 seats are sold
    When she changes the quantity of General admission to 18
    Then everybody sees 3 General admission left

  Scenario: Another kind of seat after publication
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    When she offers 10 CQRS Workshop at 500.00
    Then everybody sees 10 CQRS Workshop left
    And a registrant is confirmed for 1 General admission and 1 CQRS Workshop

  Scenario: Taken off the site
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And a registrant who is about to pay for 1 General admission
    When she unpublishes the conference
    Then nobody else sees the conference
    And nobody can book it
    But who has an order already can pay for it
    When she publishes the conference
    Then everybody sees the conference
    And everybody sees 19 General admission left

  Scenario: A kind of seat is withdrawn before publication
    Given an organizer with a conference
    And she offers 20 General admission at 199.00
    And she offers 10 CQRS Workshop at 500.00
    When she withdraws CQRS Workshop
    And she publishes the conference
    Then only General admission is on offer

  Scenario: A kind of seat is never withdrawn after publication
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    When she withdraws General admission
    Then she is told that the seats were published
    When she unpublishes the conference
    And she withdraws General admission
    Then she is told that the seats were published

  Scenario: She sees who comes, page by page
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    When 5 registrants register for 1 General admission, one after another
    Then she sees their 5 orders in pages of 2, newest first

  Scenario Outline: Nobody else manages her conference
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    Then with <credentials> nobody can read, change, publish or unpublish it, or see its orders

    Examples:
      | credentials                      |
      | no token                         |
      | a made-up token                  |
      | the token of another conference  |

  Scenario: The seats of another conference are out of reach
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And another published conference with
      | seat type | price | quantity |
      | Balcony   | 20.00 | 10       |
    Then with her own token she can neither change nor withdraw the other's seats

  Scenario: Guessing access codes is slowed down
    Given an organizer with a conference
    When somebody tries 10 wrong access codes to sign in as her
    Then further tries to sign in as her are refused for a while
