"""Pictures that questions show and no course pack brought."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.images.models import Image
from wagtail.models import Collection

from courses.packs.media import collection_of
from lms.lib.states import Refused
from lms.lib.text import fold
from lms.lib.uploads import BadUpload, check
from people.models import User
from quizzes.models import Bank
from quizzes.queries.papers import own_collection

KINDS = ("png", "jpg", "jpeg")
MAX_BYTES = 3_000_000


@transaction.atomic
def add_picture(*, bank: Bank, upload: "UploadedFile[bytes]", by: User) -> str:
    """Keep the picture with the bank's course and give the name that a question writes, `media/name`.

    Raises Refused for what is no picture, and for a bank without a course.
    """
    if bank.course is None:
        raise Refused(_("Pictures are kept with a course, and this bank has none."), "no_course")
    try:
        checked = check(upload, allowed=KINDS, max_bytes=MAX_BYTES)
    except BadUpload as error:
        raise Refused(str(error), "bad_picture") from error
    parent = collection_of(bank.course)
    name = own_collection(bank.course.code)
    here = parent.get_children().filter(name=name).first() or parent.add_child(instance=Collection(name=name))
    stem = slugify(fold(PurePosixPath(upload.name or "").stem))[:40].strip("-").replace("_", "-") or "picture"
    # A name is never given twice: versions that show an earlier picture keep it.
    title = f"{stem}-{uuid4().hex[:6]}"
    image = Image(title=f"{title}.{checked.extension}", collection=here, uploaded_by_user=by)
    image.file = ContentFile(checked.content, name=f"{bank.code.lower()}-{title}.{checked.extension}")
    image._set_image_file_metadata()
    image.save()
    return f"media/{title}"
