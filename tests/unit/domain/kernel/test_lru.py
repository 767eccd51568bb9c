"""A memory that is bounded."""

from domain.kernel.lru import Lru


def test_a_bounded_memory_forgets_what_was_not_used_for_longest() -> None:
    memory = Lru[str, int](2)
    memory.put("a", 1)
    memory.put("b", 2)
    assert memory.get("a") == 1
    memory.put("c", 3)

    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, 3)
    memory.drop("a")
    memory.drop("never there")
    assert memory.get("a") is None


def test_a_memory_that_was_cleared_is_empty() -> None:
    memory = Lru[str, int](2)
    memory.put("a", 1)
    memory.clear()
    assert memory.get("a") is None
