"""Wrong tries: a try is wrong until it is said to be right."""

from domain.kernel.attempts import Attempt, TooManyAttempts


def test_a_try_is_wrong_until_it_has_succeeded() -> None:
    attempt = Attempt()
    assert attempt.right is False
    attempt.succeeded()
    assert attempt.right is True


def test_whoever_tried_too_often_is_told_how_long_to_wait() -> None:
    refusal = TooManyAttempts(90)
    assert refusal.retry_after == 90
    assert "90 s" in str(refusal)
