"""How Airflow proves to the provider's token endpoint that it is the client: by what discovery announces."""

from __future__ import annotations

import base64
import re
import secrets
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from authlib.common.urls import add_params_to_qs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from airflow_login.refusal import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from airflow_login.settings import Settings

    Request = tuple[str, Any, str]
    Method = Callable[[Any, str, str, Any, str], Request]

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

# Seconds that an assertion lives. It is used once and at once.
ASSERTION_LIFETIME = 60

CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}


def authentication_methods(settings: Settings, metadata: Mapping[str, Any]) -> list[tuple[str, Method]]:
    """The methods to try, in order. Discovery announces all that the provider has, and a client is registered for one."""
    announced = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    key = settings.client_key()
    if key is not None:
        own: list[tuple[str, Method]] = [("private_key_jwt", private_key_jwt(key, metadata))]
        wants = "login.clientKey"
    else:
        own = [("client_secret_basic", client_secret_basic), ("client_secret_post", client_secret_post)]
        wants = "login.clientSecret"
    offered = [(name, method) for name, method in own if name in announced]
    if not offered:
        raise Unavailable(
            f"the provider's token endpoint takes {', '.join(map(str, announced))}, and none of "
            f"{', '.join(name for name, _ in own)}, which {wants} is for",
            key=wants,
        )
    return offered


def client_secret_basic(client: Any, _method: str, uri: str, headers: Any, body: str) -> Request:
    # RFC 6749 section 2.3.1 has both encoded as in a form before they are joined, or a ":" in one would move the border.
    words = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
    return uri, headers, body


def client_secret_post(client: Any, _method: str, uri: str, headers: Any, body: str) -> Request:
    return with_parameters(
        uri, headers, body, [("client_id", client.client_id), ("client_secret", client.client_secret)]
    )


def private_key_jwt(pem: str, metadata: Mapping[str, Any]) -> Method:
    def authenticate(client: Any, _method: str, uri: str, headers: Any, body: str) -> Request:
        key, algorithm = read_key(pem, metadata.get("token_endpoint_auth_signing_alg_values_supported"))
        now = int(time.time())
        # The issuer and not the endpoint would be safer, and several providers do not take it yet.
        claims = {
            "iss": client.client_id,
            "sub": client.client_id,
            "aud": metadata["token_endpoint"],
            "jti": secrets.token_urlsafe(16),
            "iat": now,
            "exp": now + ASSERTION_LIFETIME,
        }
        # Without the key's name, which providers choose in ways of their own: they have one key of this client's.
        header = {"alg": algorithm, **certificate_header(pem)}
        registry = JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        assertion = jwt.encode(header, claims, key, registry=registry)
        parameters = [
            ("client_id", client.client_id),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", assertion),
        ]
        return with_parameters(uri, headers, body, parameters)

    return authenticate


def read_key(pem: str, announced: Sequence[str] | None) -> tuple[RSAKey | ECKey | OKPKey, str]:
    """The key, and the algorithm to sign with: the first that fits it and that the provider announces."""
    own = re.search(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", pem, re.DOTALL)
    for kind in (RSAKey, ECKey, OKPKey):
        try:
            key = kind.import_key(own[0] if own else pem)
        except (JoseError, ValueError, TypeError):
            continue
        if kind is RSAKey:
            fitting = ["RS256", "PS256", "RS384", "PS384", "RS512", "PS512"]
        else:
            fitting = [CURVES.get(str(key.as_dict(private=False)["crv"]), "EdDSA")]
        algorithm = next((name for name in fitting if announced is None or name in announced), None)
        if algorithm is None:
            raise Unavailable(
                f"the provider takes assertions signed by {', '.join(announced or [])}, and login.clientKey can sign by "
                f"{', '.join(fitting)}",
                key="login.clientKey",
            )
        return key, algorithm
    raise Unavailable("login.clientKey is no private key in PEM of RSA, EC or Ed25519", key="login.clientKey")


def certificate_header(pem: str) -> dict[str, str]:
    """Entra knows a key by its certificate alone, which then stands in the same PEM."""
    if "-----BEGIN CERTIFICATE-----" not in pem:
        return {}
    certificate = pem[pem.index("-----BEGIN CERTIFICATE-----") :]
    digest = x509.load_pem_x509_certificate(certificate.encode()).fingerprint(hashes.SHA256())
    return {"x5t#S256": base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}


def with_parameters(uri: str, headers: Any, body: str, parameters: list[tuple[str, str]]) -> Request:
    longer = add_params_to_qs(body or "", parameters)
    if "Content-Length" in headers:
        headers["Content-Length"] = str(len(longer))
    return uri, headers, longer
