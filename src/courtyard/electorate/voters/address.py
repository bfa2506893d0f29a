"""Addresses made comparable: enough to group a household, a building and a side of a street.

The method is that of USPS Publication 28: appendix C1 for what kind of street it is (STREET, STR →
ST; section 234 says that only the last such word is shortened), C2 for the words before the number
of an apartment, section 233 for directions, 241 to 285 for boxes and routes. House numbers with a
hyphen are those of Queens, where 37-52 is number 52 after the corner of 37: one number, not a
range. The forms are for comparing, not for an envelope: ordinals lose their ending (37 AVE), so
that `37 AVE`, `37TH AVENUE` and `THIRTY-SEVENTH AVE` are one street. The raw line is kept besides.

Every function takes any text and raises nothing; done twice, it gives the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

# Publication 28, C1: the short form, the full one, and other spellings. Left out are UNION and
# VIADUCT, whose short forms (UN PLAZA, VIA …) are more often names, and forms for two kinds (TR).
KINDS_OF_STREET = """
ALY ALLEY ALLEE ALLY; ANX ANNEX ANEX ANNX; ARC ARCADE; AVE AVENUE AV AVEN AVENU AVN AVNUE;
BYU BAYOU BAYOO; BCH BEACH; BND BEND; BLF BLUFF BLUF; BLFS BLUFFS; BTM BOTTOM BOTTM BOT;
BLVD BOULEVARD BOUL BOULV BL BLV BVD; BR BRANCH BRNCH; BRG BRIDGE BRDGE; BRK BROOK; BRKS BROOKS;
BG BURG; BYP BYPASS BYPA BYPAS BYPS; CP CAMP CMP; CYN CANYON CANYN CNYN; CPE CAPE;
CSWY CAUSEWAY CAUSWA CAUSWAY; CTR CENTER CEN CENT CENTR CENTRE CNTER CNTR; CTRS CENTERS;
CIR CIRCLE CIRC CIRCL CRCL CRCLE; CIRS CIRCLES; CLF CLIFF; CLFS CLIFFS; CLB CLUB; CMN COMMON;
CMNS COMMONS; COR CORNER; CORS CORNERS; CRSE COURSE; CT COURT CRT; CTS COURTS; CV COVE; CVS COVES;
CRK CREEK CK; CRES CRESCENT CRECENT CRESENT CRSCNT CRSENT CRSNT; CRST CREST;
XING CROSSING CRSSNG CRSSING; XRD CROSSROAD; CURV CURVE; DL DALE; DM DAM; DV DIVIDE DIV DVD;
DR DRIVE DRIV DRV; DRS DRIVES; EST ESTATE; ESTS ESTATES;
EXPY EXPRESSWAY EXP EXPR EXPRESS EXPW EXPWY; EXT EXTENSION EXTN EXTNSN; EXTS EXTENSIONS; FALL FALL;
FLS FALLS; FRY FERRY FRRY; FLD FIELD; FLDS FIELDS; FLT FLAT; FLTS FLATS; FRD FORD; FRST FOREST;
FRG FORGE FORG; FRK FORK; FRKS FORKS; FT FORT FRT; FWY FREEWAY FREEWY FRWAY FRWY;
GDN GARDEN GARDN GRDEN GRDN; GDNS GARDENS GRDNS; GTWY GATEWAY GATEWY GATWAY GTWAY; GLN GLEN;
GRN GREEN; GRNS GREENS; GRV GROVE GROV; HBR HARBOR HARB HARBR HRBOR; HVN HAVEN;
HTS HEIGHTS HT HEIGHT HGTS; HWY HIGHWAY HIGHWY HIWAY HIWY HWAY; HL HILL; HLS HILLS;
HOLW HOLLOW HLLW HOLLOWS HOLWS; INLT INLET; IS ISLAND ISLND; ISS ISLANDS ISLNDS; ISLE ISLE ISLES;
JCT JUNCTION JCTION JCTN JUNCTN JUNCTON; KY KEY; KNL KNOLL KNOL; KNLS KNOLLS; LK LAKE; LKS LAKES;
LAND LAND; LNDG LANDING LNDNG; LN LANE; LGT LIGHT; LF LOAF; LCK LOCK; LDG LODGE LDGE LODG;
LOOP LOOP LOOPS; MALL MALL; MNR MANOR; MNRS MANORS; MDW MEADOW; MDWS MEADOWS MEDOWS; MEWS MEWS;
ML MILL; MLS MILLS; MSN MISSION MISSN MSSN; MTWY MOTORWAY; MT MOUNT MNT;
MTN MOUNTAIN MNTAIN MNTN MOUNTIN MTIN; MTNS MOUNTAINS MNTNS; NCK NECK; ORCH ORCHARD ORCHRD;
OVAL OVAL OVL; OPAS OVERPASS; PARK PARK PARKS PRK; PKWY PARKWAY PARKWY PKWAY PKY PWY PARKWAYS PKWYS;
PASS PASS; PSGE PASSAGE; PATH PATH PATHS; PIKE PIKE PIKES; PNE PINE; PNES PINES; PL PLACE PLC;
PLN PLAIN; PLNS PLAINS; PLZ PLAZA PLZA; PT POINT; PTS POINTS; PRT PORT; PR PRAIRIE PRR;
RADL RADIAL RAD RADIEL; RAMP RAMP; RNCH RANCH RANCHES RNCHS; RPD RAPID; RPDS RAPIDS; RST REST;
RDG RIDGE RDGE; RDGS RIDGES; RIV RIVER RVR RIVR; RD ROAD; RDS ROADS; RTE ROUTE RT; ROW ROW; RUE RUE;
RUN RUN; SHL SHOAL; SHR SHORE SHOAR; SHRS SHORES SHOARS; SKWY SKYWAY; SPG SPRING SPNG SPRNG;
SPGS SPRINGS SPNGS SPRNGS; SPUR SPUR SPURS; SQ SQUARE SQR SQRE SQU; SQS SQUARES SQRS;
STA STATION STATN STN; STRA STRAVENUE STRAV STRAVEN STRAVN STRVN STRVNUE; STRM STREAM STREME;
ST STREET STR STRT; STS STREETS; SMT SUMMIT SUMIT SUMITT; TER TERRACE TERR; TRWY THROUGHWAY;
TRCE TRACE TRACES; TRAK TRACK TRACKS TRK TRKS; TRFY TRAFFICWAY; TRL TRAIL TRAILS TRLS;
TRLR TRAILER TRLRS; TUNL TUNNEL TUNEL TUNLS TUNNELS TUNNL; TPKE TURNPIKE TRNPK TPK TRPK TURNPK;
UPAS UNDERPASS; VLY VALLEY VALLY VLLY; VLYS VALLEYS; VW VIEW; VWS VIEWS;
VLG VILLAGE VILLAG VILLG VILLIAGE; VL VILLE; VIS VISTA VIST VST VSTA; WALK WALK WALKS; WALL WALL;
WAY WAY WY; WAYS WAYS; WL WELL; WLS WELLS
"""
_FORMS = [entry.split() for entry in KINDS_OF_STREET.split(";")]
SUFFIXES = {form: short for short, *forms in _FORMS for form in (short, *forms)}
IN_FULL = {short: full for short, full, *_ in _FORMS}

IN_SHORT = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"}
CORNERS = {f"{a}{b}": x + y for a, x in IN_SHORT.items() for b, y in IN_SHORT.items() if x in "NS"}
DIRECTIONS = {**IN_SHORT, **CORNERS, **{short: short for short in "NSEW"}}
DIRECTIONS |= {short: short for short in CORNERS.values() if short[1] in "EW"}
DIRECTION_IN_FULL = {short: word for word, short in IN_SHORT.items()}
WHOLE_WITH_DIRECTION = {"END", "SIDE"}  # WEST END AVE is not the west of an END AVE

AT_THE_BEGINNING = dict.fromkeys(("AV", "AVE", "AVN"), "AVENUE")  # AVENUE B, AVENUE OF THE AMERICAS
AT_THE_BEGINNING |= {"ST": "SAINT", "MT": "MOUNT", "FT": "FORT", "DR": "DOCTOR"}
AT_THE_BEGINNING |= dict.fromkeys(("CO", "CTY", "CNTY"), "COUNTY")

ONES = """
FIRST SECOND THIRD FOURTH FIFTH SIXTH SEVENTH EIGHTH NINTH TENTH ELEVENTH TWELFTH THIRTEENTH
FOURTEENTH FIFTEENTH SIXTEENTH SEVENTEENTH EIGHTEENTH NINETEENTH
"""
TENS = ("TWENTY", "THIRTY", "FORTY", "FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY")
ORDINALS = {word: n for n, word in enumerate(ONES.split(), 1)}
ORDINALS |= {f"{word[:-1]}IETH": 10 * n for n, word in enumerate(TENS, 2)}
ORDINALS_OF_FLOORS = {word: f"{n}TH" for word, n in ORDINALS.items()}
CARDINALS = {word: 10 * n for n, word in enumerate(TENS, 2)}

# Publication 28, C2. An apartment is an apartment whether it is called APT, UNIT or #.
APARTMENT = "# APT APTS APARTMENT APMT APPT UNIT STE SUITE RM ROOM NO NUM NUMBER"
MEANT_ANYWAY = frozenset(APARTMENT.split())
FLOOR = frozenset(("FL", "FLR", "FLOOR", "FLOR"))
PARTS = {"BASEMENT": "BSMT", "BASMT": "BSMT", "BMT": "BSMT", "BSM": "BSMT", "PENTHOUSE": "PH"}
PARTS |= {"FRONT": "FRNT", "FRT": "FRNT", "LOBBY": "LBBY", "LOWER": "LOWR", "LWR": "LOWR"}
PARTS |= {"OFFICE": "OFC", "UPPER": "UPPR", "GROUND": "GRND", "BUILDING": "BLDG"}
PARTS |= {"TRAILER": "TRLR", "SPACE": "SPC"}
PARTS |= {short: short for short in (*PARTS.values(), "REAR", "LOT", "SIDE")}
NUMBERED = frozenset(("FL", "BLDG", "LOT", "PH", "SPC", "TRLR"))
ALONE = frozenset(
    ("BSMT", "FRNT", "GRND", "LBBY", "LOWR", "OFC", "PH", "REAR", "UPPR")
)  # no number
NO_UNIT = frozenset(("", "NONE", "N A", "NA", "PVT", "PRIVATE", "PVT HOUSE", "PRIVATE HOUSE", "0"))

HIGHWAYS = "COUNTY CO CTY CNTY STATE US USA TOWNSHIP TWP INTERSTATE NYS OLD"
OF_A_HIGHWAY = frozenset(HIGHWAYS.split())
NO_STREET = re.compile(
    r"(P ?O|POST OFFICE) ?(BOX|B|DRAWER)\b|BOX [0-9]|(PSC|CMR|UNIT) [0-9]+ BOX\b|"
    r"(RR|RFD|RD|HC|R R|RURAL ROUTE|HIGHWAY CONTRACT)( (ROUTE|RTE))? ?[0-9]* ?BOX\b|"
    r"(GENERAL|GEN) (DELIVERY|DEL)$|"
    r"(REMOVED?|CONFIDENTIAL|WITHHELD|PROTECTED|EXEMPT|REDACTED|UNKNOWN|HOMELESS|NO ADDRESS|NONE)?$"
)
NUMBER_THEN_STREET = re.compile(
    r"([0-9]+(?:-[0-9]+)?(?:-?[A-Z](?![A-Z0-9])| (?:TO|&) [0-9]+(?:-[0-9]+)?(?= ))?)"
    r"(?: ([A-DF-H])(?= ))?(?: ([1-9]/[1-9]))? (.+)"
)
BOX_AT_THE_END = re.compile(r" P ?O BOX \S+$")

HOUSE = re.compile(r"0*([0-9]+)(?: ?- ?0*([0-9]+))?(?: ?-? ?([A-Z]{1,2}))?(?: ([1-9]/[1-9]))?")
RANGE = re.compile(r"([0-9]+) ?(?:TO|/|&|AND) ?([0-9]+)")
FRACTION = re.compile(r"(?<![0-9])[1-9]/[1-9]$")
ORDINAL = re.compile(r"0*([0-9]+)(?:ST|ND|RD|TH)?")
ONE_FLOOR = re.compile(r"([0-9]+)(?:ST|ND|RD|TH)")
GLUED = re.compile(r"\b(?:(FLOOR|FLR|FL|PH|APT|UNIT|STE)(?=[0-9])|([0-9]+)(?=(?:FLOOR|FLR|FL)\b))")
GLUED_LETTER = re.compile(r"\bPH(?=[A-Z]\b)")
NEITHER = re.compile(r"[\W_]+")
POINT_IN_SHORT = re.compile(r"(?<=\b[NSU])\.(?=[EWS]\b)")  # S.W. is SW, U.S. is US
DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
LETTERS = {ord("½"): " 1/2", ord("¼"): " 1/4", ord("¾"): " 3/4"}
LETTERS |= dict(zip(map(ord, "ØøŁłĐđ"), "OOLLDD", strict=True))
LETTERS |= {ord("Æ"): "AE", ord("æ"): "AE", ord("Œ"): "OE", ord("œ"): "OE"}
ZIP = re.compile(r"([0-9]{4,5})(?:[- ]?[0-9]{4})?[- ]*(?:\.0*)?")

Side = Literal["odd", "even"]


def street(raw: str) -> str:
    """Return the comparable name of a street, with its directions: `E 4 ST`, `SAINT NICHOLAS AVE`.

    Empty if there is none. `N ST` and `NORTH ST`, or `AVENUE B` and `B AVE`, stay two streets.
    """
    words = NEITHER.sub(" ", POINT_IN_SHORT.sub("", _upper(raw).replace("'", ""))).split()
    while (again := _shortened(_counted(_together(words)))) != words:
        words = again
    return " ".join(words)


def number(raw: str, half: str = "") -> str:
    """Return a comparable house number: `37-52`, `123A`, `123 1/2`; empty if there is none.

    ``half`` is what a publisher keeps in a column of its own: `1/2`, `A`, `REAR`.
    """
    text = " ".join(re.sub(r"[^\w/&-]+|_", " ", f"{_upper(raw)} {_upper(half)}").split())
    both = RANGE.fullmatch(text)
    found = HOUSE.fullmatch(f"{both[1]}-{both[2]}" if both else text)
    if not found:
        return re.sub(r"^0+(?=[0-9])", "", text) if re.search(r"[0-9]", text) else ""
    house, after, letter, fraction = found.groups()
    if not int(house) and not after:
        return ""
    # In Queens the part after the hyphen has two figures at least: 37-02.
    after = f"-{after.zfill(2)}" if after else ""
    return f"{house}{after}{letter or ''}" + (f" {fraction}" if fraction else "")


def side(number: str) -> Side | None:
    """Return on which side of the street a house number stands; None without a number."""
    figures = re.findall(r"[0-9]+", FRACTION.sub("", number.strip()))
    if not figures:
        return None
    return "odd" if int(figures[-1][-1]) % 2 else "even"


def unit(raw: str, kind: str = "") -> str:
    """Return a comparable apartment: `4B`, `FL 2`, `PH`, `BSMT`; empty if there is none.

    ``kind`` is what a publisher keeps in a column of its own: `APT`, `FL`.
    """
    words = _unit_words(raw)
    words = [word for word in _unit_words(kind) if _part(word) not in map(_part, words)] + words
    text = " ".join(words)
    while (again := _unit(text.replace("-", " - ").split())) != text:
        text = again
    return text


def split(line: str) -> tuple[str, str, str]:
    """Return number, street and unit of an address in one line.

    All three are empty for what cannot be a door: a box, a rural route, an address withheld. The
    number alone is empty if the line has none.
    """
    text = _upper(line).replace("'", "").replace("#", " # ")
    text = BOX_AT_THE_END.sub("", " ".join(re.sub(r"[^\w#&/-]+", " ", text).split()))
    if NO_STREET.match(NEITHER.sub(" ", text).strip()):
        return "", "", ""
    house, rest = "", text
    if found := NUMBER_THEN_STREET.fullmatch(text):
        house, letter, fraction, rest = found.groups(default="")
        if letter and not _may_follow_a_letter(rest.split()):
            letter, rest = "", f"{letter} {rest}"
        house = number(f"{house}{letter}", fraction)
        if _begins_with_kind(rest.split()):  # `37 AVE` has no number
            house, rest = "", text
    words = rest.split()
    cut = _where_unit_begins(words)
    return house, street(" ".join(words[:cut])), unit(" ".join(words[cut:]))


def zip5(raw: str) -> str:
    """Return the five figures of a ZIP code; empty if they cannot be told.

    Four are five whose leading zero a spreadsheet has lost.
    """
    found = ZIP.fullmatch(raw.strip())
    return found[1].zfill(5) if found and int(found[1]) else ""


def _upper(raw: str) -> str:
    if raw.isascii():
        return raw.upper()
    text = raw.translate(LETTERS).translate(DASHES)
    for _ in range(2):  # capitals of some letters have accents of their own
        text = unicodedata.normalize("NFKD", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        text = "".join(c for c in text if not unicodedata.category(c).startswith("M")).upper()
    return text.replace("\N{FRACTION SLASH}", "/")


def _together(words: list[str]) -> list[str]:
    """Join what is one word: MC OWEN, N W 5 ST, MAIN ST N W, and 3 RD AVE."""
    done: list[str] = []
    for at, word in enumerate(words):
        before = done[-1] if done else ""
        after = words[at + 1] if at + 1 < len(words) else ""
        if before == "MC" and len(word) > 1 and word.isalpha() and word not in SUFFIXES:
            done[-1] += word
        elif after in SUFFIXES and before.isdigit() and word == _ending(before):
            continue
        elif (
            DIRECTIONS.get(before, "-") in "NS"
            and DIRECTIONS.get(word, "-") in "EW"
            and ((at == 1 and after[:1].isdigit()) or (not after and _is_suffix(done, -2)))
        ):
            done[-1] = DIRECTIONS[before] + DIRECTIONS[word]
        else:
            done.append(word)
    return done


def _ending(figures: str) -> str:
    if figures[-2:] in ("11", "12", "13"):
        return "TH"
    return {"1": "ST", "2": "ND", "3": "RD"}.get(figures[-1], "TH")


def _is_suffix(words: list[str], at: int) -> bool:
    return len(words) >= -at and words[at] in SUFFIXES


def _counted(words: list[str]) -> list[str]:
    """Write ordinals as bare figures."""
    done: list[str] = []
    for word in words:
        if word in ORDINALS:
            tens = CARDINALS.get(done[-1], 0) if done and ORDINALS[word] < 10 else 0
            done[len(done) - bool(tens) :] = [str(tens + ORDINALS[word])]
        else:
            found = ORDINAL.fullmatch(word) if word[0].isdigit() else None
            done.append(found[1] if found else word)
    return done


def _shortened(words: list[str]) -> list[str]:
    """Write directions, the kind of street, and the first word of the name in their one form."""
    words = list(words)
    if len(words) > 1 and words[-1] in DIRECTIONS:
        words[-1] = DIRECTIONS[words[-1]]
        end = len(words) - 1
    else:
        end = len(words)
    name = end  # where the name ends
    numbered_road = end > 1 and words[end - 1][0].isdigit() and words[end - 2] in SUFFIXES
    if numbered_road:  # STATE HWY 9
        words[end - 2] = SUFFIXES[words[end - 2]]
    elif end > 1 and words[end - 1] in SUFFIXES:
        name = end - 1
        words[name] = SUFFIXES[words[name]]
    last = name - 1  # a word of this sort that is not the last is part of the name, in full
    if name != end or end == 1:
        words[last : last + 1] = [IN_FULL.get(SUFFIXES.get(w, ""), w) for w in words[last:][:1]]
    first = 0
    if name > 1 and words[0] in DIRECTIONS:
        short = DIRECTIONS[words[0]]
        if words[1] in WHOLE_WITH_DIRECTION:
            words[0] = DIRECTION_IN_FULL.get(short, short)
        else:
            words[0], first = short, 1
    if first + 1 < name and not (numbered_road and first == end - 2):
        words[first] = AT_THE_BEGINNING.get(words[first], words[first])
    return words


def _unit_words(raw: str) -> list[str]:
    text = re.sub(r"[^\w#-]|_", " ", _upper(raw).replace("PENT HOUSE", "PH").replace("#", " # "))
    return GLUED.sub(r"\g<0> ", text.replace("-", " - ")).split()


def _part(word: str) -> str:
    return "FL" if word in FLOOR else PARTS.get(word, word)


def _unit(words: list[str]) -> str:
    """One pass over the words of a unit; a lone hyphen holds figures apart and nothing else."""
    text = GLUED_LETTER.sub("PH ", GLUED.sub(r"\g<0> ", " ".join(words)))
    if NEITHER.sub(" ", text).strip() in NO_UNIT:
        return ""
    words = [ORDINALS_OF_FLOORS.get(word, word) for word in text.split()]
    words = [_part(w) for w in words if w not in MEANT_ANYWAY and w != "-"]
    words = [re.sub(r"(?<![0-9])0+(?=[0-9])", "", word) for word in words]
    done: list[str] = []
    for word in words:
        before = done[-1] if done else ""
        floor = ONE_FLOOR.fullmatch(word)
        if floor:
            done += [floor[1]] if before == "FL" else ["FL", floor[1]]
        elif word == "FL" and before.isdigit() and done[-2:-1] != ["FL"]:
            done[-1:] = ["FL", before]
        elif word == "FL" and done[-2:-1] == ["FL"]:
            continue
        elif before and not set(done[-2:-1]) & NUMBERED and _one_word(before, word):
            done[-1] += "-" + word if before[-1].isdigit() and word[0].isdigit() else word
        else:
            done.append(word)
    return " ".join(done)


def _one_word(before: str, word: str) -> bool:
    if before in PARTS or before == "FL" or word in PARTS or word == "FL":
        return False
    if before[-1].isdigit():
        return word[0].isdigit() or (len(word) <= 2 and word.isalpha())
    return before.isalpha() and len(before) <= 2 and word[0].isdigit()


def _may_follow_a_letter(words: list[str]) -> bool:
    """Say whether a letter before these words belongs to the number: 12 A MAIN ST, not 12 B ST."""
    return words[0] not in SUFFIXES and (len(words[0]) > 1 or words[0] in DIRECTIONS)


def _begins_with_kind(words: list[str]) -> bool:
    """Say whether nothing but the kind of street and a direction is there: AVE, ST NW."""
    return words[0] in SUFFIXES and all(word in DIRECTIONS for word in words[1:])


def _where_unit_begins(words: list[str]) -> int:
    """Return the index of the first word of the unit, or how many words there are."""
    for at in range(1, len(words)):
        word, after = words[at], words[at + 1] if at + 1 < len(words) else ""
        if word in FLOOR and not after and at > 1 and ORDINAL.fullmatch(words[at - 1]):
            return at - 1
        if word in FLOOR and words[at - 1] in ORDINALS and at > 1:
            return at - 1
        if word in ("PENT", "PENTHOUSE", "PH") and after != "ST":
            return at
        if word in MEANT_ANYWAY and after and after not in SUFFIXES:
            return at
        if (word in FLOOR or word in PARTS) and (re.search(r"[0-9]", after) or len(after) == 1):
            return at
        if GLUED.match(word):
            return at
    last = len(words) - 1
    if last > 1 and _ends_street(words[:last]):
        word = words[last]
        alone = len(word) == 1 and word not in DIRECTIONS
        if alone or re.search(r"[0-9]", word) or PARTS.get(word) in ALONE:
            return last
    return len(words)


def _ends_street(words: list[str]) -> bool:
    """Say whether a street's name is whole with these words, so that a last word is a unit."""
    end = len(words) - 1 if words[-1] in DIRECTIONS else len(words)
    if end < 2 or SUFFIXES.get(words[end - 1], "HWY") in ("HWY", "RTE"):
        return False
    return words[end - 2] not in OF_A_HIGHWAY
