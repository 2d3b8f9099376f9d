"""Forged ID tokens against the verification of webserver_config.py. Run by forged-tokens.test.ts, with Airflow's Python."""

import base64
import hmac
import json
import os
import sys
import tempfile
import time
import unittest
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

ISSUER, CLIENT, NONCE, NOW = "https://login.example.com", "airflow", "n-1", time.time()


def load(config_file):
    folder = Path(tempfile.mkdtemp())
    settings = {
        "provider": "oidc",
        "issuer": ISSUER,
        "clientId": CLIENT,
        "scopes": ["openid"],
        "groupsClaim": "groups",
        "rolesByGroup": {},
        "contact": "us",
    }
    for name, content in {"settings/login.json": json.dumps(settings), "client/client-secret": "s3cret"}.items():
        (folder / name).parent.mkdir()
        (folder / name).write_text(content)
    os.environ["LOGIN_FOLDER"] = str(folder)
    spec = spec_from_file_location("webserver_config", config_file)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


config = load(sys.argv.pop())
KEY = RSAKey.generate_key(2048, {"kid": "one"})
KEYS = KeySet([RSAKey.import_key(KEY.as_dict(private=False))])


def token(key=KEY, header=None, **changes):
    claims = {
        "iss": ISSUER,
        "aud": CLIENT,
        "nonce": NONCE,
        "sub": "ada",
        "iat": int(NOW),
        "exp": int(NOW) + 300,
        "groups": ["platform-admins"],
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    header = header or {"alg": "RS256", "kid": "one"}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def verify(id_token, nonce=NONCE, keys=KEYS):
    return config.verified_claims(id_token, keys, issuer=ISSUER, client_id=CLIENT, nonce=nonce, now=NOW)


class ForgedTokens(unittest.TestCase):
    def refused(self, id_token, reason, **expected):
        with self.assertRaisesRegex((config.Refused, JoseError, ValueError), reason):
            verify(id_token, **expected)

    def test_takes_a_good_token(self):
        self.assertEqual(verify(token())["sub"], "ada")

    def test_takes_one_of_several_audiences_when_the_token_was_made_for_us(self):
        self.assertEqual(verify(token(aud=[CLIENT, "other"], azp=CLIENT))["sub"], "ada")

    def test_refuses_another_issuer(self):
        self.refused(token(iss="https://login.example.com.evil.example"), "iss is")

    def test_refuses_no_issuer(self):
        self.refused(token(iss=None), "iss is")

    def test_refuses_another_audience(self):
        self.refused(token(aud="other"), "aud is")

    def test_refuses_an_audience_that_only_contains_our_name(self):
        self.refused(token(aud="airflow-other"), "aud is")

    def test_refuses_a_token_made_for_another_party(self):
        self.refused(token(aud=[CLIENT, "other"], azp="other"), "azp is")
        self.refused(token(aud=[CLIENT, "other"]), "azp is")

    def test_refuses_another_nonce(self):
        self.refused(token(nonce="n-2"), "nonce")

    def test_refuses_no_nonce(self):
        self.refused(token(nonce=None), "nonce")
        self.refused(token(nonce=None), "nonce", nonce=None)
        self.refused(token(nonce=""), "nonce", nonce="")

    def test_refuses_an_expired_token(self):
        self.refused(token(exp=int(NOW) - 61), "exp has passed")

    def test_refuses_a_token_that_never_expires(self):
        self.refused(token(exp=None), "exp")

    def test_refuses_a_token_of_the_future(self):
        self.refused(token(iat=int(NOW) + 120), "iat")
        self.refused(token(nbf=int(NOW) + 120), "nbf")

    def test_refuses_a_token_about_nobody(self):
        self.refused(token(sub=None), "sub")
        self.refused(token(sub=""), "sub")

    def test_refuses_another_key(self):
        self.refused(token(key=RSAKey.generate_key(2048, {"kid": "one"})), "bad_signature")

    def test_refuses_a_key_of_another_kind_under_the_same_name(self):
        forged = token(key=ECKey.generate_key("P-256", {"kid": "one"}), header={"alg": "ES256", "kid": "one"})
        self.refused(forged, "")

    def test_refuses_a_token_without_a_signature(self):
        self.refused(token(header={"alg": "none", "kid": "one"}), "unsupported_algorithm|none")
        head, body, _ = token().split(".")
        self.refused(f"{head}.{body}.", "bad_signature")

    def test_refuses_a_token_signed_with_the_public_key_as_a_password(self):
        self.refused(signed_with_password(KEY.as_pem(private=False)), "unsupported_algorithm|HS256")

    def test_refuses_a_token_signed_with_the_clients_secret(self):
        secret = OctKey.import_key("s3cret", {"kid": "one"})
        # Even where the provider lists such a key.
        self.refused(signed_with_password(b"s3cret"), "unsupported_algorithm|HS256", keys=KeySet([secret]))

    def test_refuses_a_changed_token(self):
        head, _body, signature = token(groups=[]).split(".")
        other = token().split(".")[1]
        self.refused(f"{head}.{other}.{signature}", "bad_signature")


def signed_with_password(password):
    """By hand, because libraries refuse to make one with a public key."""

    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = encode(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    body = token().split(".")[1]
    return f"{head}.{body}.{encode(hmac.digest(password, f'{head}.{body}'.encode(), 'sha256'))}"


class Groups(unittest.TestCase):
    def test_takes_a_list_or_one_name_and_nothing_else(self):
        def groups(value):
            return config.groups_of({"groups": value})

        self.assertEqual(groups(["a", "b"]), ["a", "b"])
        self.assertEqual(groups("a"), ["a"])
        self.assertEqual(groups(["a", 1, None, ["b"]]), ["a"])
        self.assertEqual(groups({"a": True}), [])
        self.assertEqual(groups(None), [])
        self.assertEqual(config.groups_of({}), [])


if __name__ == "__main__":
    unittest.main()
