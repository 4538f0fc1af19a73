from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def ensure(**kwargs: Any) -> None:
    from accounts import groundwork

    groundwork.ensure()


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与单位"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import sessions

        user_logged_in.connect(sessions.begin, dispatch_uid="accounts.sessions")
        post_migrate.connect(ensure, sender=self, dispatch_uid="accounts.groundwork")
