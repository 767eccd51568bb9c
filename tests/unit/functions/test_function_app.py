"""What the app does when the worker of Azure Functions loads it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]
LOADED = """
import logging
logging.getLogger().setLevel(logging.INFO)  # as the worker does
import function_app
for name in ("azure.core.pipeline.policies.http_logging_policy", "azure.servicebus", "functions.http"):
    print(logging.getLogger(name).isEnabledFor(logging.INFO))
"""


def test_the_sdks_log_no_addresses_of_requests() -> None:
    """They hold keys of rows, and so access codes."""
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.stdout.split() == ["False", "False", "True"], ran.stderr
