from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("accounts/login/", views.Login.as_view(), name="login"),
    path("accounts/logout/", views.Logout.as_view(), name="logout"),
    path("accounts/password/", views.PasswordChange.as_view(), name="password_change"),
    path("accounts/notices/", views.Notices.as_view(), name="notices"),
    path("accounts/notices/read/", views.NoticesRead.as_view(), name="notices_read"),
    path("me/subscriptions/", views.Subscriptions.as_view(), name="subscriptions"),
    path("accounts/outbox/", views.Outbox.as_view(), name="outbox"),
    path("account/tokens/", views.Tokens.as_view(), name="tokens"),
    path("account/tokens/<int:pk>/revoke/", views.TokenRevoke.as_view(), name="token_revoke"),
    path("accounts/users/", views.Users.as_view(), name="users"),
    path("accounts/users/new/", views.UserNew.as_view(), name="user_new"),
    path("accounts/users/invite/", views.Invite.as_view(), name="invite"),
    path("accounts/users/<int:pk>/", views.UserDetail.as_view(), name="user"),
    path("accounts/users/<int:pk>/roles/new/", views.RoleGrant.as_view(), name="user_role_grant"),
    path("accounts/users/<int:pk>/roles/<int:membership_id>/end/", views.RoleEnd.as_view(), name="user_role_end"),
    path("accounts/users/<int:pk>/roles/<int:membership_id>/deputy/", views.DeputyNew.as_view(), name="deputy_new"),
    path("accounts/users/<int:pk>/person/", views.PersonRegister.as_view(), name="user_person"),
    path("accounts/users/<int:pk>/disable/", views.Disable.as_view(), name="user_disable"),
    path("accounts/users/<int:pk>/enable/", views.Enable.as_view(), name="user_enable"),
    path("accounts/users/<int:pk>/reset/", views.ResetPassword.as_view(), name="user_reset"),
    path("accounts/organisations/", views.Organisations.as_view(), name="organisations"),
    path(
        "accounts/organisations/<int:organisation_id>/facts/",
        views.OrganisationFacts.as_view(),
        name="organisation_facts",
    ),
    path("accounts/organisations/new/", views.OrganisationNew.as_view(), name="organisation_new"),
    path("accounts/nodes/", views.Nodes.as_view(), name="nodes"),
    path("accounts/nodes/<int:node_id>/first-review/", views.FirstReviewSet.as_view(), name="first_review"),
    path("accounts/nodes/new/", views.NodeNew.as_view(), name="node_new"),
]
