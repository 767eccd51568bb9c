"""Assertions in what the tests share say what they compared; Hypothesis has its profile."""

import pytest

import tests.support.examples  # noqa: F401

pytest.register_assert_rewrite("tests.support.given_when_then", "tests.support.process")
