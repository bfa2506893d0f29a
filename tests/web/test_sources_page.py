"""The Sources pages: handing files in, the report, what may be downloaded, putting back."""

import hashlib
import io
import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.conftest import Cast
from tests.sources.handing_in import CONTEST, handed_in, two_versions, whole_result

from courtyard.electorate.dataset import current, versions, writing
from courtyard.journal.op import new_op
from courtyard.people.models import Role
from courtyard.sources import acts, rules, spool
from courtyard.sources.models import Load
from courtyard.web import sources, uploads

SOURCES = "/sources/"


@pytest.fixture(autouse=True)
def home(tmp_path, settings) -> Path:
    settings.COURTYARD_HOME = tmp_path
    settings.COURTYARD_ELECTORATE = tmp_path / "electorate"
    return tmp_path


def file(name: str = "result.csv", content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or whole_result())


def text(answer) -> str:
    return answer.content.decode()


def spools() -> list[Path]:
    return list(spool.root().iterdir()) if spool.root().exists() else []


def test_it_says_what_to_do_next_where_nothing_is_loaded(walls, client, sign_in, cast) -> None:
    from courtyard.territory.models import Edition

    page = text(sign_in("administrator").get(SOURCES))
    assert Edition.objects.count() == 2
    assert "Congressional districts 2012–2022" in page
    assert 'type="file"' in page


def test_it_takes_files_in_and_reads_them(sign_in, home: Path) -> None:
    client = sign_in("administrator")
    answer = client.post(SOURCES, {"op": str(new_op()), "files": file()})
    assert (answer.status_code, answer.url) == (302, SOURCES)
    page = text(client.get(SOURCES))
    assert "4,064 of 4,064 rows kept" in page
    assert "handed in by Administrator" in page
    assert reverse("dataset", args=[CONTEST]) in page
    assert spools() == []


def test_it_answers_a_script_with_where_to_go(sign_in) -> None:
    client = sign_in("administrator")
    answer = client.post(SOURCES, {"files": file()}, headers={"accept": "application/json"})
    assert answer.json() == {"next": SOURCES}
    answer = client.post(SOURCES, {"said": "x"}, headers={"accept": "application/json"})
    assert answer.status_code == 400
    assert "No file was chosen" in answer.json()["error"]
    assert spools() == []


def test_it_is_read_once_when_sent_twice(sign_in) -> None:
    client, op = sign_in("administrator"), str(new_op())
    for _ in range(2):
        assert client.post(SOURCES, {"op": op, "files": file()}).status_code == 302
    assert Load.objects.count() == 1
    assert spools() == []


def test_it_says_why_a_file_was_refused(sign_in) -> None:
    client = sign_in("administrator")
    client.post(SOURCES, {"files": file("../<letter>.csv", b"Dear neighbours,\nhello\n")})
    page = text(client.get(SOURCES))
    assert "_letter_.csv" in page
    assert "not loaded" in page
    assert "not a kind of file" in page


@pytest.mark.parametrize("person", ["organiser", "captain", "stranger"])
def test_it_takes_no_file_from_others(sign_in, person: str) -> None:
    answer = sign_in(person).post(SOURCES, {"files": file()})
    assert answer.status_code == 403
    assert not Load.objects.exists()
    assert spools() == []


def test_it_shows_the_form_to_those_who_may_load_only(sign_in) -> None:
    assert 'type="file"' not in text(sign_in("organiser").get(SOURCES))


def test_it_refuses_a_form_without_its_token(cast: Cast, sign_in) -> None:
    known = sign_in("administrator")
    strict = Client(enforce_csrf_checks=True, headers={"user-agent": "x"})
    strict.cookies = known.cookies
    assert strict.post(SOURCES, {"files": file()}).status_code == 403
    assert not Load.objects.exists()
    assert spools() == []


def test_it_says_so_when_the_disk_is_full(sign_in, monkeypatch) -> None:
    monkeypatch.setattr(spool, "room", lambda: 1000)
    answer = sign_in("administrator").post(SOURCES, {"files": file()})
    assert answer.status_code == 400
    assert "has room for 1 kB more" in text(answer)
    assert spools() == []


