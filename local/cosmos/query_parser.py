"""Reads a query into its tree, by recursive descent: one method per level of precedence.

Source: https://learn.microsoft.com/azure/cosmos-db/nosql/query/
"""

from __future__ import annotations

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_ast import (
    Between,
    Binary,
    Call,
    Column,
    Expression,
    InList,
    Like,
    Literal,
    Logical,
    OrderTerm,
    Parameter,
    Path,
    Query,
    Unary,
)
from local.cosmos.query_lexer import Token, TokenKind, TokenReader

_AFTER_SOURCE = {"WHERE", "ORDER", "OFFSET", "GROUP", "JOIN", "IN"}
_CONSTANTS: dict[str, bool | None] = {"TRUE": True, "FALSE": False, "NULL": None}
_COMPARISONS = ("=", "!=", "<>", "<", ">", "<=", ">=")


def parse_query(text: str) -> Query:
    """The tree of a SELECT. Raises `BadRequest` that shows where reading stopped, or `NotSupported`."""
    return _Parser(text).query()


def parse_condition(text: str) -> Expression:
    """The condition of a conditional patch, `from c where <condition>`."""
    condition = _Parser(f"SELECT * {text}").query().where
    if condition is None:
        raise BadRequest(f"The patch condition has no WHERE: '{text}'.")
    return condition


