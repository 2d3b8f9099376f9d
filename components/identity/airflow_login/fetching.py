"""What somebody who vouches for others publishes: their description of themselves, and their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_login.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

# How long it may take, in seconds: a person's request waits for it.
TIMEOUT = 10

# Seconds after which a description is read again.
LIFETIME = 3600


def fetched(get: Callable[[], Response], address: str, what: str, key: str) -> Any:
    """The document at an address.

    :param get: asks there, without going on to where an answer leads.
    :raises Unavailable: with `key`, which decides about the address.
    """
    try:
        response = get()
        if response.is_redirect:
            # To where, possibly without TLS, is not what the stack says.
            raise Unavailable(f"{what} is not at {address}, which leads elsewhere", key=key)
        response.raise_for_status()
        return response.json()
    except (OSError, ValueError) as error:
        reason = f"{what} could not be fetched from {address}: {type(error).__name__}"
        raise Unavailable(reason, key=key) from error


def description_address(issuer: str) -> str:
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def own_description(document: object, issuer: str, key: str) -> dict[str, Any]:
    """A description, once it is the issuer's, letter by letter."""
    if isinstance(document, dict) and document.get("issuer") == issuer:
        return document
    itself = document.get("issuer") if isinstance(document, dict) else None
    raise Unavailable(f"the provider calls itself {itself!r}, and not {issuer!r}", key=key)