def test_it_drops_files_sent_to_other_forms(sign_in, monkeypatch) -> None:
    from django.core.files import uploadhandler

    monkeypatch.setattr(uploadhandler, "InMemoryUploadedFile", None)  # nothing may make one
    answer = sign_in("member").post(reverse("theme"), {"theme": "dark", "x": file()})
    assert answer.status_code == 302
    assert not answer.wsgi_request.FILES


def test_it_gives_htmx_the_part_that_changes(sign_in, cast: Cast) -> None:
    client = sign_in("administrator")
    load = handed_in(cast)
    whole, part = client.get(SOURCES), client.get(SOURCES, headers={"HX-Request-Type": "partial"})
    assert "<html" in text(whole)
    assert "<html" not in text(part)
    for page in (whole, part):
        assert 'hx-trigger="every 2s"' in text(page)
    stop = client.post(reverse("cancel-load", args=[load.id]), {"op": str(new_op())})
    assert stop.status_code == 302
    part = client.get(SOURCES, headers={"HX-Request-Type": "partial"})
    assert 'hx-trigger="every 2s"' not in text(part)
    assert spools() == []


def test_it_shows_the_report_and_all_versions(sign_in) -> None:
    name = two_versions()
    for person in ("administrator", "organiser"):
        client = sign_in(person)
        page = text(client.get(reverse("dataset", args=[name])))
        assert "4,064" in page
        assert hashlib.sha256(whole_result()).hexdigest() in page
        assert ("Undo this load" in page) == (person == "administrator")
        older = client.get(reverse("dataset", args=[name]), {"version": 1})
        assert "This version is not in force" in text(older)
        for query in ({"version": 9}, {"version": "x"}):
            assert client.get(reverse("dataset", args=[name]), query).status_code == 404
        report = client.get(reverse("dataset-report", args=[name]), {"version": 1}).json()
        assert report["version"] == 1


@pytest.fixture
def aside(home: Path) -> str:
    """A dataset with rows set aside, one of which says a value."""
    name = two_versions()
    folder = current(home / "electorate", name).folder
    (folder / "set-aside.csv").write_text("dataset,source,line,reason,row\nx,y,1,z,Rosa\n")
    report = json.loads((folder / "report.json").read_text())
    report["fields"][0]["bad_first"] = [{"line": 7, "value": "Rosa"}]
    codes = [("OTH", 3), ("Rosa Diaz", 2), ("Main\u00a0St", 1), ("Garcia", 4)]
    report["fields"][0]["unknown"] = [{"code": code, "rows": rows} for code, rows in codes]
    entries = [{"entry": "GE20", "rows": 5}, {"entry": "Rosa · 1", "rows": 6}]
    report["history"] = {"entries": 20, "read": 9, "unknown": entries, "elections": 2}
    report["set_aside"] = [{"reason": "z", "rows": 1, "first_lines": [1]}]
    (folder / "report.json").write_text(json.dumps(report))
    return name


def allow(home: Path, name: str, *uses: str) -> None:
    manifest = current(home / "electorate", name).folder / "manifest.json"
    said = json.loads(manifest.read_text())
    said["permitted"]["uses"] = uses
    manifest.write_text(json.dumps(said))


def test_it_gives_rows_set_aside_to_those_who_load(sign_in, aside: str) -> None:
    address = reverse("set-aside", args=[aside])
    answer = sign_in("administrator").get(address)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"Rosa" in io.BytesIO(b"".join(answer.streaming_content)).read()
    for person in ("organiser", "captain", "member", "stranger"):
        assert sign_in(person).get(address).status_code == 403
    page = text(sign_in("organiser").get(reverse("dataset", args=[aside])))
    assert "Download" not in page
    assert "The rows themselves may hold names" in page


def test_it_gives_them_to_nobody_where_the_law_does_not_allow(sign_in, aside, home) -> None:
    client = sign_in("administrator")
    for uses, status in ((["organising"], 403), ([], 403), (["election"], 200)):
        allow(home, aside, *uses)
        answer = client.get(reverse("set-aside", args=[aside]))
        assert answer.status_code == status
        b"".join(getattr(answer, "streaming_content", ()))  # read to its end, it is closed
        assert ("Download" in text(client.get(reverse("dataset", args=[aside])))) == (status == 200)
        report = text(client.get(reverse("dataset-report", args=[aside])))
        assert ("Rosa" in report) == (status == 200)


