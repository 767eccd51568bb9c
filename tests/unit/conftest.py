"""Assertions in what the tests share say what they compared; Hypothesis has its profile."""

import pytest

from tests.support import examples

examples.settle()

pytest.register_assert_rewrite("tests.support.given_when_then", "tests.support.process")
