"""What every table of keys of personal data must do. Subclass it where there is a fixture `keys`."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.support.vocabulary import NOW


class PersonalDataKeysContract:
    async def test_an_order_has_no_key_at_first(self, keys: Any) -> None:
        assert await keys.of([uuid4()]) == {}

    async def test_an_order_keeps_the_key_it_got_first(self, keys: Any) -> None:
        order_id = uuid4()
        kept = await keys.keep(order_id, "a key")
        assert kept
        assert await keys.keep(order_id, "another key") == kept
        assert await keys.of([order_id, uuid4()]) == {order_id: kept}

    async def test_a_key_once_destroyed_stays_destroyed(self, keys: Any) -> None:
        order_id = uuid4()
        await keys.keep(order_id, "a key")
        for _ in range(2):
            await keys.destroy(order_id, NOW)
            assert await keys.of([order_id]) == {}
            assert await keys.keep(order_id, "another key") is None
            assert await keys.of([order_id]) == {}

    async def test_a_key_that_was_destroyed_before_there_was_one_will_never_be(self, keys: Any) -> None:
        order_id = uuid4()
        await keys.destroy(order_id, NOW)
        assert await keys.keep(order_id, "a key") is None
        assert await keys.of([order_id]) == {}

    async def test_the_keys_of_other_orders_stay(self, keys: Any) -> None:
        order_id, other = uuid4(), uuid4()
        kept = {each: await keys.keep(each, f"the key of {each}") for each in (order_id, other)}
        assert kept[order_id] != kept[other]
        await keys.destroy(order_id, NOW)
        assert await keys.of([order_id, other]) == {other: kept[other]}
