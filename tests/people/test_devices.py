"""Devices: one a sign-in, ended by their own account only, out at the next request."""

import pytest
from django.urls import reverse
from tests.conftest import NOW, Cast

from courtyard.journal.op import new_op
from courtyard.people import acts
from courtyard.people.models import Device
from courtyard.web.sign_in import device_name


def test_it_is_out_at_its_next_request(cast: Cast, sign_in) -> None:
    client = sign_in("captain")
    assert client.get(reverse("devices")).status_code == 200
    device = Device.objects.get(account=cast.captain)
    acts.end_device(op=new_op(), by=cast.captain.reader(), at=NOW, device=device.id)
    answer = client.get(reverse("devices"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_it_is_ended_by_its_own_account_only(cast: Cast, sign_in) -> None:
    sign_in("captain")
    device = Device.objects.get(account=cast.captain)
    with pytest.raises(Device.DoesNotExist):
        acts.end_device(op=new_op(), by=cast.organiser.reader(), at=NOW, device=device.id)


def test_it_ends_with_signing_out(cast: Cast, sign_in) -> None:
    sign_in("captain").post(reverse("account_logout"))
    assert Device.objects.get(account=cast.captain).ended_at is not None


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 13; SM-A245F) Chrome/120.0 Mobile Safari/537.36",
         "Chrome · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
         "Safari · iPhone"),
        ("", "Browser"),
    ],
)  # fmt: skip
def test_it_is_named_as_its_owner_knows_it(agent: str, name: str) -> None:
    assert device_name(agent) == name
