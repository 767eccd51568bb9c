Feature: Finding an order again
  By the registrant's e-mail address and the access code of the order.

  Background:
    Given a published conference with
      | seat type         | price  | quantity |
      | General admission | 199.00 | 20       |

  Scenario: In any letter case
    Given a registrant "Rita.Registrant@Example.COM" who is confirmed for 1 General admission
    Then she finds her order as "rita.registrant@example.com"
    And she finds her order as "RITA.REGISTRANT@EXAMPLE.COM"
    And she finds her order with her access code in small letters

  Scenario: Before it is paid
    Given a registrant who holds 1 General admission
    When she says who she is
    Then she finds her order by her e-mail address and access code

  Scenario: Not with the code of somebody else
    Given a registrant who is confirmed for 1 General admission
    And somebody else is confirmed for 1 General admission
    Then she finds nothing with the other's access code
    And nobody finds her order with a wrong e-mail address

  Scenario: Guessing is slowed down
    Given a registrant who is confirmed for 1 General admission
    When somebody tries 10 wrong access codes for her e-mail address
    Then further tries for her e-mail address are refused for a while
