"""Personal accounts: one-time codes, secrets worth the name, locks that grow, sessions that end."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from central import schema
from central.accounts import rules
from central.accounts.desk import AccountDesk
from central.accounts.permissions import Role
from central.accounts.tables import attempt
from central.database import Database
from central.failures import ApiError, NotSignedIn, RefusedByRule, TooMany, WrongField

NOW = 1_795_000_000_000
SECRET = "Abcd-efgh-ijkm-42"
MINUTE = 60_000


@pytest.fixture
def desk(database: Database) -> AccountDesk:
    return AccountDesk(database, PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1))


def code_of(desk: AccountDesk, name: str = "wang.li", now_ms: int = NOW) -> str:
    code = desk.add(name, [Role.VIEWER], now_ms)
    assert code is not None
    return code


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("Short-1", "SECRET_SHORT"),
        ("x" * 201, "SECRET_LONG"),
        ("onlysmallletters", "SECRET_CLASSES"),
        ("small1letters2digits", "SECRET_CLASSES"),
        ("Wang.Li-2026-xyz", "SECRET_IS_NAME"),
        ("Password123!", "SECRET_COMMON"),
        ("P@ssw0rd2024", "SECRET_COMMON"),
        ("Admin@123456", "SECRET_COMMON"),
        ("Aa11111111", "SECRET_COMMON"),
        ("1qaz2wsx3EDC", "SECRET_COMMON"),
        ("Qwerty1234!!", "SECRET_COMMON"),
        ("Qwer1234!@#$", "SECRET_COMMON"),
        ("Woaini5201314", "SECRET_COMMON"),
        ("Zhongguo@2026", "SECRET_COMMON"),
        ("!QAZ2wsx3edc", "SECRET_COMMON"),
        ("Sifaju@12348", "SECRET_COMMON"),
        ("A1b2C3d4!@#$", "SECRET_COMMON"),
    ],
)
def test_a_secret_that_is_none_is_refused_by_its_rule(secret: str, code: str) -> None:
    with pytest.raises(WrongField) as problem:
        rules.check_secret("wang.li", secret)
    assert problem.value.code == code


@pytest.mark.parametrize("name", ["", "ab", "Wang", "1abc", "王丽", "a b", "a" * 41, "abc/..", "abc\n"])
def test_a_name_outside_of_the_rule_is_refused(desk: AccountDesk, name: str) -> None:
    with pytest.raises(WrongField):
        desk.add(name, [Role.VIEWER], NOW)


def test_a_new_account_cannot_sign_in_before_it_chose_a_secret(desk: AccountDesk) -> None:
    code = code_of(desk)
    for guess in ("", code, "None", SECRET):
        with pytest.raises(NotSignedIn):
            desk.sign_in("wang.li", guess, NOW)


def test_a_code_works_once_and_is_typed_as_people_type(desk: AccountDesk) -> None:
    code = code_of(desk)
    token = desk.activate("wang.li", code.lower().replace("-", " "), SECRET, NOW)
    assert desk.who(token, NOW) is not None
    with pytest.raises(NotSignedIn):
        desk.activate("wang.li", code, SECRET, NOW)
    assert desk.who(desk.sign_in("wang.li", SECRET, NOW), NOW) is not None


def test_a_code_is_over_after_a_day(desk: AccountDesk) -> None:
    code = code_of(desk)
    with pytest.raises(NotSignedIn):
        desk.activate("wang.li", code, SECRET, NOW + rules.CODE_LIFE_MS)


def test_a_refused_secret_does_not_use_the_code_up(desk: AccountDesk) -> None:
    code = code_of(desk)
    with pytest.raises(WrongField):
        desk.activate("wang.li", code, "Password123!", NOW)
    assert desk.activate("wang.li", code, SECRET, NOW)


def test_a_new_code_ends_the_former_secret_and_its_sessions(desk: AccountDesk) -> None:
    token = desk.activate("wang.li", code_of(desk), SECRET, NOW)
    fresh = desk.renew_code("wang.li", NOW)
    assert fresh is not None
    assert desk.who(token, NOW) is None
    with pytest.raises(NotSignedIn):
        desk.sign_in("wang.li", SECRET, NOW)
    assert desk.activate("wang.li", fresh, SECRET + "x", NOW)
    assert desk.renew_code("nobody", NOW) is None


@pytest.mark.parametrize("name", ["wang.li", "nobody.here", "' or 1=1 --"])
def test_five_wrong_attempts_lock_known_and_unknown_names_alike(desk: AccountDesk, name: str) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    answers: list[tuple[type[ApiError], str]] = []
    for _ in range(7):
        with pytest.raises(ApiError) as problem:
            desk.sign_in(name, "wrong-Secret-1", NOW)
        answers.append((type(problem.value), problem.value.code))
    assert answers == [(NotSignedIn, "WRONG_SECRET")] * 5 + [(TooMany, "LOCKED")] * 2
    with pytest.raises(ApiError) as problem:
        desk.sign_in(name, SECRET, NOW + 15 * MINUTE - 1)
    assert problem.value.code == "LOCKED"


def test_locks_grow_and_a_right_secret_forgives(desk: AccountDesk) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    now = NOW
    for lock in (15, 30, 60):
        for _ in range(5):
            with pytest.raises(NotSignedIn):
                desk.sign_in("wang.li", "wrong-Secret-1", now)
        with pytest.raises(TooMany) as problem:
            desk.sign_in("wang.li", SECRET, now)
        assert problem.value.retry_after_s == lock * 60
        now += lock * MINUTE
    assert desk.sign_in("wang.li", SECRET, now)
    for _ in range(4):
        with pytest.raises(NotSignedIn):
            desk.sign_in("wang.li", "wrong-Secret-1", now)
    assert desk.sign_in("wang.li", SECRET, now)
    assert rules.lock_ms(50) == rules.LONGEST_LOCK_MS


def test_guessing_in_parallel_gains_nothing(desk: AccountDesk) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)

    def guess(_: int) -> str:
        try:
            desk.sign_in("wang.li", "wrong-Secret-1", NOW)
        except ApiError as problem:
            return problem.code
        return "in"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(30)))
    assert answers.count("WRONG_SECRET") <= 6
    assert "in" not in answers


def test_codes_are_guessed_against_the_same_lock(desk: AccountDesk) -> None:
    code = code_of(desk)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            desk.activate("wang.li", "AAAA-AAAA-AAAA-AAAA", SECRET, NOW)
    with pytest.raises(TooMany):
        desk.activate("wang.li", code, SECRET, NOW)


def test_an_unknown_name_takes_as_long_as_a_known_one(database: Database) -> None:
    desk = AccountDesk(database)
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    took: dict[str, float] = {}
    for name in ("wang.li", "nobody"):
        began = time.process_time()
        with pytest.raises(NotSignedIn):
            desk.sign_in(name, "wrong-Secret-1", NOW)
        took[name] = time.process_time() - began
    assert took["nobody"] > took["wang.li"] / 3  # both pay for one argon2 hash


def test_a_session_slides_while_it_is_used_and_ends_when_idle_or_old(desk: AccountDesk) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    token = desk.sign_in("wang.li", SECRET, NOW)
    now = NOW
    while now - NOW < rules.LONGEST_MS - 10 * MINUTE:
        now += 10 * MINUTE
        assert desk.who(token, now) is not None
    assert desk.who(token, NOW + rules.LONGEST_MS) is None
    other = desk.sign_in("wang.li", SECRET, NOW)
    assert desk.who(other, NOW + 10 * MINUTE, keeps_alive=False) is not None
    assert desk.who(other, NOW + 15 * MINUTE) is None


def test_signing_out_and_changing_the_secret_end_sessions(desk: AccountDesk) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    one, other = desk.sign_in("wang.li", SECRET, NOW), desk.sign_in("wang.li", SECRET, NOW)
    person = desk.who(one, NOW)
    assert person is not None
    with pytest.raises(RefusedByRule):
        desk.change_secret(person, "wrong-Secret-1", "Another-good-77", NOW)
    desk.change_secret(person, SECRET, "Another-good-77", NOW)
    assert (desk.who(one, NOW) is not None, desk.who(other, NOW)) == (True, None)
    desk.sign_out(one)
    assert desk.who(one, NOW) is None
    assert desk.sign_in("wang.li", "Another-good-77", NOW)


def test_a_removed_account_is_out_at_once(desk: AccountDesk) -> None:
    desk.add("wang.li", [Role.VIEWER], NOW, SECRET)
    token = desk.sign_in("wang.li", SECRET, NOW)
    assert desk.remove("wang.li")
    assert not desk.remove("wang.li")
    assert desk.who(token, NOW) is None


def test_the_store_holds_no_secret_code_or_token_in_clear(desk: AccountDesk, database: Database) -> None:
    code = code_of(desk)
    token = desk.activate("wang.li", code, SECRET, NOW)
    with pytest.raises(NotSignedIn):
        desk.sign_in("Secret-typed-as-name-1", SECRET, NOW)
    kept = ""
    with database.read() as connection:
        for table in (schema.account, schema.session, attempt):
            kept += repr(connection.execute(select(table)).all())
    for clear in (SECRET, code, code.replace("-", ""), token, "Secret-typed-as-name-1"):
        assert clear not in kept
    assert "$argon2id$" in kept
