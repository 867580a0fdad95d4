"""Signs requests with botocore at given times: a JSON list of requests in, a JSON list of URLs out."""

import datetime
import json
import sys
from urllib.parse import quote
from unittest import mock

from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CREDENTIALS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


class Presigner(auth.S3SigV4QueryAuth):
    """botocore leaves content-length out of what it signs only where a client adds it later; we sign it."""


def sign(question):
    moment = datetime.datetime.strptime(question["date"], "%Y%m%dT%H%M%SZ")
    query = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in question["query"])
    url = question["url"] + (f"?{query}" if query else "")
    request = AWSRequest(method=question["method"], url=url, headers=question["headers"])
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment, create=True), mock.patch(
        "botocore.compat.get_current_datetime", return_value=moment, create=True
    ):
        Presigner(CREDENTIALS, "s3", "auto", expires=300).add_auth(request)
    return request.url


json.dump([sign(question) for question in json.load(sys.stdin)], sys.stdout)
