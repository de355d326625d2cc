"""The ports of exports in memory."""

from collections.abc import Callable, Mapping

from chalicelib.exports.model import Export
from chalicelib.kernel.errors import TemporarilyUnavailableError


class FakeExportRecords:
    """The `ExportRecords` port."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], Export] = {}

    def put(self, export: Export) -> None:
        self.items[export.campaign_id, export.export_id] = export

    def get(self, campaign_id: str, export_id: str) -> Export | None:
        return self.items.get((campaign_id, export_id))


class FakeExportUploads:
    """The `PieceUploads` port; ``before_send`` may raise."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.pieces: dict[str, dict[int, bytes]] = {}
        self.before_send: Callable[[int], None] = lambda _number: None

    def begin(self, key: str, *, content_type: str) -> str:
        upload_id = f"{key}#{content_type}#{len(self.pieces)}"
        self.pieces[upload_id] = {}
        return upload_id

    def send(self, key: str, upload_id: str, number: int, body: bytes) -> None:
        assert upload_id.startswith(key)
        self.before_send(number)
        self.pieces[upload_id][number] = body

    def arrived(self, key: str, upload_id: str) -> Mapping[int, object] | None:
        assert upload_id.startswith(key)
        return self.pieces.get(upload_id)

    def finish(self, key: str, upload_id: str, pieces: int) -> None:
        sent = self.pieces.pop(upload_id)
        self.objects[key] = b"".join(sent[number] for number in range(1, pieces + 1))


class FakeExportWorkflows:
    """The `ExportWorkflows` port."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str]] = []
        self.down = False

    def export_messages(self, campaign_id: str, export_id: str) -> None:
        if self.down:
            raise TemporarilyUnavailableError("Step Functions could not be reached.")
        self.started.append((campaign_id, export_id))
