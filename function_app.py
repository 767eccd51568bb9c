"""The entry point of the Azure Functions host: registers the blueprints, and nothing else."""

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
