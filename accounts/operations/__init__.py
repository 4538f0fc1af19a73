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
)
from accounts.operations.places import create_node, create_organisation, set_up

__all__ = [
    "NewAccount",
    "change_password",
    "create_node",
    "create_organisation",
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
    "set_up",
]
