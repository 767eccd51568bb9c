"""The plan that clients ask for who would run a query on several partitions themselves, and merge the results.

Here one range holds all documents, and the server makes the whole result: there is one place to ask, and nothing to do
with its answer.
"""

from __future__ import annotations

import msgspec

QUERY_PLAN = msgspec.json.encode(
    {
        "partitionedQueryExecutionInfoVersion": 2,
        "queryInfo": {
            "distinctType": "None",
            "top": None,
            "offset": None,
            "limit": None,
            "orderBy": [],
            "orderByExpressions": [],
            "groupByExpressions": [],
            "groupByAliases": [],
            "aggregates": [],
            "groupByAliasToAggregateType": {},
            "rewrittenQuery": "",
            "hasSelectValue": False,
            "hasNonStreamingOrderBy": False,
        },
        "queryRanges": [{"min": "", "max": "FF", "isMinInclusive": True, "isMaxInclusive": False}],
    }
)
