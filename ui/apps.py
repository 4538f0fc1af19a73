from django.apps import AppConfig
from django.core.validators import ProhibitNullCharactersValidator

UNSEEN = "含有看不见的空字符，请删除后重新输入；从其他软件粘贴的文字，可先粘贴到记事本再复制过来。"


class UiConfig(AppConfig):
    name = "ui"
    verbose_name = "页面"

    def ready(self) -> None:
        """Django's own Chinese words for it speak of an empty string; forms and the API share this validator."""
        ProhibitNullCharactersValidator.message = UNSEEN
