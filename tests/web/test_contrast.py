"""The look keeps its word: every two colours that may meet can be told apart, in every light.

A new colour token must be declared in one of the tables below, with what it meets.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from itertools import combinations, pairwise
from math import dist
from operator import mul
from pathlib import Path

import courtyard

WEB = Path(courtyard.__file__).parent / "web"
CSS = WEB / "static" / "css"
TEMPLATES = [
    *(WEB / "jinja2" / "components").glob("*.html"),
    *(WEB / "jinja2" / "look").glob("*.html"),
]
SHIPPED = ("tokens.css", "base.css", "components.css", "ground.css", "print.css")
STYLED = sorted(CSS.glob("*.css"))
THEMES = ("light", "dark", "sunlight")

GROUNDS = ("paper", "sheet", "wash")
WASHES = ("leaf-wash", "amber-wash", "sky-wash", "stop-wash")
RAMPS = ("leaf", "brick")
CHANGE = ("brick-4", "brick-2", "even", "sky-2", "sky-4")  # much less, less, as before, more, much

# Words and what they stand on: 4.5, and 7 in the sun.
TEXT = [
    *[(ink, ground) for ink in ("ink", "soft", "sky") for ground in GROUNDS],
    *[("ink", wash) for wash in WASHES],
    *[("sky", wash) for wash in WASHES],  # links in notices
    ("soft", "leaf-wash"),  # the hint in a chosen answer
    ("brick", "paper"),
    ("brick", "sheet"),
    ("on-brick", "brick"),
    ("on-brick", "brick-deep"),
    ("on-ink", "ink"),
    ("on-leaf", "leaf"),
    ("leaf", "leaf-wash"),
    ("leaf", "paper"),
    ("leaf", "sheet"),
    ("amber", "amber-wash"),
    ("amber", "paper"),
    ("amber", "sheet"),
    ("stop", "stop-wash"),
    ("stop", "paper"),
    ("stop", "sheet"),
    ("stop", "wash"),
]

# Borders of what can be touched, rings, bars, marks: 3.
EDGES = [
    *[("edge", ground) for ground in (*GROUNDS, *WASHES)],
    *[("focus", ground) for ground in (*GROUNDS, *WASHES)],
    *[(mark, ground) for mark in ("brick", "leaf", "ink", "soft", "stop") for ground in GROUNDS],
    *[(colour, f"{colour}-wash") for colour in ("leaf", "amber", "sky", "stop")],
    ("amber", "wash"),
    ("brick-deep", "paper"),
    ("brick-deep", "sheet"),
    ("brick-deep", "wash"),
    ("focus", "water"),
    ("ink", "water"),
    ("brick", "water"),  # a pin
    *[(f"turf-{n}", ground) for n in range(1, 7) for ground in ("wash", "sheet", "water")],
]

# What is only seen, and said in words too: grounds that differ, hairlines, hatching.
SEEN = [
    ("wash", "paper", 1.08),
    ("wash", "sheet", 1.08),
    ("line", "paper", 1.3),
    ("line", "sheet", 1.3),
    ("line", "wash", 1.2),
    ("no-data-line", "no-data", 2.0),
    ("water", "leaf-5", 4.5),
    ("water", "brick-5", 4.5),
    ("map-line", "leaf-4", 3.0),
    ("map-line", "brick-4", 3.0),
]

NEXT_STEP = 1.18  # between neighbours of a ramp
TOLD_APART = 15  # CIE76 between neighbours of a change, by whomever it is seen
# Linear RGB as it is seen without one of the three cones: Machado, Oliveira and Fernandes 2009.
SEEN_BY = {
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopes": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
                   (-0.003882, -0.048116, 1.051998)),
    "deuteranopes": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                     (-0.011820, 0.042940, 0.968881)),
    "tritanopes": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602),
                   (0.004733, 0.691367, 0.303900)),
}  # fmt: skip
TO_XYZ = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0178, 0.1095, 0.8727))  # D65 is 1
NOT_COLOURS_OF_THINGS = {"veil", "float"}  # shadows

COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix)\(", re.IGNORECASE
)
NAMED = re.compile(
    r"(?<![\w-])(?:aqua|azure|beige|bisque|black|blue|brown|chocolate|coral|crimson|cyan|fuchsia|gold|goldenrod|gr[ae]y"
    r"|green|indigo|ivory|khaki|lavender|lime|linen|magenta|maroon|navy|olive|orange|orchid|peru|pink|plum|purple|red"
    r"|salmon|seashell|sienna|silver|snow|tan|teal|thistle|tomato|turquoise|violet|wheat|white|yellow"
    r"|(?:dark|light|medium|pale|deep|hot|dim|slate|steel|royal|midnight|sea|forest|fire)[a-z]*"
    r"(?:blue|green|red|gr[ae]y|pink|orange|cyan|brick|coral|salmon|violet|orchid|yellow))(?![\w-])",
    re.IGNORECASE,
)
PHYSICAL = re.compile(
    r"^(?:top|right|bottom|left|(?:min-|max-)?(?:width|height)"
    r"|(?:margin|padding|scroll-margin|scroll-padding)-(?:top|right|bottom|left)"
    r"|border-(?:top|right|bottom|left)(?:-.*)?)$"
)
DECLARATION = re.compile(r"(--)?([\w-]+)\s*:\s*([^;{}]+?)\s*(?=[;}])")


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


@cache
def _declarations(name: str) -> list[tuple[str, str]]:
    """The (property, value) pairs of a stylesheet, without what stands in quotation marks."""
    css = re.sub(r'"[^"]*"', '""', _without_comments((CSS / name).read_text(encoding="utf-8")))
    return [((dashes or "") + prop, value) for dashes, prop, value in DECLARATION.findall(css)]


def _block(css: str, selector: str) -> str:
    start = css.index(selector + " {") + len(selector) + 2
    depth, end = 1, start
    while depth:
        depth += {"{": 1, "}": -1}.get(css[end], 0)
        end += 1
    return re.sub(r"@media[^{]*\{[^{}]*\}", "", css[start : end - 1])


@cache
def _tokens() -> dict[str, dict[str, str]]:
    """For each theme its tokens as written, with light-dark() and var() resolved."""
    css = _without_comments((CSS / "tokens.css").read_text(encoding="utf-8"))
    common = dict(re.findall(r"--([\w-]+)\s*:\s*([^;]+);", _block(css, ":root")))
    sun = dict(
        re.findall(r"--([\w-]+)\s*:\s*([^;]+);", _block(css, ':root[data-theme="sunlight"]'))
    )
    written = {"light": common, "dark": common, "sunlight": {**common, **sun}}
    return {
        theme: {
            name: _resolve(value, written[theme], theme) for name, value in written[theme].items()
        }
        for theme in THEMES
    }


def _resolve(value: str, tokens: dict[str, str], theme: str) -> str:
    value = re.sub(
        r"var\(--([\w-]+)\)", lambda found: _resolve(tokens[found[1]], tokens, theme), value
    )
    return re.sub(
        r"light-dark\(\s*([^,()]+?)\s*,\s*([^,()]+?)\s*\)",
        r"\2" if theme == "dark" else r"\1",
        value,
    )


@cache
def _colours(theme: str) -> dict[str, str]:
    return {
        name: value
        for name, value in _tokens()[theme].items()
        if re.fullmatch(r"#[0-9a-f]{6}", value)
    }


def _linear(colour: str) -> tuple[float, ...]:
    shares = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return tuple(
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lab(colour: str, person: str) -> tuple[float, float, float]:
    """CIELAB of a colour as a person sees it."""

    def times(matrix: tuple[tuple[float, ...], ...], it: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(min(max(sum(map(mul, row, it)), 0), 1) for row in matrix)

    def root(it: float) -> float:
        return it ** (1 / 3) if it > 216 / 24389 else (24389 / 27 * it + 16) / 116

    x, y, z = map(root, times(TO_XYZ, times(SEEN_BY[person], _linear(colour))))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _contrast(theme: str, one: str, other: str) -> float:
    light, dark = sorted((_luminance(_colours(theme)[name]) for name in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _too_weak(theme: str, pairs: list[tuple[str, str, float]]) -> list[str]:
    return [
        f"{theme}: --{one} on --{other} is {_contrast(theme, one, other):.2f}, must be {least}"
        for one, other, least in pairs
        if _contrast(theme, one, other) < least
    ]


def test_it_knows_the_contrast_of_black_and_white() -> None:
    assert _luminance("#ffffff") == 1
    assert _luminance("#000000") == 0


def test_it_can_be_read_in_every_light() -> None:
    weak = [
        line
        for theme in THEMES
        for line in _too_weak(
            theme, [(one, other, 7 if theme == "sunlight" else 4.5) for one, other in TEXT]
        )
    ]
    assert not weak, "\n".join(weak)


def test_it_shows_the_edges_of_what_can_be_touched() -> None:
    weak = [
        line
        for theme in THEMES
        for line in _too_weak(theme, [(one, other, 3) for one, other in EDGES])
    ]
    assert not weak, "\n".join(weak)


def test_it_tells_grounds_and_hairlines_apart() -> None:
    weak = [line for theme in THEMES for line in _too_weak(theme, SEEN)]
    assert not weak, "\n".join(weak)


def test_it_orders_the_steps_of_each_ramp_away_from_the_paper() -> None:
    for theme in THEMES:
        for ramp in RAMPS:
            steps = [f"{ramp}-{n}" for n in range(1, 6)]
            lights = [_luminance(_colours(theme)[step]) for step in steps]
            assert lights == sorted(lights, reverse=theme != "dark"), (theme, ramp)
            weak = _too_weak(theme, [(one, other, NEXT_STEP) for one, other in pairwise(steps)])
            assert not weak, "\n".join(weak)


def test_it_shows_a_change_to_every_eye() -> None:
    """Less is told from more, and each step from the next, without red or green as with them."""
    for theme in THEMES:
        lights = [_luminance(_colours(theme)[step]) for step in CHANGE]
        far = [abs(light - lights[2]) for light in lights]
        assert far[0] > far[1] > 0 < far[3] < far[4], theme
        for person in SEEN_BY:
            seen = [_lab(_colours(theme)[step], person) for step in CHANGE]
            for one, other in [*pairwise(seen), (seen[0], seen[4]), (seen[1], seen[3])]:
                assert dist(one, other) >= TOLD_APART, (theme, person)


def test_it_tells_turfs_apart() -> None:
    """Turfs have numbers: colours need only differ, to whoever sees all of them."""
    for theme in THEMES:
        for one, other in combinations([f"turf-{n}" for n in range(1, 7)], 2):
            seen = [_lab(_colours(theme)[token], "everybody") for token in (one, other)]
            assert dist(*seen) >= TOLD_APART, (theme, one, other)


def test_it_shows_what_is_chosen_on_every_step() -> None:
    """What is chosen has a mark in ink and a halo in sheet: one of them stands out anywhere."""
    for theme in THEMES:
        steps = [f"{ramp}-{n}" for ramp in RAMPS for n in range(1, 6)]
        for ground in [*steps, *CHANGE, "no-data", "water"]:
            assert max(_contrast(theme, "ink", ground), _contrast(theme, "sheet", ground)) >= 3, (
                theme,
                ground,
            )


def test_it_shows_an_estimate_on_its_range() -> None:
    weak = [
        line
        for theme in THEMES
        for line in _too_weak(theme, [("ink", "leaf-3", 3), ("leaf-3", "line", 1.1)])
    ]
    assert not weak, "\n".join(weak)


def test_it_declares_every_colour_in_a_pair() -> None:
    declared = {name for pair in [*TEXT, *EDGES, *SEEN] for name in pair[:2]}
    declared |= {*CHANGE, *(f"{ramp}-{n}" for ramp in RAMPS for n in range(1, 6))}
    for theme in THEMES:
        tokens = _tokens()[theme]
        assert set(_colours(theme)) == declared
        coloured = {
            name for name, value in tokens.items() if COLOUR.search(value) or NAMED.search(value)
        }
        assert coloured - set(_colours(theme)) == NOT_COLOURS_OF_THINGS


def test_it_shows_every_colour_on_the_look_page() -> None:
    page = (WEB / "jinja2" / "look" / "look.html").read_text(encoding="utf-8")
    rules = (CSS / "look.css").read_text(encoding="utf-8")
    for name in _colours("light"):
        assert f'("{name}", ' in page, name
        assert f".colour-{name} {{ fill: var(--{name}); }}" in rules, name


def test_it_takes_colours_from_tokens_only() -> None:
    raw = [
        f"{path.name}: {prop}: {value}"
        for path in STYLED
        if path.name != "tokens.css"
        for prop, value in _declarations(path.name)
        if COLOUR.search(value) or NAMED.search(value)
    ]
    assert not raw, "\n".join(raw)


def test_it_turns_round_for_scripts_from_right_to_left() -> None:
    fixed = []
    for path in STYLED:
        for prop, value in _declarations(path.name):
            sides = re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "()", value).split()
            uneven = (
                prop in {"margin", "padding", "inset", "border-width"}
                and len(sides) == 4
                and sides[1] != sides[3]
            )
            if (
                PHYSICAL.match(prop)
                or uneven
                or re.search(r"(?<![\w-])(?:left|right)(?![\w-])", value)
            ):
                fixed.append(f"{path.name}: {prop}: {value}")
    assert not fixed, "\n".join(fixed)


def test_it_uses_only_tokens_that_exist() -> None:
    known = {
        prop for path in STYLED for prop, _ in _declarations(path.name) if prop.startswith("--")
    }
    used = {
        name
        for path in STYLED
        for _, value in _declarations(path.name)
        for name in re.findall(r"var\((--[\w-]+)\)", value)
    }
    assert used <= known, used - known


def test_it_keeps_styles_and_scripts_out_of_the_components() -> None:
    for path in TEMPLATES:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(
            r"\sstyle=|<style|<script|\son\w+=|\|\s*safe\b|data:|(?:fill|stroke)=[\"](?!none|url)",
            text,
        ), path.name


def test_it_stays_small() -> None:
    size = sum(len(gzip.compress((CSS / name).read_bytes(), 9)) for name in SHIPPED)
    assert size <= 12 * 1024, size
