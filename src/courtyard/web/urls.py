"""Every address of the web door, with who may use it."""

from django.urls import include, path

from courtyard.journal.reader import Rank

from . import (
    access,
    area,
    basemap,
    building,
    cut,
    devices,
    errors,
    first,
    first_map,
    first_weights,
    ground,
    preferences,
    receipt,
    sources,
    sources_dataset,
    sources_ground,
    start,
    tiles,
)
from .routes import Route, Who, both, get, patterns, post, sign_in_routes

OWN = (
    Route("start", get(Who.ANYBODY), "", start.start),
    Route("look", get(Who.ANYBODY), "look/", start.look),
    Route("health", get(Who.ANYBODY), "health/", start.health),
    Route("robots", get(Who.ANYBODY), "robots.txt", start.robots),
    Route("csp-report", post(Who.ANYBODY), "csp-report/", errors.csp_report),
    Route("language", post(Who.ANYBODY), "language/", preferences.language),
    Route("theme", post(Who.ANYBODY), "theme/", preferences.theme),
    Route("ground", both(Rank.MEMBER), "ground/", ground.page),
    Route("ground-print", get(Rank.MEMBER), "ground/print/", ground.printed),
    Route("ground-figures", get(Rank.MEMBER), "ground/figures/", ground.figures_json),
    Route(
        "tile",
        get(Who.ANYBODY),
        "tiles/<str:digest>/<int:z>/<int:x>/<int:y>.mvt",
        tiles.tile,
        door=None,
    ),
    Route(
        "basemap",
        get(Rank.MEMBER),
        "basemap/<str:stamp>/<int:z>/<int:x>/<int:y>.mvt",
        basemap.tile,
    ),
    Route("here", get(Who.ANYBODY), "here/", receipt.index, door="public"),
    Route(
        "here-contest",
        get(Who.ANYBODY),
        "here/<slug:contest>/",
        receipt.contest_page,
        door="public",
    ),
    Route(
        "here-postcard",
        get(Who.ANYBODY),
        "here/<slug:contest>/<path:area>/postcard/",
        receipt.postcard,
        door="public",
    ),
    Route(
        "here-picture",
        get(Who.ANYBODY),
        "here/<slug:contest>/<path:area>/picture.png",
        receipt.picture,
        door="public",
    ),
    Route(
        "here-area",
        get(Who.ANYBODY),
        "here/<slug:contest>/<path:area>/",
        receipt.page,
        door="public",
    ),
    Route("area", get(Rank.MEMBER), "area/<uuid:area>/", area.page),
    Route("cut", both(Rank.CAPTAIN), "area/<uuid:area>/cut/", cut.page),
    Route("cut-turfs", get(Rank.CAPTAIN), "area/<uuid:area>/cut/turfs.json", cut.turfs_json),
    Route("building", both(Rank.MEMBER), "building/<uuid:building>/", building.page),
    Route("first", get(Rank.MEMBER), "first/", first.page),
    Route("first-map", get(Rank.MEMBER), "first/map/", first_map.page),
    Route("first-figures", get(Rank.MEMBER), "first/figures.json", first_map.figures_json),
    Route("first-print", get(Rank.MEMBER), "first/print/", first.printed),
    Route(
        "first-weights",
        {**get(Rank.MEMBER), **post(Rank.ORGANISER)},
        "first/weights/",
        first_weights.page,
    ),
    Route("access", get(Rank.ORGANISER), "access/", access.page),
    Route("invite", post(Rank.ORGANISER), "access/invite/", access.invite),
    Route(
        "withdraw",
        post(Rank.ORGANISER),
        "access/invitations/<uuid:invitation>/withdraw/",
        access.withdraw,
    ),
    Route("end-role", post(Who.SIGNED_IN), "access/roles/<uuid:role>/end/", access.end_role),
    Route("pass-role", post(Rank.ORGANISER), "access/roles/<uuid:role>/pass/", access.pass_role),
    Route("join", both(Who.ANYBODY), "join/<str:link>/", access.join, door="sign-in"),
    Route("sources", both(Rank.ORGANISER), "sources/", sources.page),
    Route("cancel-load", post(Rank.ORGANISER), "sources/loads/<uuid:load>/cancel/", sources.cancel),
    Route(
        "ground-source",
        get(Rank.ORGANISER),
        "sources/ground/<uuid:first>/",
        sources_ground.page,
    ),
    Route(
        "ground-put-back",
        both(Rank.ORGANISER),
        "sources/ground/<uuid:first>/put-back/",
        sources_ground.put_back,
    ),
    Route(
        "ground-prune",
        post(Rank.ORGANISER),
        "sources/ground/<uuid:first>/prune/",
        sources_ground.prune,
    ),
    Route("dataset", get(Rank.ORGANISER), "sources/<slug:name>/", sources_dataset.page),
    Route(
        "dataset-report",
        get(Rank.ORGANISER),
        "sources/<slug:name>/report/",
        sources_dataset.report,
    ),
    Route(
        "set-aside",
        get(Rank.ORGANISER),
        "sources/<slug:name>/set-aside/",
        sources_dataset.set_aside,
    ),
    Route(
        "put-back",
        both(Rank.ORGANISER),
        "sources/<slug:name>/put-back/",
        sources_dataset.put_back,
    ),
    Route("prune", post(Rank.ORGANISER), "sources/<slug:name>/prune/", sources_dataset.prune),
    Route("devices", get(Who.SIGNED_IN), "devices/", devices.page),
    Route("end-device", post(Who.SIGNED_IN), "devices/<uuid:device>/end/", devices.end),
)

TABLE = {route.name: route for route in (*OWN, *sign_in_routes())}

urlpatterns = [
    *patterns(OWN),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
]

handler400 = errors.bad_request
handler403 = errors.refused
handler404 = errors.not_found
handler500 = errors.broken
