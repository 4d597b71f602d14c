"""Files of questions: read on trial in a process of their own, looked at, taken in whole or put aside."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import get_language, gettext as _

from lms.lib.codes import random_code
from lms.lib.states import Refused
from people.models import User
from quizzes.actions.classifying import add_tags
from quizzes.actions.keys import require_keys
from quizzes.actions.pictures import add_picture
from quizzes.actions.questions import create_question
from quizzes.authored import Authored
from quizzes.drafting import Draft
from quizzes.formats import sentences
from quizzes.formats.checking import Chosen, Judged, Known, judge
from quizzes.formats.result import BadFile, Read
from quizzes.formats.sandbox import read_safely
from quizzes.models import Bank, BankImport
from quizzes.queries import imports as reading

State = BankImport.State


@dataclass(frozen=True)
class Looked:
    """A file that was read and held against its bank; nothing is written."""

    read: Read
    judged: list[Judged]

    def count(self, verdict: str) -> int:
        """Questions of one verdict."""
        return sum(one.verdict == verdict for one in self.judged)


def read_file(content: bytes, language: str) -> Read:
    """The questions of a file. Raises Refused with the sentence and the place of what is wrong."""
    try:
        return read_safely(
            content, language=language, interface=get_language() or "vi", locale=[str(p) for p in settings.LOCALE_PATHS]
        )
    except BadFile as bad:
        where = sentences.place(bad.said.place)
        told = sentences.tell(bad.said)
        raise Refused(f"{where}: {told}" if where else told, bad.said.code) from bad


def look(read: Read, bank: Bank, options: dict[str, Any]) -> Looked:
    """Hold what was read against the bank as it is now."""
    return Looked(read, judge(read, reading.known(bank), chosen_by(options)))


def chosen_by(options: dict[str, Any]) -> Chosen:
    """What was chosen for the whole file."""
    return Chosen(options["topic"], options["difficulty"], options["use"], options.get("lesson", ""))


def upload_questions(
    *, bank: Bank, content: bytes, name: str, options: dict[str, Any], by: User, at: datetime
) -> BankImport:
    """Read a file on trial and keep it for a look. `options`: language, topic, difficulty, use, lesson.

    Raises Refused for who may not see keys, and for a file that cannot be read.
    """
    require_keys(bank=bank, by=by)
    read = read_file(content, options["language"])
    with transaction.atomic():
        path = storages["private"].save(f"question-imports/{random_code(20)}", ContentFile(content))
        batch = BankImport.objects.create(
            bank=bank, name=name[-200:], path=path, sha256=hashlib.sha256(content).hexdigest(), format=read.format,
            options=options, report=_report(read), created_at=at, created_by=by,
        )  # fmt: skip
        batch.born(by=by, at=at)
    return batch


def _report(read: Read) -> dict[str, Any]:
    """What is kept for the page: everything but the pictures themselves."""
    return {**replace(read, media={}).stored(), "pictures": sorted(read.media)}


def read_of(batch: BankImport) -> Read:
    """What was read when the file came. Its pictures are named, without their content."""
    stored = {**batch.report, "media": dict.fromkeys(batch.report.get("pictures", ()), "")}
    return Read.load(stored)


@transaction.atomic
def choose_again(*, batch: BankImport, options: dict[str, Any], by: User, at: datetime) -> BankImport:
    """Other defaults for a file that is still looked at. Another language reads the file anew."""
    require_keys(bank=batch.bank, by=by)
    row = BankImport.objects.select_for_update().get(pk=batch.pk)
    if row.state != State.READ:
        raise Refused(_("This file was taken in or put aside already."), "over")
    if options["language"] != row.options.get("language"):
        row.report = _report(read_file(reading.file_of(row), options["language"]))
    row.options = options
    row.save(update_fields=["options", "report"])
    return row


def take_in(*, batch: BankImport, only_good: bool, by: User, at: datetime) -> BankImport:
    """Store the questions of a file as drafts of `by`: all in one transaction, or none.

    Whoever presses second finds it done. Raises Refused when questions have faults and
    `only_good` was not chosen, or nothing is left to take in; Conflict or NotAllowed
    when the file was taken in or put aside meanwhile.
    """
    require_keys(bank=batch.bank, by=by)
    try:
        read = read_file(reading.file_of(batch), batch.options["language"])
    except FileNotFoundError as error:
        raise Refused(_("This file was taken in or put aside already."), "over") from error
    with transaction.atomic():
        # The claim comes first: of two who press, one writes and the other is told.
        batch.move(State.DONE, by=by, at=at, done_at=at, data={"only_good": only_good})
        # One file at a time for a bank, so that codes found free stay free.
        Bank.objects.select_for_update().get(pk=batch.bank_id)
        looked = look(read, batch.bank, batch.options)
        faulty = looked.count("fault")
        if faulty and not only_good:
            raise Refused(
                _("%(count)s questions have faults. Correct the file and send it again, or take in the others only.")
                % {"count": faulty},
                "faults",
            )
        if not looked.count("good"):
            raise Refused(_("There is no question to take in."), "nothing")
        codes = _store(batch.bank, looked, by, at)
        batch.report = {**batch.report, "codes": codes}
        batch.save(update_fields=["report"])
        transaction.on_commit(lambda: storages["private"].delete(batch.path))
    return batch


def _store(bank: Bank, looked: Looked, by: User, at: datetime) -> list[str]:
    kept: dict[str, str] = {}
    codes = []
    for one in looked.judged:
        if one.authored is None:
            continue
        authored = _with_picture(one.authored, bank, looked.read, kept, by)
        question = create_question(bank=bank, draft=Draft(authored), by=by, at=at)
        if one.item.tags:
            add_tags(question=question, tags=[tag[:40] for tag in one.item.tags[:10]], by=by, at=at)
        codes.append(question.code)
    return codes


def _with_picture(authored: Authored, bank: Bank, read: Read, kept: dict[str, str], by: User) -> Authored:
    """The question with its picture's name in the bank; each picture of the file is stored once."""
    figure = authored.content.get("figure")
    name = next((name for name in read.media if figure and name.rpartition(".")[0] == figure), "")
    if not name:
        return authored
    if name not in kept:
        upload = SimpleUploadedFile(name.removeprefix("media/"), read.media[name])
        kept[name] = add_picture(bank=bank, upload=upload, by=by)
    return replace(authored, content={**authored.content, "figure": kept[name]})


@transaction.atomic
def drop_questions(*, batch: BankImport, by: User, at: datetime) -> BankImport:
    """Put a file aside: what was read of it is forgotten."""
    batch.move(State.DROPPED, by=by, at=at)
    batch.report = {"format": batch.format, "items": [], "media": {}, "said": []}
    batch.save(update_fields=["report"])
    transaction.on_commit(lambda: storages["private"].delete(batch.path))
    return batch


__all__ = ["Known", "Looked", "choose_again", "drop_questions", "look", "read_of", "take_in", "upload_questions"]
