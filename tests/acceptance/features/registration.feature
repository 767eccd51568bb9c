Feature: Registering for a conference
  A registrant chooses seats, says who she is, pays, and is confirmed.

  Background:
    Given a published conference with
      | seat type                 | price  | quantity |
      | General admission         | 199.00 | 20       |
      | Additional cocktail party | 50.00  | 20       |
      | Student                   | 0.00   | 20       |

  Scenario: From the choice of seats to the confirmation
    When a registrant asks for 2 General admission and 1 Additional cocktail party
    Then her order costs 448.00
    And her order expires in about 15 minutes
    And within seconds she holds 2 General admission and 1 Additional cocktail party
    When she says who she is
    And she goes to pay
    Then the processor asks her for 448.00
    When she accepts the payment
    Then her order is confirmed
    And her order expires no more
    And everybody sees 18 General admission left
    And everybody sees 19 Additional cocktail party left
    And the organizer sees her order as paid

  Scenario: A free order needs no payment
    When a registrant asks for 1 Student
    And she says who she is
    And she goes to pay
    Then there is nothing to pay
    And her order is confirmed

  Scenario: She changes her mind about the seats
    Given a registrant who holds 5 General admission
    And everybody sees 15 General admission left
    When she asks instead for 2 General admission and 1 Additional cocktail party
    Then her order costs 448.00
    And within seconds she holds 2 General admission and 1 Additional cocktail party
    And everybody sees 18 General admission left

  Scenario: She cannot change an order that is confirmed
    Given a registrant who is confirmed for 1 General admission
    When she asks instead for 2 General admission
    Then she is told that the order is settled already

  Scenario: Asking twice is one order
    Given a registrant who asked for 2 General admission
    When she asks for 2 General admission again
    Then she gets the same answer
    And within seconds she holds 2 General admission
    And everybody sees 18 General admission left
    And the organizer sees 1 order

  Scenario: Asking twice for different seats is refused
    Given a registrant who asked for 2 General admission
    When she asks for 3 General admission again
    Then she is told that there is such an order already

  Scenario: A repetition gets its answer even when nothing is left
    Given a registrant who is confirmed for 20 General admission
    And everybody sees 0 General admission left
    When she asks for 20 General admission again
    Then she gets the same answer

  Scenario: An order that got lost has no consequences
    Given a registrant whose order got lost on its way
    Then there is no order of hers
    And she has nothing to pay for
    And the organizer sees 0 orders
    And everybody sees 20 General admission left

  Scenario: She corrects her name
    Given a registrant who is confirmed for 1 General admission
    When she changes her name to "Ada" "Lovelace"
    Then the organizer sees her as "Lovelace, Ada"

  Scenario: A conference that is not published cannot be booked
    Given an unpublished conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    When a registrant asks for 1 General admission
    Then she is told that there is no such thing

  Scenario: The seats of another conference cannot be booked
    Given another published conference with
      | seat type | price | quantity |
      | Balcony   | 20.00 | 10       |
    When a registrant asks for 1 Balcony of the other conference
    Then she is told that the request does not fit
