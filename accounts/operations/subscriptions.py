"""What a person wants to be told each week, and the address it goes to: the person's own setting."""

from datetime import date

from accounts import journal
from accounts.models import Subscription, User
from policy.findings import refuse


@journal.operation("订阅设置")
def set_subscription(*, in_app: bool, by_mail: bool, email: str, actor: User, on: date) -> Subscription:
    """The form has asked for the password again where the address changes."""
    if by_mail and not email:
        refuse("email", "选择邮件摘要须填写电子邮箱；不填的请只选站内摘要。", field="email")
    person = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if person.email != email:
        person.email = email
        person.save(update_fields=["email"])
        journal.record(subject=person.username, text="修改本人电子邮箱")
    held = Subscription.objects.filter(user=person).first() or Subscription(user=person, since=on)
    if not (held.in_app or held.by_mail):
        held.since = on  # begun anew: the week that runs was not asked for
    held.in_app, held.by_mail = in_app, by_mail
    held.save()
    chosen = "、".join(word for word, asked in (("站内", in_app), ("邮件", by_mail)) if asked)
    journal.record(subject=person.username, text=f"每周摘要：{chosen or '不订阅'}")
    return held
