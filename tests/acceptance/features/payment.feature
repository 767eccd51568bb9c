Feature: Paying
  Money is taken once, only for seats that are held, and only when the processor itself says so.

  Background:
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |
      | Student           | 0.00   | 20       |

  Scenario: She turns back and pays later
    Given a registrant who is about to pay for 1 General admission
    When she rejects the payment
    Then her payment is rejected
    And she still holds 1 General admission
    When she goes to pay
    Then it is another payment than before
    When she accepts the payment
    Then her order is confirmed

  Scenario: A double click starts one payment
    Given a registrant who is about to pay for 1 General admission
    When she goes to pay
    Then it is the same payment as before

  Scenario: The processor reports the payment twice
    Given a registrant who is about to pay for 1 General admission
    When she accepts the payment
    And she accepts the payment
    Then her payment is accepted
    And her order is confirmed
    And 1 seat is sold
    And everybody sees 19 General admission left

  Scenario: A payment that was accepted cannot be cancelled
    Given a registrant who is about to pay for 1 General admission
    When she accepts the payment
    And she rejects the payment
    Then she is told that the payment was accepted
    And her order is confirmed

  Scenario: A payment that was cancelled cannot be accepted
    Given a registrant who is about to pay for 1 General admission
    When she rejects the payment
    And she accepts the payment
    Then she is told that the payment was rejected
    And she still holds 1 General admission

  Scenario Outline: Nobody but the processor settles a payment
    Given a registrant who is about to pay for 1 General admission
    When somebody settles the payment <how>
    Then it is forbidden
    And her payment is initiated

    Examples:
      | how                                     |
      | without a signature                     |
      | with a wrong signature                  |
      | with an altered signature               |
      | with the signature of another payment   |

  Scenario: She must say who she is first
    Given a registrant who holds 1 General admission
    When she goes to pay
    Then she is told that the registrant is missing

  Scenario: Nobody pays for seats that are not reserved yet
    Given reservations take a while
    And a registrant who asked for 1 General admission
    And she says who she is
    When she goes to pay
    Then she is told that the reservation is pending
    When the reservations are made
    And she goes to pay
    And she accepts the payment
    Then her order is confirmed

  Scenario: A confirmed order is not paid again
    Given a registrant who is confirmed for 1 General admission
    When she goes to pay
    Then she is told that the order is settled already

  Scenario: Other seats are another payment
    Given a registrant who is about to pay for 1 General admission
    When she asks instead for 2 General admission
    And within seconds she holds 2 General admission
    And she goes to pay
    Then it is another payment than before
    And the processor asks her for 398.00
    When she accepts the payment
    Then her order is confirmed

  Scenario: Who makes her order free need not pay
    Given a registrant who is about to pay for 1 General admission
    When she asks instead for 1 Student
    And within seconds she holds 1 Student
    And she goes to pay
    Then there is nothing to pay
    And her order is confirmed
