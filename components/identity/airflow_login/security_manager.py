"""Who a person is in Airflow, and with which roles."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from flask import g, session

from airflow_login.address import airflow_address, auth_manager
from airflow_login.break_glass import open_beside, read_break_glass
from airflow_login.groups import groups_of, no_role
from airflow_login.person import account_name, person
from airflow_login.refusal import AddressTaken, NoAccess, Refused
from airflow_login.view import LoginView, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from airflow.providers.fab.auth_manager.models import Role, User

    from airflow_login.person import Person
    from airflow_login.provider import Provider


def keeps_refusals(step: Callable[..., Any]) -> Callable[..., Any]:
    """FAB swallows the errors of its steps; the view takes them from here."""

    @wraps(step)
    def kept(*args: Any, **kwargs: Any) -> Any:
        try:
            return step(*args, **kwargs)
        except Refused as refusal:
            g.login_refusal = refusal
            raise
        except Exception as error:
            g.login_refusal = unexpected(error)
            raise

    return kept


class LoginSecurityManager(FabAirflowSecurityManagerOverride):
    authoauthview = LoginView
    oauth_remotes: dict[str, Provider]

    def __init__(self, appbuilder: Any) -> None:
        super().__init__(appbuilder)
        for remote in self.oauth_remotes.values():
            for step in ("authorize_redirect", "authorize_access_token"):
                setattr(remote, step, keeps_refusals(getattr(remote, step)))
        door = read_break_glass(next(iter(self.oauth_remotes.values())).settings.folder / "settings")
        if door is not None:
            open_beside(auth_manager(), door)
        # FAB forgets its own session at logout and leaves the provider's, which would log the person in again at once.
        setattr(auth_manager(), "get_url_logout", lambda: airflow_address("auth/end-session"))  # noqa: B010

    @property
    def machine_issuers(self) -> frozenset[str]:
        """Whose tokens programs call with. None where no program may."""
        remotes = self.oauth_remotes.values()
        logins = {remote.settings.issuer for remote in remotes if remote.settings.machine_audience is not None}
        return frozenset(logins.union(*(remote.machine_issuers for remote in remotes)))

    def machine_claims(self, token: str, issuer: object) -> dict[str, Any]:
        """What a token of such an issuer says of the program that calls.

        :raises Refused: where it is no program's, or not for here.
        """
        for remote in self.oauth_remotes.values():
            if remote.settings.issuer == issuer:
                return remote.machine_claims(token)
            if isinstance(issuer, str) and issuer in remote.machine_issuers:
                return remote.machine_issuers[issuer].machine_claims(token)
        raise Refused("the token's issuer is no provider of this stack's")

    def set_oauth_session(self, provider: str, oauth_response: dict[str, Any]) -> None:
        """Without the access token, which nobody needs after the login."""
        session["oauth_provider"] = provider
        # Shown to the provider when the person logs out.
        session["id_token"] = oauth_response["id_token"]

    @keeps_refusals
    def get_oauth_user_info(self, provider: str, resp: dict[str, Any]) -> Person:
        remote = self.oauth_remotes[provider]
        settings = remote.settings
        claims = remote.all_claims(resp)
        roles: list[str] = []
        userinfo = person(claims, settings.issuer, roles)
        g.login_person = f"{userinfo['first_name']} {userinfo['last_name']}".removesuffix(" -")
        try:
            groups = groups_of(claims, settings.groups_claim, settings.groups_separator)
            roles += sorted({role for group in groups for role in settings.roles_by_group.get(group, [])})
            if not roles:
                raise no_role(groups, settings.groups_separator)
            if not self._roles(roles):
                raise NoAccess(
                    f"Airflow has no role {', '.join(roles)}", person="Airflow is not set up for your group."
                )
        except NoAccess:
            # Whoever had a role until now may hold a token that is still valid.
            known = self.find_user(username=account_name(settings.issuer, claims["sub"]))
            if known is not None:
                known.roles = []
                self.update_user(known)
            raise
        return userinfo

    @keeps_refusals
    def auth_user_oauth(self, userinfo: dict[str, Any], rotate_session_id: bool = True) -> User | None:
        known = self.find_user(username=userinfo["username"])
        if known is None and self.find_user(email=userinfo["email"]) is not None:
            # An address can be given to another person, so it does not make somebody the owner of an account.
            raise AddressTaken(
                "a new person has the e-mail address of an account that is there; if it is the same person under a new "
                "subject, delete the old account with `airflow users delete`, else correct the address at the provider",
                person="Another account of this Airflow has your e-mail address. If it is yours, from before your "
                "identity provider knew you anew, it must be deleted before you can have a new one.",
            )
        if known is not None and not known.is_active:
            raise NoAccess("the account is switched off in Airflow", person="Your account is switched off here.")
        try:
            return super().auth_user_oauth(userinfo, rotate_session_id)
        except Exception:
            # Two first logins of one person at once: the other one made the account.
            if known is not None or self.find_user(username=userinfo["username"]) is None:
                raise
            return super().auth_user_oauth(userinfo, rotate_session_id)

    def _oauth_calculate_user_roles(self, userinfo: dict[str, Any]) -> list[Role]:
        # FAB would add its default role to them.
        return self._roles(userinfo["role_names"])

    def _roles(self, names: Iterable[str]) -> list[Role]:
        return [role for role in map(self.find_role, names) if role is not None]
