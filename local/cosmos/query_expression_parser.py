"""Reads the expressions of a query, by recursive descent: one method per level of precedence, the loosest first.

Source of the levels: `sql.g4` of azure-cosmos-dotnet-v3. By it NOT binds tighter than `=`, and `||` looser: a query
that leans on either reads as something else to most people, so it is refused until parentheses say what is meant.
"""

from __future__ import annotations

from abc import abstractmethod

from local.cosmos.errors import BadRequest, NotSupported
from local.cosmos.query_ast import (
    ArrayOf,
    Between,
    Binary,
    Call,
    Conditional,
    Expression,
    InList,
    Like,
    Literal,
    Logical,
    Member,
    ObjectOf,
    Parameter,
    Path,
    Query,
    Scalar,
    Subquery,
    SubqueryKind,
    Unary,
)
from local.cosmos.query_lexer import Token, TokenKind, TokenReader
from local.cosmos.query_values import Undefined, undefined

_CONSTANTS: dict[str, Scalar | Undefined] = {"TRUE": True, "FALSE": False, "NULL": None, "UNDEFINED": undefined}
_SUBQUERIES = {"EXISTS": SubqueryKind.EXISTS, "ARRAY": SubqueryKind.ARRAY}
_EQUALITIES, _RELATIONS = ("=", "!=", "<>"), ("<", ">", "<=", ">=")
_COMPARISONS = _EQUALITIES + _RELATIONS
_BINARY_OPERATORS = (("|",), ("^",), ("&",), _EQUALITIES, _RELATIONS, ("+", "-"), ("*", "/", "%"))
"""By level of precedence."""


class ExpressionParser(TokenReader):
    @abstractmethod
    def _query(self) -> Query:
        """Read a whole query, up to where a subquery ends."""

    def _expression(self) -> Expression:
        condition = self._coalesced()
        if not self._symbol("?"):
            return condition
        then = self._expression()
        self._expect_symbol(":")
        return Conditional(condition, then, self._expression())

    def _coalesced(self) -> Expression:
        left = self._disjunction()
        while self._symbol("??"):
            left = Binary("??", left, self._disjunction())
        return left

    def _disjunction(self) -> Expression:
        operands = [self._conjunction()]
        while self._keyword("OR"):
            operands.append(self._conjunction())
        return Logical("OR", tuple(operands)) if len(operands) > 1 else operands[0]

    def _conjunction(self) -> Expression:
        operands = [self._test()]
        while self._keyword("AND"):
            operands.append(self._test())
        return Logical("AND", tuple(operands)) if len(operands) > 1 else operands[0]

    def _test(self) -> Expression:
        """A value, or whether it stands IN, BETWEEN or LIKE others."""
        begins_with_not = self._next.keyword == "NOT"
        operand = self._concatenation()
        negated = self._keyword("NOT")
        test = self._keyword("IN", "BETWEEN", "LIKE")
        if not test:
            if negated:
                raise self._syntax_error()
            return operand
        if begins_with_not:
            raise _ambiguous(f"NOT before {test}")
        tested = self._tested(test, operand)
        return Unary("NOT", tested) if negated else tested

    def _tested(self, keyword: str, operand: Expression) -> Expression:
        if keyword == "IN":
            self._expect_symbol("(")
            return InList(operand, self._list_until(")"))
        if keyword == "BETWEEN":
            low = self._concatenation()
            self._expect_keyword("AND")
            return Between(operand, low, self._concatenation())
        pattern = self._concatenation()
        return Like(operand, pattern, self._primary() if self._keyword("ESCAPE") else None)

    def _concatenation(self) -> Expression:
        start = self._position
        left = self._binary()
        while self._symbol("||"):
            left = Binary("||", left, self._binary())
            if self._compares(start):
                raise _ambiguous("|| beside a comparison")
        return left

    def _binary(self, level: int = 0) -> Expression:
        if level == len(_BINARY_OPERATORS):
            return self._unary()
        begins_with_not = self._next.keyword == "NOT"
        left = self._binary(level + 1)
        while operator := self._symbol(*_BINARY_OPERATORS[level]):
            if begins_with_not:
                raise _ambiguous(f"NOT before {operator}")
            left = Binary("!=" if operator == "<>" else operator, left, self._binary(level + 1))
        return left

    def _compares(self, start: int) -> bool:
        """Whether a comparison stands outside of parentheses between a token and the one that comes next."""
        depth = 0
        for token in self._tokens[start : self._position]:
            if token.kind is TokenKind.SYMBOL:
                depth += (token.text in "([{") - (token.text in ")]}")
                if depth == 0 and token.text in _COMPARISONS:
                    return True
        return False

    def _unary(self) -> Expression:
        operator = self._symbol("-", "+", "~") or self._keyword("NOT")
        if not operator:
            return self._member(self._primary())
        operand = self._unary()
        if operator == "-" and isinstance(operand, Literal) and type(operand.value) in (int, float):
            return Literal(-operand.value)  # type: ignore[operator]  # a number, as the line above asks
        return Unary(operator, operand)

    def _member(self, value: Expression) -> Expression:
        """`value` with the steps that follow it."""
        while symbol := self._symbol(".", "["):
            key = Literal(self._word()) if symbol == "." else self._expression()
            if symbol == "[":
                self._expect_symbol("]")
            match value, key:
                case Path(root=root, steps=steps), Literal(value=str() | int() as step) if not isinstance(step, bool):
                    value = Path(root, (*steps, step))
                case _:
                    value = Member(value, key)
        return value

    def _primary(self) -> Expression:
        if self._symbol("("):
            expression = self._subquery(SubqueryKind.SCALAR) or self._expression()
            self._expect_symbol(")")
            return expression
        if self._symbol("["):
            return ArrayOf(self._list_until("]"))
        if self._symbol("{"):
            return self._object()
        token = self._next
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
        if token.keyword == "UDF" and self._symbol("."):
            raise NotSupported(f"The user-defined function udf.{self._word()}")
        if not self._symbol("("):
            return Path(token.text)
        if token.keyword in _SUBQUERIES and (subquery := self._subquery(_SUBQUERIES[token.keyword])):
            self._expect_symbol(")")
            return subquery
        return Call(token.keyword, self._list_until(")"))

    def _subquery(self, kind: SubqueryKind) -> Subquery | None:
        """A query, if one comes next: its parenthesis is already open."""
        return Subquery(kind, self._query()) if self._next.keyword == "SELECT" else None

    def _object(self) -> ObjectOf:
        properties: list[tuple[str, Expression]] = []
        while not self._symbol("}"):
            if properties:
                self._expect_symbol(",")
            name = self._next
            if name.kind not in (TokenKind.STRING, TokenKind.WORD):
                raise self._syntax_error("a property name")
            self._position += 1
            self._expect_symbol(":")
            properties.append((name.text, self._expression()))
        return ObjectOf(tuple(properties))

    def _list_until(self, end: str) -> tuple[Expression, ...]:
        """Expressions with commas between them; what opened the list is already read."""
        if self._symbol(end):
            return ()
        items = [self._expression()]
        while self._symbol(","):
            items.append(self._expression())
        self._expect_symbol(end)
        return tuple(items)


def _ambiguous(what: str) -> BadRequest:
    return BadRequest(f"{what} can be read in two ways; put parentheses around what belongs together.")
