"""Why a login ends on a page: one text for the person, one for whoever runs Airflow, and one for the log.

None of them holds a value of a token: a log is read by more people than may see who is in which group.
"""

from __future__ import annotations


class Refused(Exception):
    """A login that ends on a page. As text it is the reason for the log."""

    status = 403
    title = "The login failed"

    def __init__(self, reason: str, *, person: str | None = None, key: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        # What the person reads.
        self.person = person or "What your identity provider answered does not prove who you are. Try it again."
        # The stack's key that decides about it, for whoever runs Airflow.
        self.key = key


class NotBegun(Refused):
    """An answer to a login that this browser did not ask for: a link of somebody else's, or an old one."""

    def __init__(self) -> None:
        super().__init__(
            "the answer belongs to no login that this browser has begun",
            person="This login was begun in another browser, or too long ago, or was finished already. Begin anew.",
        )


class Unavailable(Refused):
    """The provider, or what is set about it, is at fault, and not the person."""

    status = 502
    title = "The login does not work at the moment"

    def __init__(self, reason: str, *, key: str | None = None) -> None:
        super().__init__(reason, person="Airflow could not finish the login with your identity provider.", key=key)


class NoAccess(Refused):
    """Somebody whom the provider vouches for, and who has no role here."""

    title = "No access to Airflow"


class AddressTaken(Refused):
    """A new account whose e-mail address another one has."""

    status = 409
    title = "Your address belongs to another account"


# From the answer to a login: RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6.
FROM_LOGIN = {
    "invalid_request": ("login.issuer", "the provider does not take the request as it is"),
    "unauthorized_client": ("login.clientId", "the provider does not let this client use the authorization code flow"),
    "unsupported_response_type": ("login.clientId", "the provider does not let this client use the code flow"),
    "invalid_scope": ("login.scopes", "the provider does not know a scope, or does not give it to this client"),
    "invalid_client": ("login.clientId", "the provider does not know this client"),
}

# The provider refused the person: nothing of ours is wrong.
OF_PERSON = {
    "access_denied": "Your identity provider does not let you in to Airflow, or the login was cancelled.",
    "login_required": "Your identity provider wants you to log in there first.",
    "interaction_required": "Your identity provider needs something from you first.",
    "consent_required": "Your identity provider needs consent to tell Airflow who you are.",
    "account_selection_required": "Your identity provider needs you to choose an account.",
}

# From the token endpoint: RFC 6749 section 5.2.
FROM_TOKENS = {
    "invalid_client": (
        "login.clientSecret, login.clientKey",
        "the provider does not take what the client proves itself with; it may be expired, or another client's",
    ),
    "unauthorized_client": ("login.clientId", "the provider does not let this client exchange codes"),
    "invalid_grant": (
        None,
        "the provider does not take the code: it was used before, is too old, or belongs to another redirect address",
    ),
    "unsupported_grant_type": ("login.clientId", "the provider does not let this client use the code flow"),
    "invalid_scope": ("login.scopes", "the provider does not give a scope to this client"),
    "invalid_request": (None, "the provider does not take the request for tokens as it is"),
}


def login_error(error: str, description: str | None) -> Refused:
    said = f"the provider answered {words(error, description)}"
    if error in OF_PERSON:
        return Refused(said, person=OF_PERSON[error])
    key, reason = FROM_LOGIN.get(error, (None, "the provider could not log the person in"))
    return Unavailable(f"{reason}: {said}", key=key)


def tokens_error(error: str, description: str | None) -> Refused:
    key, reason = FROM_TOKENS.get(error, (None, "the provider gave no tokens"))
    return Unavailable(f"{reason}: it answered {words(error, description)}", key=key)


def words(error: str, description: str | None) -> str:
    """In one line of a log, and not longer than one."""
    text = f"{error} ({description})" if description else error
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]