def test_it_keeps_values_out_of_the_report_for_others(sign_in, aside: str) -> None:
    client = sign_in("organiser")
    said = client.get(reverse("dataset-report", args=[aside])).json()
    assert said["fields"][0]["bad_first"] == [{"line": 7}]
    assert said["fields"][0]["unknown"] == [{"code": "OTH", "rows": 3}, {"rows": 7}]
    assert said["history"]["unknown"] == [{"entry": "GE20", "rows": 5}, {"rows": 6}]
    page = text(client.get(reverse("dataset", args=[aside])))
    for word in ("Rosa", "Garcia", "Main\u00a0St"):
        assert word not in page
    assert "7 rows with unknown values that are not shown" in page
    assert "others, not shown" in page
    for word in ("OTH", "GE20"):
        assert word in page
    assert "Rosa Diaz" in text(sign_in("administrator").get(reverse("dataset", args=[aside])))


def test_it_asks_before_another_version_comes_into_force(sign_in, home: Path) -> None:
    name, client = two_versions(), sign_in("administrator")
    address = reverse("put-back", args=[name])
    assert "Put version 1 back in force?" in text(client.get(address, {"to": 1}))
    assert current(home / "electorate", name).number == 2
    answer = client.post(address, {"op": str(new_op()), "was": 2, "to": 1})
    assert answer.url == reverse("dataset", args=[name])
    assert current(home / "electorate", name).number == 1
    stale = client.post(address, {"op": str(new_op()), "was": 2, "to": ""})
    assert stale.status_code == 409
    assert "Another version came into force" in text(stale)
    client.post(address, {"op": str(new_op()), "was": 1, "to": ""})
    assert current(home / "electorate", name) is None
    assert "Nothing of this is in force" in text(client.get(reverse("dataset", args=[name])))
    assert "Taken out of force" in text(client.get(SOURCES))
    assert client.get(address, {"to": 7}).status_code == 404
    for method in (sign_in("organiser").get, sign_in("organiser").post):
        assert method(address, {"to": 1, "was": ""}).status_code == 403


def test_it_removes_old_versions(sign_in, home: Path, monkeypatch) -> None:
    from courtyard.sources import rules

    monkeypatch.setattr(rules, "KEPT_VERSIONS", 1)
    name, client = two_versions(), sign_in("administrator")
    assert "Remove old versions" in text(client.get(reverse("dataset", args=[name])))
    client.post(reverse("prune", args=[name]), {"op": str(new_op())})
    assert [one.number for one in versions(home / "electorate", name)] == [2]
    assert sign_in("organiser").post(reverse("prune", args=[name])).status_code == 403


def test_it_says_which_dataset_is_damaged(sign_in, home: Path) -> None:
    name = two_versions()
    (current(home / "electorate", name).folder / "manifest.json").write_text("{")
    client = sign_in("administrator")
    assert "Something that is stored cannot be read" in text(client.get(SOURCES))
    assert "What is stored cannot be read" in text(client.get(reverse("dataset", args=[name])))
    client.post(reverse("put-back", args=[name]), {"op": str(new_op()), "was": "", "to": 1})
    assert current(home / "electorate", name).number == 1


def test_it_lists_the_others_where_one_is_damaged(sign_in, home: Path) -> None:
    name = two_versions()
    broken = home / "electorate" / "voters" / "ny-voters"
    broken.mkdir(parents=True)
    (broken / "current").write_text("1\n")
    page = text(sign_in("administrator").get(SOURCES))
    assert reverse("dataset", args=[name]) in page
    assert "4,064" in page
    assert "ny-voters" in page
    assert "Load their files again" in page


