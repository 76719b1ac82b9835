"""The WSGI application on the AWS port: control API, or moto behind our rules."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

import flask
from flask import Flask, Response
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.exceptions import HTTPException

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.events import outbox
from local_cloud.aws.gateway.admission import Admission, service_of
from local_cloud.aws.gateway.faults import FaultyCall
from local_cloud.aws.gateway.refusals import ErrorAnswer, error_answer
from local_cloud.aws.gateway.requests import ApiRequest
from local_cloud.control import PREFIX, ControlApi
from local_cloud.faults.registry import FAULTS
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from moto.backends import SERVICE_NAMES

ACCOUNT_HEADER: Final = "HTTP_X_MOTO_ACCOUNT_ID"
_CONDITIONAL_HEADERS: Final = ("if-match", "if-none-match")


class Gateway:
    """One instance serves every request, from many threads."""

    def __init__(self, admission: Admission, control: ControlApi, journal: Journal) -> None:
        self._admission = admission
        self._control = control
        self._journal = journal
        self._lock = threading.Lock()
        self._serial_locks = {name: threading.Lock() for name in ("dynamodb", "s3")}
        self._applications: dict[str, Flask] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if str(environ["PATH_INFO"]).startswith(PREFIX):
            return self._control(environ, start_response)
        try:
            caller, request = self._admission.admit(environ)
        except ApiRefusalError as refusal:
            answer = self._refused(refusal, environ)
            start_response(answer.status, answer.headers)
            return [answer.body]
        environ[ACCOUNT_HEADER] = caller.account_id
        if FAULTS.armed:
            serve = partial(self._serve, request)
            return FaultyCall(caller=caller, request=request, serve=serve).answer(
                environ, start_response
            )
        return self._serve(request, environ, start_response)

    def _serve(
        self, request: ApiRequest, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        with outbox.collecting(request.operation), self._serial(request):
            return self._application(request.service)(environ, start_response)

    def _serial(self, request: ApiRequest) -> AbstractContextManager[object]:
        """Return what keeps apart the requests that moto does not keep apart.

        Its DynamoDB changes items in place, so another request could see half of an update; its S3
        looks whether an object is there and writes it in two steps.
        """
        conditional = any(name in request.headers for name in _CONDITIONAL_HEADERS)
        if request.service == "dynamodb" or (request.service == "s3" and conditional):
            return self._serial_locks[request.service]
        return nullcontext()

    def _application(self, service: str) -> Flask:
        """Return moto's application for a service.

        Moto's own dispatcher lists its package directory twice for each request.
        """
        with self._lock:
            if service not in self._applications:
                self._applications[service] = self._create_application(service)
            return self._applications[service]

    def _create_application(self, service: str) -> Flask:
        """Make moto's application for a service, with our answers to errors inside it."""
        application = create_backend_app(cast("SERVICE_NAMES", service))
        application.debug = False

        @application.errorhandler(ApiRefusalError)
        def refused(refusal: ApiRefusalError) -> Response:
            answer = self._refused(refusal, flask.request.environ)
            return Response(answer.body, status=answer.status, headers=answer.headers)

        @application.errorhandler(Exception)
        def failed(error: Exception) -> Response | HTTPException:
            if isinstance(error, HTTPException):
                return error
            traceback.print_exception(error)
            refusal = ApiRefusalError(
                f"The local cloud failed in {service}: {error!r}. Its log has the traceback.",
                code="InternalFailure",
                status=HTTPStatus.INTERNAL_SERVER_ERROR,
            )
            return refused(refusal)

        return application

    def _refused(self, refusal: ApiRefusalError, environ: WSGIEnvironment) -> ErrorAnswer:
        service = service_of(environ)
        self._journal.record("refused", refusal.message, service=service, code=refusal.code)
        return error_answer(refusal, service, environ)
