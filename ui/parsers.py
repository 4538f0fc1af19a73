"""Reading the body of a request to the API. Apart from `ui.api`: the framework imports it while it starts."""

from typing import Any

from rest_framework import exceptions
from rest_framework.parsers import JSONParser


class Json(JSONParser):
    """A body nested deeper than Python reads is bad input, not a fault of ours."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError as error:
            raise exceptions.ParseError("JSON 嵌套过深，请核对请求内容。") from error
