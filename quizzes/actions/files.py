"""Files handed in as answers: checked, kept in the private storage, and saved as any other answer is."""

from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lms.lib import uploads
from lms.lib.states import Refused
from people.models import User
from quizzes.actions.answers import Saved, save_answer
from quizzes.models import Attempt, AttemptItem
from quizzes.types.file import KINDS, MAX_BYTES, signed, slot

MOST = 20
"""Files per question of an attempt, each of which is kept."""


def hand_in_file(
    *, attempt: Attempt, position: int, upload: "UploadedFile[bytes]", key: UUID, by: User, at: datetime
) -> Saved:
    """Keep the file and save it as the answer; `key` names this save, as for any answer.

    Raises BadUpload; AttemptItem.DoesNotExist for a question that takes no file;
    Refused as `save_answer` does, which keeps a file that came late as evidence.
    """
    item = AttemptItem.objects.select_related("version").get(attempt=attempt, position=position, version__type="file")
    if item.answers.count() + item.late_answers.count() >= MOST:
        raise Refused(_("No more files are taken for this question. The last one counts."), code="files")
    checked = uploads.check(upload, allowed=KINDS, max_bytes=MAX_BYTES)
    path = f"answers/{slot(item.order)}/{checked.sha256}.{checked.extension}"
    # Named by what is in it: the same file sent twice is one.
    if not storages["private"].exists(path):
        path = storages["private"].save(path, ContentFile(checked.content))
    facts = {
        "path": path,
        "name": (upload.name or "")[-120:],
        "sha256": checked.sha256,
        "size": len(checked.content),
    }
    last = item.answers.order_by("-revision").first()
    return save_answer(
        attempt=attempt,
        position=position,
        response={"r": [signed(item.order, facts)]},
        revision=last.revision + 1 if last else 1,
        key=key,
        by=by,
        at=at,
    )
