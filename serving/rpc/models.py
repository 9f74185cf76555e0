"""The methods of ModelService: what stands in the folder, and what this process makes of it.

In: request messages. Out: response messages, or a domain error for the interceptors.
"""

from __future__ import annotations

from datetime import datetime

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import model_pb2 as pb
from protos.readinglist.v1.model_pb2_grpc import ModelServiceServicer
from recsys.data.resource_names import resource_name
from recsys.errors import BadInput, BundleCorrupt, NoModel
from recsys.storage.manifest import Manifest
from recsys.storage.registry import bundle_folder, pointed_to, versions
from serving.rpc.checks import Checks
from serving.rpc.model_follower import ModelFollower
from serving.rpc.signing import Signer

SERVICE = pb.DESCRIPTOR.services_by_name["ModelService"].full_name
_DEFAULT_PAGE, _LARGEST_PAGE, _LONGEST_PAGE_TOKEN = 20, 200, 200
_PURPOSE = "models"


class ModelServicer(ModelServiceServicer):
    """Tells of the models of a folder, and goes over from one to another."""

    def __init__(self, follower: ModelFollower, signer: Signer) -> None:
        self._follower, self._signer = follower, signer
        self._models_dir = follower.models_dir

    def GetModel(  # noqa: N802
        self,
        request: pb.GetModelRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.GetModelResponse:
        version = _version(request.name)
        bundle_folder(self._models_dir, version)  # where it is none, that is said
        return pb.GetModelResponse(model=self._model(version))

    def ListModels(  # noqa: N802
        self,
        request: pb.ListModelsRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ListModelsResponse:
        checks = Checks()
        size = checks.page_size(request.page_size, _DEFAULT_PAGE, _LARGEST_PAGE)
        before = self._before(request.page_token, checks)
        checks.refuse()
        found = [known for known in reversed(versions(self._models_dir)) if known < before]
        token = ""
        if len(found) > size:
            token = self._signer.sign(_PURPOSE, found[size - 1].encode("ascii"))
        models = [self._model(version) for version in found[:size]]
        return pb.ListModelsResponse(models=models, next_page_token=token)

    def ActivateModel(  # noqa: N802
        self,
        request: pb.ActivateModelRequest,
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.ActivateModelResponse:
        version = _version(request.name)
        before = self._follower.activate(version)
        previous = "" if before is None else resource_name("models", before)
        return pb.ActivateModelResponse(model=self._model(version), previous_model=previous)

    def _before(self, page_token: str, checks: Checks) -> str:
        """Below which version, in the order of versions, a page begins."""
        checks.length("page_token", page_token, _LONGEST_PAGE_TOKEN)
        if not page_token:
            return "a"  # after every digit
        try:
            return self._signer.read(_PURPOSE, page_token).decode("ascii")
        except BadInput as error:
            checks.wrong("page_token", str(error))
            return ""

    def _model(self, version: str) -> pb.Model:
        refusal, named = self._follower.refusals().get(version, ""), self._pointed_to()
        model = pb.Model(
            name=resource_name("models", version),
            refusal=refusal,
            current=version in named[:1],
            previous=version in named[1:2],
        )
        try:
            _tell(model, Manifest.read(self._models_dir / version))
        except BundleCorrupt as error:
            model.refusal = refusal or str(error)
        model.state = self._state(version, model.refusal)
        return model

    def _state(self, version: str, refusal: str) -> pb.ModelState:
        # What answers goes on to do so, also where its files were damaged after it was loaded.
        if version in {served.version for served in self._follower.holder.held()}:
            return pb.MODEL_STATE_SERVING
        return pb.MODEL_STATE_REFUSED if refusal else pb.MODEL_STATE_AVAILABLE

    def _pointed_to(self) -> tuple[str, ...]:
        try:
            return pointed_to(self._models_dir)
        except NoModel:
            return ()


def _version(name: str) -> str:
    checks = Checks()
    _, version = checks.name("name", name, ("models",))
    checks.refuse()
    return version


def _tell(model: pb.Model, manifest: Manifest) -> None:
    model.create_time.CopyFrom(_timestamp(manifest.created_at))
    if manifest.data_time is not None:
        model.data_time.CopyFrom(_timestamp(manifest.data_time))
    model.state_seq = manifest.state_seq
    model.metrics.update({k: v for k, v in manifest.metrics.items() if v is not None})
    model.counts.update(manifest.counts)
    model.settings.update(manifest.settings)
    model.left_out.extend(manifest.left_out)
    model.size_bytes = sum(stamp.size for stamp in manifest.files.values())


def _timestamp(moment: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
