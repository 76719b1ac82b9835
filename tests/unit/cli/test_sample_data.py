"""The sample year: every line of the package's files, once."""

from __future__ import annotations

from collections import Counter

from cli.sample_data import sample_files


def test_the_year_is_one_file_a_day_and_four_more() -> None:
    files = list(sample_files())

    assert Counter(file.dataset for file in files) == {
        "flights": 365,
        "weather": 1,
        "planes": 1,
        "airports": 1,
        "airlines": 1,
    }
    assert len({file.key for file in files}) == len(files)


def test_a_shorter_year_is_the_first_days_and_all_that_flights_refer_to() -> None:
    whole = [file.key for file in sample_files()]

    assert [file.key for file in sample_files(days=2)] == whole[:6]
    assert whole[5] == "flights/2013-01-02.csv"


def test_no_flight_is_lost_or_doubled_by_the_cut() -> None:
    flights = [file for file in sample_files() if file.dataset == "flights"]

    assert sum(file.body.count(b"\n") - 1 for file in flights) == 336_776
    assert len({file.body.splitlines()[0] for file in flights}) == 1


def test_a_day_holds_only_its_own_flights() -> None:
    day = next(file for file in sample_files() if file.key == "flights/2013-02-28.csv")

    assert {line.rsplit(b",", 16)[0] for line in day.body.splitlines()[1:]} == {b"2013,2,28"}
