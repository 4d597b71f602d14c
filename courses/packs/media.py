"""What a lesson refers to: pictures, as Wagtail images in a collection of the course's own, and links."""

import hashlib

from wagtail.images.models import Image
from wagtail.models import Collection, Page

from courses.models import Course

EARLIER = "earlier"


def collection_of(course: Course) -> Collection:
    """The collection of the course's pictures, made when first asked for."""
    return _child(Collection.get_first_root_node(), course.code)


def earlier_of(course: Course) -> Collection:
    """Where pictures go that a pack no longer holds: studied revisions still show them."""
    return _child(collection_of(course), EARLIER)


def is_same(image: Image, content: bytes) -> bool:
    """Whether the picture's file holds `content`, by the digest that Wagtail keeps."""
    return bool(image.get_file_hash() == hashlib.sha1(content, usedforsecurity=False).hexdigest())


def content_of(image: Image) -> bytes:
    """The picture's bytes; none if its file is gone."""
    try:
        with image.open_file() as file:
            content: bytes = file.read()
            return content
    except OSError:
        return b""


def address_of(attributes: dict[str, str]) -> str:
    """The address of a link in rich text: its own, or that of the inner page that it names."""
    if attributes.get("linktype") == "page":
        page = Page.objects.filter(pk=attributes.get("id") or 0).first()
        return (page.full_url or "") if page else ""
    return attributes.get("href", "")


def pictures(course: Course) -> dict[str, Image]:
    """The course's pictures by file name, without `media/`; the newest of each name."""
    found = Image.objects.filter(collection__name=course.code, collection__depth=2).order_by("pk")
    return {image.title: image for image in found}


def _child(parent: Collection, name: str) -> Collection:
    found = parent.get_children().filter(name=name).first()
    return found or parent.add_child(instance=Collection(name=name))
