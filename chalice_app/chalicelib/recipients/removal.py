"""Removes a recipient file: uploads, parts, reports, then the record; its workflow calls until all is gone."""

from chalicelib.recipients.model import RecipientFileStatus
from chalicelib.recipients.places import output_folder, upload_folder
from chalicelib.recipients.ports import Deadline, ImportObjects, MultipartUploads, RecipientFileRepository

_RESERVE_SECONDS = 20
"""What must be left of an invocation to go on: S3 takes some seconds to list and delete a thousand objects."""


class RecipientRemoval:
    """The work of the removal workflow, for one invocation."""

    def __init__(
        self,
        *,
        files: RecipientFileRepository,
        objects: ImportObjects,
        multiparts: MultipartUploads,
        deadline: Deadline,
    ) -> None:
        self._files = files
        self._objects = objects
        self._multiparts = multiparts
        self._deadline = deadline

    def remove(self, file_id: str) -> bool:
        """Remove as much as there is time for; tell whether the file is gone. It may be called again at any time.

        A file that nobody asked to delete stays, and counts as done.
        """
        recipient_file = self._files.get(file_id)
        if recipient_file is None or recipient_file.status is not RecipientFileStatus.DELETING:
            return True
        if recipient_file.upload_id:
            self._multiparts.abort(recipient_file.object_key, recipient_file.upload_id)
        for folder in (upload_folder(file_id), output_folder(file_id)):
            while self._objects.remove(folder):
                if self._deadline.remaining_seconds() < _RESERVE_SECONDS:
                    return False
        self._files.remove(file_id)
        return True
