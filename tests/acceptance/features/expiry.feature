Feature: Orders that are not paid in time
  A reservation lasts fifteen minutes, and a payment under way fourteen more; here it is seconds.

  Background:
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 4        |

  Scenario: Nobody pays
    Given a registrant who holds 3 General admission
    And everybody sees 1 General admission left
    When her time is up
    Then her order is expired
    And everybody sees 4 General admission left
    And the organizer sees her order as expired
    And 0 seats are sold

  Scenario: An expired order can no longer be changed or paid
    Given a registrant who is about to pay for 3 General admission
    When her time is up
    Then her order is expired
    And her payment is rejected
    When she accepts the payment
    Then she is told that the payment was rejected
    When she goes to pay
    Then she is told that the order has expired
    When she asks instead for 1 General admission
    Then she is told that the order has expired
    When she says who she is
    Then she is told that the order has expired

  Scenario: An expired order is not found by its access code
    Given a registrant who is about to pay for 1 General admission
    Then she finds her order by her e-mail address and access code
    When her time is up
    Then her order is expired
    And she no longer finds her order by her e-mail address and access code

  Scenario: The money comes after expiry, and the seats can be had again
    Given a registrant who is about to pay for 3 General admission
    And what happens to her payment takes a while
    When her time is up
    Then her order is expired
    When she accepts the payment
    Then her order becomes confirmed
    And 3 seats are sold
    And everybody sees 1 General admission left
    And nobody is owed a refund

  Scenario: The money comes after expiry, and the seats are gone
    Given a registrant who is about to pay for 3 General admission
    And what happens to her payment takes a while
    When her time is up
    Then her order is expired
    When everybody sees 4 General admission left
    And somebody else is confirmed for 2 General admission
    And she accepts the payment
    Then the organizer sees that she is owed a refund
    And she sees it herself
    And her order is expired
    And 2 seats are sold
    And everybody sees 2 General admission left
    And she finds her order by her e-mail address and access code
    When she goes to pay
    Then she is told that the order has expired

  Scenario: The processor reports twice that the money came after expiry, and the seats are gone
    Given a registrant who is about to pay for 3 General admission
    And what happens to her payment takes a while
    When her time is up
    Then her order is expired
    When everybody sees 4 General admission left
    And somebody else is confirmed for 2 General admission
    And she accepts the payment
    And she accepts the payment
    Then the organizer sees that she is owed a refund
    When the organizer sees that she is owed a refund
    And she accepts the payment
    And everything has come to its end
    Then she is owed one refund of 597.00
    And 2 seats are sold
    And everybody sees 2 General admission left

  Scenario: The processor reports twice that the money came after expiry, and the seats can be had again
    Given a registrant who is about to pay for 3 General admission
    And what happens to her payment takes a while
    When her time is up
    Then her order is expired
    When she accepts the payment
    And she accepts the payment
    Then her order becomes confirmed
    When everything has come to its end
    Then 3 seats are sold
    And everybody sees 1 General admission left
    And nobody is owed a refund

  Scenario: She turns back at the processor after expiry
    Given a registrant who is about to pay for 3 General admission
    And what happens to her payment takes a while
    When her time is up
    Then her order is expired
    When she rejects the payment
    Then her payment is rejected
    When everything has come to its end
    Then her order is expired
    And the organizer sees her order as expired
    And 0 seats are sold
    And everybody sees 4 General admission left
    And nobody is owed a refund
