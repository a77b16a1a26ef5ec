"""The smallest hall that is right, for tests that make one thing in it wrong."""

GOOD_HALL = """\
[hall]
id = "test-hall"
name_zh = "测试大厅"
name_en = "Test hall"

[[service]]
letter = "A"
name_zh = "咨询"
name_en = "Advice"

[[window]]
number = 1
services = ["A"]
"""


def with_devices(*tables: str) -> str:
    """The good hall with these ``[[device]]`` bodies."""
    return GOOD_HALL + "".join(f"\n[[device]]\n{table}\n" for table in tables)
