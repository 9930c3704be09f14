"""What counts as growth."""

from tests.fuzz.growth import grown_mib, is_growing


def test_what_is_held_after_a_warm_up_is_no_growth() -> None:
    assert not is_growing([60, 70, 80, 80, 80, 81, 80, 80])


def test_what_goes_on_growing_is_told() -> None:
    measured = [60.0 + step for step in range(40)]
    assert is_growing(measured)
    assert grown_mib(measured) == 20


def test_too_little_was_measured_to_say_so() -> None:
    assert not is_growing([60, 90])
