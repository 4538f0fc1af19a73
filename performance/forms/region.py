"""What the province writes beside the figures of its sheet."""

from typing import Any

from django import forms

from performance.rules.region_form import LONGEST, NEEDED, WORDS
from ui.versions import SeenForm


class RegionForm(SeenForm):
    """One field a line of the form; cleaned: `words`."""

    def __init__(self, *args: Any, form_kind: str, words: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in WORDS[form_kind].items():
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=LONGEST,
                initial=words.get(key, ""),
                widget=forms.Textarea(attrs={"rows": 2 if key not in NEEDED else 3}),
                help_text="定稿前须填写，没有的写“无”" if key in NEEDED else "",
            )
        self.keys = tuple(WORDS[form_kind])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed["words"] = {key: typed.get(key, "") for key in self.keys}
        return typed
