"""User actions on people, units and the tree: one function, one transaction, one or more journal lines."""

from accounts.operations.deputies import appoint_deputy, set_person
from accounts.operations.holidays import add_arrangement, check_arrangement
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
from accounts.operations.places import create_node, create_organisation, record_fact, set_first_review, set_up
from accounts.operations.subscriptions import set_subscription
from accounts.operations.tokens import NewToken, create_token, revoke_token

__all__ = [
    "NewAccount",
    "NewToken",
    "add_arrangement",
    "appoint_deputy",
    "change_password",
    "check_arrangement",
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
    "record_fact",
    "record_login",
    "record_logout",
    "reset_password",
    "revoke_token",
    "set_first_review",
    "set_person",
    "set_subscription",
    "set_up",
    "warn_of_clashes",
]
