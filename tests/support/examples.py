"""How hard Hypothesis looks: the same examples each time, or (HYPOTHESIS_PROFILE=deep) many new ones.

Asked for by conftest.py, and by that of tests/unit, which `make mutate` runs alone.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def settle() -> None:
    """For all tests from now on."""
    settings.register_profile(
        "same-each-time",
        deadline=None,  # the machine may be busy
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.register_profile("deep", settings.get_profile("same-each-time"), derandomize=False, max_examples=3000)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same-each-time"))
