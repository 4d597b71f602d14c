"""Pictures that questions show and no course pack brought."""

from pathlib import PurePosixPath
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify
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
def add_picture(*, bank: Bank, upload: "UploadedFile[bytes]", by: User, credit: str = "") -> str:
    """Keep the picture with the bank and give the name that a question writes, `media/name`.

    `credit` says who made it and under which licence it is used. Raises Refused for what is no picture.
    """
    try:
        checked = check(upload, allowed=KINDS, max_bytes=MAX_BYTES)
    except BadUpload as error:
        raise Refused(str(error), "bad_picture") from error
    # With the bank's course; those of a scheme's bank in a collection of the bank's own.
    parent = collection_of(bank.course) if bank.course else Collection.get_first_root_node()
    name = own_collection((bank.course or bank).code)
    here = parent.get_children().filter(name=name).first() or parent.add_child(instance=Collection(name=name))
    stem = slugify(fold(PurePosixPath(upload.name or "").stem))[:40].strip("-").replace("_", "-") or "picture"
    # A name is never given twice: versions that show an earlier picture keep it.
    title = f"{stem}-{uuid4().hex[:6]}"
    image = Image(title=f"{title}.{checked.extension}", collection=here, uploaded_by_user=by, description=credit[:255])
    image.file = ContentFile(checked.content, name=f"{bank.code.lower()}-{title}.{checked.extension}")
    image._set_image_file_metadata()
    image.save()
    return f"media/{title}"
