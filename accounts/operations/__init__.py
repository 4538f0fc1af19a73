"""User actions on people, units and the tree: one function, one transaction, one or more journal lines."""

from accounts.operations.notices import read_notices
from accounts.operations.passwords import change_password, record_login, record_logout, reset_password
from accounts.operations.people import (
    NewAccount,
    create_user,
    disable_user,
    enable_user,
    end_role,
    grant_role,
    invite_clerk,
    warn_of_clashes,
)
from accounts.operations.places import create_node, create_organisation, set_up
from accounts.operations.tokens import NewToken, create_token, revoke_token

__all__ = [
    "NewAccount",
    "NewToken",
    "change_password",
    "create_node",
    "create_organisation",
    "create_token",
    "create_user",
    "disable_user",
    "enable_user",
    "end_role",
    "grant_role",
    "invite_clerk",
    "read_notices",
    "record_login",
    "record_logout",
    "reset_password",
    "revoke_token",
    "set_up",
    "warn_of_clashes",
]
