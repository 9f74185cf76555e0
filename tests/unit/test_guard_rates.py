"""Buckets of tokens, against a clock that the test turns."""

from __future__ import annotations

import pytest

from recsys.errors import TooManyCalls
from serving.guard.rates import Rates


class Clock:
    """Seconds that go by when the test says so."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def taken(rates: Rates, key: str = "a") -> int:
    """How many calls go through now."""
    for count in range(1_000):
        try:
            rates.take(key)
        except TooManyCalls:
            return count
    raise AssertionError("no end")


def test_rates_burst_goes_through_at_once_and_no_more() -> None:
    rates = Rates(10, 5, Clock())
    assert (taken(rates), taken(rates)) == (5, 0)


def test_rates_tokens_come_back_steadily_and_never_beyond_the_burst() -> None:
    clock = Clock()
    rates = Rates(10, 5, clock)
    taken(rates)
    for _ in range(3):
        clock.now_s += 0.2
        assert taken(rates) == 2
    clock.now_s += 3600
    assert taken(rates) == 5


def test_rates_wait_that_is_told_is_enough() -> None:
    clock = Clock()
    rates = Rates(3, 1, clock)
    rates.take("a")
    for _ in range(50):
        with pytest.raises(TooManyCalls, match=r"try again in 0\.333 s") as caught:
            rates.take("a")
        clock.now_s += caught.value.retry_after_s
        rates.take("a")


def test_rates_keys_do_not_take_from_each_other() -> None:
    rates = Rates(10, 5, Clock())
    assert (taken(rates, "a"), taken(rates, "b")) == (5, 5)
