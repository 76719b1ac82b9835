"""The WSGI application on the AWS port: control API, or moto behind our rules."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from local_cloud.aws.authorization.errors import ApiRefusalError
from local_cloud.aws.events import outbox
from local_cloud.aws.gateway.admission import Admission, service_of
from local_cloud.aws.gateway.refusals import refuse
from local_cloud.control import PREFIX, ControlApi
from local_cloud.journal import Journal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ACCOUNT_HEADER: Final = "HTTP_X_MOTO_ACCOUNT_ID"


class Gateway:
    """One instance serves every request, from many threads."""

    def __init__(self, admission: Admission, control: ControlApi, journal: Journal) -> None:
        self._admission = admission
        self._control = control
        self._journal = journal
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if str(environ["PATH_INFO"]).startswith(PREFIX):
            return self._control(environ, start_response)
        try:
            caller, _ = self._admission.admit(environ)
        except ApiRefusalError as refusal:
            service = service_of(environ)
            self._journal.record("refused", refusal.message, service=service, code=refusal.code)
            return refuse(refusal, service, environ, start_response)
        environ[ACCOUNT_HEADER] = caller.account_id
        with outbox.collecting():
            return self._moto(environ, start_response)