def test_it_drops_files_of_other_fields(sign_in) -> None:
    client = sign_in("administrator")
    client.post(SOURCES, {"files": file("one.csv"), "other": file("hidden.csv", b"a,b\n")})
    assert [one["name"] for one in Load.objects.get().files] == ["one.csv"]
    assert Load.objects.get().state == "done"
    assert client.post(SOURCES, {"other": file()}).status_code == 400
    assert spools() == []


def test_it_takes_no_file_of_somebody_whose_role_ended_on_the_way(
    cast: Cast, sign_in, monkeypatch
) -> None:
    client = sign_in("administrator")
    complete = uploads.SpoolHandler.file_complete

    def ended(self, size: int):
        Role.objects.filter(account=cast.administrator).update(ended_at=timezone.now())
        return complete(self, size)

    monkeypatch.setattr(uploads.SpoolHandler, "file_complete", ended)
    assert client.post(SOURCES, {"files": file()}).status_code == 403
    assert not Load.objects.exists()
    assert spools() == []


def test_it_shows_the_first_of_many_and_takes_no_more(sign_in, cast: Cast, monkeypatch) -> None:
    client = sign_in("administrator")
    monkeypatch.setattr(sources, "RUNNING_SHOWN", 2)
    for n in range(rules.MOST_WAITING):
        handed_in(cast, (f"{n}.csv", b"1"))
    page = text(client.get(SOURCES))
    assert page.count('class="load-names"') == 2
    assert "0.csv" in page
    assert "8 more wait their turn" in page
    answer = client.post(SOURCES, {"files": file()})
    assert answer.status_code == 400
    assert "10 loads of yours wait" in text(answer)
    assert Load.objects.count() == rules.MOST_WAITING


def test_it_says_that_a_load_of_it_is_running(sign_in, home: Path, monkeypatch) -> None:
    monkeypatch.setattr(rules, "KEPT_VERSIONS", 1)
    name, client = two_versions(), sign_in("administrator")
    with writing(home / "electorate", "results", name):
        for address, said in (("put-back", {"was": 2, "to": 1}), ("prune", {})):
            answer = client.post(reverse(address, args=[name]), {"op": str(new_op())} | said)
            assert answer.status_code == 409
            assert "A load of this dataset is running" in text(answer)
    assert current(home / "electorate", name).number == 2


def test_it_says_that_it_is_too_late_to_stop(sign_in, cast: Cast) -> None:
    load, client = handed_in(cast), sign_in("administrator")
    acts.take(load.id, worker="w", now=timezone.now())
    acts.tell(load.id, worker="w", now=timezone.now(), stage=rules.PUTTING_IN_FORCE)
    assert reverse("cancel-load", args=[load.id]) not in text(client.get(SOURCES))
    answer = client.post(reverse("cancel-load", args=[load.id]), {"op": str(new_op())})
    assert answer.status_code == 409
    assert "It is being put in force at this moment" in text(answer)
    assert (spool.root() / load.spool).exists()


def test_it_says_which_version_is_undone_and_which_comes_back(sign_in) -> None:
    name, client = two_versions(), sign_in("administrator")
    address = reverse("put-back", args=[name])
    page = text(client.get(address, {"to": 1}))
    assert "Version 2, loaded on" in page
    assert "Version 1, loaded on" in page
    assert "comes back" in page
    assert "comes back" not in text(client.get(address))
    client.post(address, {"op": str(new_op()), "was": 2, "to": ""})
    assert "Nothing of this is in force" in text(client.get(address))


def test_it_names_fields_and_reasons_in_the_readers_language(sign_in, home: Path) -> None:
    name, client = two_versions(), sign_in("administrator")
    path = current(home / "electorate", name).folder / "report.json"
    report = json.loads(path.read_text())
    said = ("it has no voter id", "It has no voter id.", "a reason of its own")
    report["set_aside"] = [{"reason": one, "rows": 1, "first_lines": [1]} for one in said]
    report["fields"] = [{"field": "last_name", "share": 1}, {"field": "shoe_size", "share": 1}]
    path.write_text(json.dumps(report))
    page = text(client.get(reverse("dataset", args=[name]), headers={"accept-language": "es"}))
    assert page.count("No tiene identificador de votante.") == 2
    assert "a reason of its own" in page
    assert "apellido" in page
    assert "shoe_size" in page
