"""定期报告 in words: what is said of several at once."""

from reports.periodic import words


def test_several_decisions_of_a_kind_stand_on_a_line_each():
    rows = [["甲", "示例1号", "2026-03-01"], ["乙", "示例2号", "2026-03-02"]]
    found = {"here": "本期", "events": {kind: [] for kind in words.HAPPENED} | {"accepted": rows}}

    assert words.events(found) == [
        "通过验收或复验 2 个：",
        "1．甲（示例1号，2026-03-01）；",
        "2．乙（示例2号，2026-03-02）。",
    ]
