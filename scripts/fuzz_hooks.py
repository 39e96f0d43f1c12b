"""What schemathesis cannot know: how to stay signed in, and that a command's id is made anew each time.

Loaded by scripts/fuzz-http.
"""

import json
import os
import secrets
import threading
import time
import urllib.error
import urllib.request
import uuid

import schemathesis

ATTEMPTS_MAX = 100


def uuid7():
    """A UUIDv7, as every command carries one."""
    millis = time.time_ns() // 10**6
    return str(uuid.UUID(int=millis << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)))


def answer_to(asked):
    """The answer, as soon as there is one: whoever signs in often is told to wait."""
    for _ in range(ATTEMPTS_MAX):
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                raise
            time.sleep(int(error.headers.get("Retry-After", "1")))
    raise TimeoutError("nobody could sign in")


class Session:
    """Somebody who is signed in, and signs in again when the session was ended or its token has run out."""

    def __init__(self):
        self.lock = threading.Lock()
        self.token = None

    def access_token(self, address):
        with self.lock:
            if self.token is None:
                body = ("{" + os.environ["MOMENTUM_FUZZ_PERSON"] + "}").encode()
                headers = {"Content-Type": "application/json"}
                asked = urllib.request.Request(f"{address}/v1/sessions", body, headers)
                self.token = answer_to(asked)["tokens"]["access_token"]
            return self.token

    def is_over(self, sent):
        with self.lock:
            if self.token is not None and sent == f"Bearer {self.token}":
                self.token = None


SESSION = Session()


@schemathesis.auth(cache_by_key=lambda _case, _context: str(SESSION.token))
class SignedIn:
    """Everything is asked by one person; `ignored_auth` takes the token away to see whether it is looked at."""

    def get(self, case, _context):
        return SESSION.access_token(case.operation.base_url.rstrip("/").removesuffix("/v1"))

    def set(self, case, data, _context):
        case.headers = case.headers or {}
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def after_call(_context, _case, response):
    """A token that is taken no more is not sent again."""
    if response.status_code == 401:
        sent = response.request.headers.get("Authorization", "")
        SESSION.is_over(sent.decode() if isinstance(sent, bytes) else sent)


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Most commands get a good id, or nearly all would be refused for it alone."""
    headers = case.headers or {}
    if "Idempotency-Key" in headers and secrets.randbelow(10):
        headers["Idempotency-Key"] = uuid7()
