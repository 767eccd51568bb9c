"""The entry point of the Azure Functions host: registers the blueprints."""

import logging

import azure.functions as func

from functions import (
    aggregates,
    assignments,
    catalogue,
    management,
    operations,
    payments,
    personal_data,
    process_managers,
    projections,
    registration,
    schedules,
)

# The worker hands on whatever is logged, and the SDKs log the address of each request: keys of rows, access codes too.
logging.getLogger("azure").setLevel(logging.WARNING)

app = func.FunctionApp()
for module in (
    catalogue,
    registration,
    payments,
    assignments,
    management,
    personal_data,
    operations,
    aggregates,
    process_managers,
    projections,
    schedules,
):
    app.register_functions(module.blueprint)
