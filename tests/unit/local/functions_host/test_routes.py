"""Route templates."""

from __future__ import annotations

import pytest

from local.functions_host.routes import RouteError, RouteTable, compile_route

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("orders/{id}", "orders/7", {"id": "7"}),
        ("orders/{id}", "orders/a%20b", {"id": "a b"}),
        ("orders/{id:guid}", f"orders/{GUID}", {"id": GUID}),
        ("orders/{id:guid}", "orders/7", None),
        ("seats/{n:int:min(1)}", "seats/0", None),
        ("seats/{n:int:min(1)}", "seats/1", {"n": "1"}),
        ("seats/{n:range(1,5)}", "seats/6", None),
        ("{name:alpha}", "abc", {"name": "abc"}),
        ("{name:alpha}", "ab1", None),
        ("{name:length(2,3)}", "abcd", None),
        ("{code:regex(^[a-z]+$)}", "abc", {"code": "abc"}),
        ("files/{*path}", "files/a/b", {"path": "a/b"}),
        ("files/{*path}", "files", {}),
        ("page/{n?}", "page", {}),
        ("page/{n=1}", "page", {"n": "1"}),
        ("{name}.{ending}", "a.b", {"name": "a", "ending": "b"}),
        ("Orders", "orders", {}),
        ("orders", "orders/7", None),
    ],
)
def test_what_a_template_makes_of_a_path(template: str, path: str, values: dict[str, str] | None) -> None:
    assert compile_route(template, [], "x").match(path) == values


def test_literals_come_before_constraints_parameters_and_catch_alls_whatever_the_order() -> None:
    templates = ["{*all}", "{id}/x", "{id:int}/x", "one/x", "{id}/{other}"]
    table = RouteTable(compile_route(template, [], template) for template in templates)
    found = [table.find("GET", path) for path in ("/one/x", "/2/x", "/a/x", "/a/b", "/a/b/c")]
    assert [match and match[0] for match in found] == ["one/x", "{id:int}/x", "{id}/x", "{id}/{other}", "{*all}"]


def test_a_route_without_the_method_is_passed_over() -> None:
    table = RouteTable([compile_route("a", ["GET"], "literal"), compile_route("{x}", ["POST"], "parameter")])
    found = table.find("POST", "/a")
    assert found == ("parameter", {"x": "a"})
    assert table.find("PUT", "/a") is None


@pytest.mark.parametrize("template", ["{id:what}", "a/{", "{a b}", "{id:min(x)}", "{id:regex([)}"])
def test_a_template_that_cannot_be_understood_is_refused(template: str) -> None:
    with pytest.raises(RouteError):
        compile_route(template, [], "x")
