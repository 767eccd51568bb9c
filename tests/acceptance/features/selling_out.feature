Feature: Selling out
  No seat is sold twice, however many want it at the same time, and none is withheld.

  Scenario: Twenty registrants want the last ten seats
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 10       |
    When 20 registrants register for 1 General admission at the same time
    Then 10 of them are confirmed
    And the others are told that not enough seats are left
    And 10 seats are sold
    And nothing is left

  Scenario: Everybody gets what is left when her turn comes
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 4        |
    And reservations take a while
    When 4 registrants ask for 2 General admission at the same time
    And the reservations are made
    Then 2 of them hold 2 General admission
    And 2 of them are partially reserved and hold nothing

  Scenario: Two hundred registrants want two of two hundred seats each
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 200      |
    When 200 registrants ask for 2 General admission at the same time
    Then 100 of them hold 2 General admission
    And 100 of them are partially reserved
    And no more is held than there is

  Scenario: The scarcer kind of seat decides
    Given a published conference with
      | seat type         | price  | quantity |
      | CQRS Workshop     | 500.00 | 200      |
      | General admission | 199.00 | 100      |
    When 200 registrants ask for 1 CQRS Workshop and 2 General admission at the same time
    Then 50 of them hold 1 CQRS Workshop and 2 General admission
    And 150 of them are partially reserved
    And no more is held than there is

  Scenario: She is offered what is left
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And reservations take a while
    When a registrant asks for 18 General admission
    And then another one asks for 3 General admission
    And the reservations are made
    Then the first one holds 18 General admission
    And the other one is partially reserved
    And she holds 2 General admission
    And her order costs 398.00
    When she goes to pay
    Then she is told that only a part could be reserved
    When she asks instead for 2 General admission
    And she pays
    Then her order is confirmed

  Scenario: She is told at once when too few are known to be left
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
    And somebody is confirmed for 18 General admission
    And everybody sees 2 General admission left
    When a registrant asks for 3 General admission
    Then she is told that not enough seats are left
    And she is told that 2 General admission are left
    And there is no order of hers

  Scenario: Nobody is offered a seat that somebody else is paying for
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 1        |
    And a registrant who is about to pay for 1 General admission
    And everybody sees 0 General admission left
    When somebody else asks for 1 General admission
    Then she is told that not enough seats are left
