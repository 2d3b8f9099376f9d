"""FAB's login, with a page for whatever keeps somebody out, and with an end at the provider too."""

from __future__ import annotations

import html
import logging
import secrets
import traceback
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin

from airflow.api_fastapi.app import get_cookie_path
from airflow.providers.fab.auth_manager.views.auth_oauth import CustomAuthOAuthView
from flask import g, make_response, redirect, session
from flask_appbuilder import expose

from airflow_login.address import airflow_address
from airflow_login.refusal import NotBegun, Refused, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from airflow_login.provider import Provider

log = logging.getLogger(__name__)


class LoginView(CustomAuthOAuthView):
    @expose("/login/")
    @expose("/login/<provider>")
    def login(self, provider: str | None = None) -> Any:
        return self._or_page(provider, super().login)

    @expose("/oauth-authorized/<provider>")
    def oauth_authorized(self, provider: str) -> Any:
        return self._or_page(provider, super().oauth_authorized)

    def _or_page(self, provider: str | None, step: Callable[[str | None], Any]) -> Any:
        # FAB turns an error into a redirect and half a sentence, so the steps leave theirs beside it.
        try:
            response = step(provider)
            refusal = g.pop("login_refusal", None)
        except Exception as error:
            refusal = g.pop("login_refusal", None) or unexpected(error)
        return response if refusal is None else self._page(provider, refusal)

    def _page(self, provider: str | None, refusal: Refused) -> Any:
        reference = secrets.token_hex(4)
        decided = f" (decided by {refusal.key})" if refusal.key else ""
        log.warning("Login %s at %s ended: %s%s", reference, provider, refusal.reason, decided)
        # Without Airflow's session a later try begins at the provider, where the person may be another. Not for a link
        # that somebody else made, which would log people out.
        if not isinstance(refusal, NotBegun):
            session.clear()
        page = refusal_page(
            refusal,
            who=g.pop("login_person", None),
            contact=self._remote(provider).settings.contact,
            reference=reference,
            again=airflow_address("auth/end-session"),
        )
        return make_response(page, refusal.status, {"Cache-Control": "no-store"})

    def _remote(self, provider: str | None) -> Provider:
        remotes: dict[str | None, Provider] = self.appbuilder.sm.oauth_remotes
        return remotes.get(provider) or next(iter(remotes.values()))

    @expose("/end-session")
    def end_session(self) -> Any:
        id_token, name = session.get("id_token"), session.get("oauth_provider")
        session.clear()
        after = airflow_address("auth/login/")
        response = redirect(end_at_provider(self._remote(name), id_token, after) or after)
        # The interface keeps its own token beside the session.
        response.delete_cookie("_token", path=get_cookie_path())
        return response


def end_at_provider(remote: Provider, id_token: str | None, after: str) -> str | None:
    settings = remote.settings
    try:
        endpoint = remote.load_server_metadata().get("end_session_endpoint")
    except Refused as refusal:
        log.warning("The session at the provider goes on: %s", refusal.reason)
        return None
    if endpoint is None and settings.logout_path is not None:
        endpoint = urljoin(settings.issuer.rstrip("/") + "/", settings.logout_path)
    hint = {"id_token_hint": id_token} if id_token else {}
    query = urlencode({"client_id": remote.client_id, settings.logout_parameter: after, **hint})
    return f"{endpoint}?{query}" if endpoint else None


def unexpected(error: Exception) -> Refused:
    # Not its text: an error of the database repeats what it was to write.
    where = "".join(traceback.format_tb(error.__traceback__))
    log.error("A login failed with %s:\n%s", type(error).__name__, where)
    return Unavailable(f"Airflow failed with {type(error).__name__}")


def refusal_page(refusal: Refused, *, who: str | None, contact: str, reference: str, again: str) -> str:
    title = html.escape(refusal.title)
    known = f"<p>You are logged in as {html.escape(who)}.</p>" if who else ""
    key = f" It is decided by <code>{html.escape(refusal.key)}</code>." if refusal.key else ""
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        "<body style='font: 16px/1.5 system-ui; max-width: 36rem; margin: 15vh auto; padding: 0 1rem'>"
        f"<h1>{title}</h1>{known}<p>{html.escape(refusal.person)}</p><p>Ask {html.escape(contact)} for help.</p>"
        f"<p><a href='{html.escape(again)}'>Log in anew, or as somebody else</a></p>"
        f"<hr><p><small>For whoever runs this Airflow: {html.escape(refusal.reason)}.{key} "
        f"In the API server's log this is {html.escape(reference)}.</small></p>"
    )
