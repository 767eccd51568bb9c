"""What anybody may read: the published conferences."""

import azure.functions as func

from functions import answers
from functions.http import operation, respond
from functions.problems import not_found
from infra.bootstrap import app

blueprint = func.Blueprint()


@blueprint.function_name("ListConferences")
@blueprint.route("conferences", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def list_conferences(req: func.HttpRequest) -> func.HttpResponse:
    """listConferences."""
    conferences = await (await app()).catalogue.conferences()
    return respond(200, [answers.conference_alias(conference) for conference in conferences])


@blueprint.function_name("GetConference")
@blueprint.route("conferences/{code}", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def get_conference(req: func.HttpRequest) -> func.HttpResponse:
    """getConference."""
    code = req.route_params["code"]
    conference = await (await app()).catalogue.conference(code)
    if conference is None:
        raise not_found(f"There is no conference {code!r}.")
    return respond(200, answers.conference(conference))
