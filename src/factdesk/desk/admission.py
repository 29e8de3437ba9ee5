"""Whether the settings let the right people into the desk, and nobody else."""

from __future__ import annotations

from ipaddress import ip_address

from factdesk.config import Home
from factdesk.desk.users import read_users
from factdesk.errors import UsageError


def check_settings(home: Home) -> None:
    """Raise UsageError for settings by which the wrong people could get in, or nobody."""
    settings = home.settings.desk
    try:
        is_loopback = ip_address(settings.address).is_loopback
    except ValueError as error:
        raise UsageError(f"desk.address {settings.address!r} is no IP address; write 127.0.0.1") from error
    is_encrypted = settings.origin.startswith("https://")
    if settings.sign_in == "link" and (not is_loopback or settings.origin):
        raise UsageError(
            'desk.sign_in = "link" is for one person on this machine; with another desk.address or an '
            'desk.origin set desk.sign_in = "password" and add people with factdesk users add'
        )
    if settings.sign_in != "link" and not read_users(home.warehouse):
        raise UsageError("nobody may sign in yet; add the first with factdesk users add NAME --role admin")
    if settings.sign_in == "proxy" and not (settings.proxy_addresses and is_encrypted):
        raise UsageError(
            'desk.sign_in = "proxy" needs desk.proxy_addresses, from which alone a name is believed, and as '
            "desk.origin the https:// address of that server"
        )
    if not is_loopback and not is_encrypted:
        raise UsageError(
            "passwords must not travel unencrypted: set desk.origin to the https:// address of the server "
            "with TLS that stands before the desk"
        )
