Feature: What an order costs
  The registrant sees the total at once, before any seat is reserved.

  Background:
    Given a published conference with
      | seat type                 | price  | quantity |
      | General admission         | 199.00 | 100      |
      | CQRS Workshop             | 500.00 | 100      |
      | Additional cocktail party | 50.00  | 100      |
      | Student                   | 0.00   | 100      |
      | Keynote                   | 100.00 | 100      |

  Scenario Outline: The total is the sum of the seats
    When a registrant asks for <seats>
    Then her order costs <total>

    Examples:
      | seats                                                               | total   |
      | 1 General admission and 1 Additional cocktail party                 | 249.00  |
      | 1 General admission, 1 CQRS Workshop and 1 Additional cocktail party | 749.00  |
      | 3 General admission, 1 CQRS Workshop and 2 Additional cocktail party | 1197.00 |
      | 2 General admission, 0 CQRS Workshop and 2 Additional cocktail party | 498.00  |
      | 2 Student and 3 Keynote                                             | 300.00  |

  Scenario: Every line says what it costs
    When a registrant asks for 3 General admission and 2 Additional cocktail party
    Then the lines of her order are
      | seat type                 | unit price | quantity | line total |
      | General admission         | 199.00     | 3        | 597.00     |
      | Additional cocktail party | 50.00      | 2        | 100.00     |

  Scenario: An order of free seats is free of charge
    When a registrant asks for 1 Student
    Then her order costs 0.00
    And her order is free of charge

  Scenario: A price that was given holds
    Given a registrant who holds 1 Keynote
    When the organizer changes the price of Keynote to 150.00
    And everybody sees Keynote at 150.00
    Then her order costs 100.00
    But an order of somebody else for 1 Keynote costs 150.00
