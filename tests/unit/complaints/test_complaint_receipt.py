"""Stage a: any channel of the profile, no other, at a time that can be."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis.errors import Invalid
from contracts.facility import Facility
from services.complaints import domain

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_every_channel_of_the_profile_is_open(facility: Facility) -> None:
    for channel in facility.complaints.channels:
        domain.check_receipt(facility, channel.code, NOW, NOW)


def test_a_channel_the_profile_does_not_have_is_refused(facility: Facility) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_receipt(facility, "telegraph", NOW, NOW)
    assert refused.value.field == "channel"


@pytest.mark.parametrize("away", [timedelta(minutes=1), timedelta(days=-367)])
def test_a_time_that_cannot_be_is_refused(facility: Facility, away: timedelta) -> None:
    with pytest.raises(Invalid) as refused:
        domain.check_receipt(facility, "wa", NOW + away, NOW)
    assert refused.value.field == "received_at"


def test_the_clock_starts_on_the_day_of_the_health_centre(facility: Facility) -> None:
    """18:00 UTC on the 22nd is already the 23rd in Sidoarjo."""
    assert domain.today(datetime(2026, 11, 22, 18, tzinfo=UTC), facility) == date(2026, 11, 23)