class _Parser(TokenReader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._alias = self._find_alias()

    def query(self) -> Query:
        self._expect_keyword("SELECT")
        if self._keyword("DISTINCT"):
            raise NotSupported("DISTINCT")
        limit = self._count() if self._keyword("TOP") else None
        value_only = bool(self._keyword("VALUE"))
        columns = self._columns()
        self._source()
        where = self._expression() if self._keyword("WHERE") else None
        if self._keyword("GROUP"):
            raise NotSupported("GROUP BY")
        order_by = self._order_by() if self._keyword("ORDER") else ()
        offset = None
        if self._keyword("OFFSET"):
            offset = self._count()
            self._expect_keyword("LIMIT")
            limit = self._count()
        if self._next.kind is not TokenKind.END:
            raise self._syntax_error()
        return Query(columns, value_only, where, order_by, offset, limit)

    # The clauses

    def _find_alias(self) -> str:
        """The name documents go by. It is needed before FROM is reached, to read the columns."""
        names = [index + 1 for index, token in enumerate(self._tokens) if token.keyword == "FROM"]
        if not names:
            raise BadRequest("Syntax error: the query has no FROM.")
        position = min(names[0], len(self._tokens) - 2)
        following = self._tokens[position + 1]
        if following.keyword == "AS":
            position = min(position + 2, len(self._tokens) - 2)
        elif following.kind is TokenKind.WORD and following.keyword not in _AFTER_SOURCE:
            position += 1
        if self._tokens[position + 1].keyword == "JOIN":
            raise NotSupported("JOIN")
        return self._tokens[position].text

    def _columns(self) -> tuple[Column, ...] | None:
        if self._symbol("*"):
            return None
        columns = [self._column(1)]
        while self._symbol(","):
            columns.append(self._column(len(columns) + 1))
        return tuple(columns)

    def _column(self, number: int) -> Column:
        expression = self._expression()
        if self._keyword("AS"):
            return Column(self._word(), expression)
        match expression:
            case Path(steps=(*_, str(last))):
                return Column(last, expression)
            case Path(steps=()):
                return Column(self._alias, expression)
        return Column(f"${number}", expression)

    def _source(self) -> None:
        self._expect_keyword("FROM")
        self._word()
        if self._symbol("."):
            raise NotSupported("FROM with a path below the document")
        self._keyword("AS")
        if self._next.kind is TokenKind.WORD and self._next.keyword not in _AFTER_SOURCE:
            self._word()
        if self._keyword("IN"):
            raise NotSupported("FROM ... IN, iteration over an array,")

    def _order_by(self) -> tuple[OrderTerm, ...]:
        self._expect_keyword("BY")
        terms = [self._order_term()]
        while self._symbol(","):
            terms.append(self._order_term())
        return tuple(terms)

    def _order_term(self) -> OrderTerm:
        expression = self._expression()
        return OrderTerm(expression, descending=self._keyword("ASC", "DESC") == "DESC")

    def _count(self) -> Expression:
        count = self._primary()
        if not isinstance(count, Literal | Parameter):
            raise self._syntax_error()
        return count

    # The levels of precedence, loosest first

    def _expression(self) -> Expression:
        operands = [self._conjunction()]
        while self._keyword("OR"):
            operands.append(self._conjunction())
        return Logical("OR", tuple(operands)) if len(operands) > 1 else operands[0]

    def _conjunction(self) -> Expression:
        operands = [self._negation()]
        while self._keyword("AND"):
            operands.append(self._negation())
        return Logical("AND", tuple(operands)) if len(operands) > 1 else operands[0]

    def _negation(self) -> Expression:
        return Unary("NOT", self._negation()) if self._keyword("NOT") else self._comparison()

    def _comparison(self) -> Expression:
        left = self._sum()
        if operator := self._symbol(*_COMPARISONS):
            return Binary("!=" if operator == "<>" else operator, left, self._sum())
        negated = self._keyword("NOT")
        test = self._keyword("IN", "BETWEEN", "LIKE")
        if not test:
            if negated:
                raise self._syntax_error()
            return left
        tested = self._test(test, left)
        return Unary("NOT", tested) if negated else tested

    def _test(self, keyword: str, operand: Expression) -> Expression:
        if keyword == "IN":
            self._expect_symbol("(")
            return InList(operand, self._arguments())
        if keyword == "BETWEEN":
            low = self._sum()
            self._expect_keyword("AND")
            return Between(operand, low, self._sum())
        pattern = self._sum()
        return Like(operand, pattern, self._primary() if self._keyword("ESCAPE") else None)

    def _sum(self) -> Expression:
        left = self._product()
        while operator := self._symbol("+", "-", "||"):
            left = Binary(operator, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._unary()
        while operator := self._symbol("*", "/", "%"):
            left = Binary(operator, left, self._unary())
        return left

    def _unary(self) -> Expression:
        if operator := self._symbol("-", "+"):
            operand = self._unary()
            return Unary(operator, operand) if operator == "-" else operand
        return self._primary()

    def _primary(self) -> Expression:
        if self._symbol("("):
            expression = self._expression()
            self._expect_symbol(")")
            return expression
        token = self._next
        if token.text in ("{", "[") and token.kind is TokenKind.SYMBOL:
            raise NotSupported("Building objects or arrays in a query")
        if token.kind in (TokenKind.END, TokenKind.SYMBOL):
            raise self._syntax_error()
        self._position += 1
        match token.kind:
            case TokenKind.NUMBER:
                return Literal(int(token.text) if token.text.isdigit() else float(token.text))
            case TokenKind.STRING:
                return Literal(token.text)
            case TokenKind.PARAMETER:
                return Parameter(token.text)
        return self._named(token)

    def _named(self, token: Token) -> Expression:
        if token.keyword in _CONSTANTS:
            return Literal(_CONSTANTS[token.keyword])
        if self._symbol("("):
            return Call(token.keyword, self._arguments())
        if token.text != self._alias:
            raise BadRequest(f"Identifier '{token.text}' could not be resolved; documents go by '{self._alias}'.")
        steps: list[str | int] = []
        while symbol := self._symbol(".", "["):
            steps.append(self._word() if symbol == "." else self._bracketed())
        return Path(tuple(steps))

    def _bracketed(self) -> str | int:
        token = self._next
        if token.kind is not TokenKind.STRING and not token.text.isdigit():
            raise self._syntax_error()
        self._position += 1
        self._expect_symbol("]")
        return token.text if token.kind is TokenKind.STRING else int(token.text)

    def _arguments(self) -> tuple[Expression, ...]:
        """What stands between parentheses; the opening one is already read."""
        if self._symbol(")"):
            return ()
        arguments = [self._expression()]
        while self._symbol(","):
            arguments.append(self._expression())
        self._expect_symbol(")")
        return tuple(arguments)
