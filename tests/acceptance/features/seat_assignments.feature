Feature: Who sits where
  The seats of a confirmed order are assigned to attendees, one by one.

  Background:
    Given a published conference with
      | seat type                 | price  | quantity |
      | General admission         | 199.00 | 20       |
      | Additional cocktail party | 50.00  | 20       |

  Scenario: A confirmed order has a seat for each it paid for
    Given a registrant who is confirmed for 2 General admission and 1 Additional cocktail party
    Then her seats are
      | position | seat type                 | attendee |
      | 0        | General admission         |          |
      | 1        | General admission         |          |
      | 2        | Additional cocktail party |          |

  Scenario: Assigning, correcting, reassigning and unassigning
    Given a registrant who is confirmed for 2 General admission
    When she assigns seat 0 to "Ada" "Lovelace" <ada@example.com>
    And she assigns seat 1 to "Grace" "Hopper" <grace@example.com>
    Then her seats are
      | position | seat type         | attendee                         |
      | 0        | General admission | Ada Lovelace <ada@example.com>   |
      | 1        | General admission | Grace Hopper <grace@example.com> |
    And the organizer sees the attendees of her order
      | position | seat type         | attendee                         |
      | 0        | General admission | Ada Lovelace <ada@example.com>   |
      | 1        | General admission | Grace Hopper <grace@example.com> |
    When she assigns seat 0 to "Ada" "King" <ADA@example.com>
    And she assigns seat 1 to "Alan" "Turing" <alan@example.com>
    Then her seats are
      | position | seat type         | attendee                       |
      | 0        | General admission | Ada King <ADA@example.com>     |
      | 1        | General admission | Alan Turing <alan@example.com> |
    When she unassigns seat 1
    Then her seats are
      | position | seat type         | attendee                   |
      | 0        | General admission | Ada King <ADA@example.com> |
      | 1        | General admission |                            |

  Scenario: There is no seat beyond the last
    Given a registrant who is confirmed for 1 General admission
    When she assigns seat 1 to "Ada" "Lovelace" <ada@example.com>
    Then she is told that there is no such thing
    When she unassigns seat 1
    Then she is told that there is no such thing

  Scenario: An order that is not confirmed has no seats to assign
    Given a registrant who holds 1 General admission
    Then she has no seats to assign
    When she assigns seat 0 to "Ada" "Lovelace" <ada@example.com>
    Then she is told that there is no such thing
