"""Pages of accounts: signing in, people, units and the tree, messages."""

from accounts.views.deputies import DeputyNew, FirstReviewSet, PersonRegister
from accounts.views.notices import Notices, NoticesRead
from accounts.views.people import Disable, Enable, Invite, ResetPassword, RoleEnd, RoleGrant, UserDetail, UserNew, Users
from accounts.views.places import NodeNew, Nodes, OrganisationFacts, OrganisationNew, Organisations
from accounts.views.session import Login, Logout, PasswordChange
from accounts.views.subscriptions import Outbox, Subscriptions
from accounts.views.tokens import TokenRevoke, Tokens

__all__ = [
    "DeputyNew",
    "Disable",
    "Enable",
    "FirstReviewSet",
    "Invite",
    "Login",
    "Logout",
    "NodeNew",
    "Nodes",
    "Notices",
    "NoticesRead",
    "OrganisationFacts",
    "OrganisationNew",
    "Organisations",
    "Outbox",
    "PasswordChange",
    "PersonRegister",
    "ResetPassword",
    "RoleEnd",
    "RoleGrant",
    "Subscriptions",
    "TokenRevoke",
    "Tokens",
    "UserDetail",
    "UserNew",
    "Users",
]
