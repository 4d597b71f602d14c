"""Recompute every number of the lessons of this pack from data.csv.

Run: python check.py. Plain Python, standard library only. For each lesson the
script holds what is given (limits, prices, scores, constants, conventions) and
works out the rest. Three things must hold: each computed value stands in both
languages, written as the language writes numbers; no number above 12 stands in
a lesson that is neither given nor computed; tables and figures agree with the
data. Exit status 1 and a list of differences if anything disagrees.
"""

import csv
import re
import sys
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, comb, erf, exp, gamma, pi, sqrt
from pathlib import Path
from statistics import NormalDist, mean, median, stdev

HERE = Path(__file__).resolve().parent
LANGUAGES = ("vi", "en")
ROWS = list(csv.DictReader((HERE / "data.csv").open(encoding="utf-8", newline="")))
normal = NormalDist()
problems = []
allowed = {}


def load(path):
    text = (HERE / path).read_text(encoding="utf-8")
    if text != unicodedata.normalize("NFC", text):
        problems.append(f"{path}: not NFC")
    return text.replace("\u00a0", " ")


def half_up(value, places):
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def written(value, places, language):
    text = f"{abs(half_up(value, places)):,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


NUMBER = {
    "vi": re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+)(?:,\d+)?"),
    "en": re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"),
}
DATES = {
    "vi": r"\d\d/\d\d(?:/\d{4})?",
    "en": r"\d{1,2}(?: (?:and|to) \d{1,2})? (?:January|February|March|April|May|June|July)(?: \d{4})?",
}


def plain(token, language):
    token = token.replace(".", "").replace(",", ".") if language == "vi" else token.replace(",", "")
    return Decimal(token)


def body(lesson, language):
    """A lesson's text as read for numbers: no dates, names of standards, numbering or file names."""
    text = load(f"lessons/{lesson}.{language}.md")
    text = re.sub(r"(?m)^(?:slug|minutes): .*$|^::: .*$|^\d+\. ", "", text)
    text = re.sub(DATES[language], "", text)
    return re.sub(r"ISO \d+(?:-\d)?|(?:Hình|Bảng|Figure|Table) \d+|A2|D4|d2|SIX-SIGMA-P\d+", "", text)


def numbers(lesson, language):
    return [plain(t, language) for t in NUMBER[language].findall(body(lesson, language))]


def given(lesson, *values):
    allowed.setdefault(lesson, set()).update(abs(Decimal(str(v))) for v in values)


def say(lesson, value, places, vi=None, en=None):
    """`value`, rounded to `places`, must stand in both languages; in the phrases vi and en at {} if they are told."""
    allowed.setdefault(lesson, set()).add(abs(half_up(value, places)))
    for language, phrase in (("vi", vi or "{}"), ("en", en or vi or "{}")):
        wanted = phrase.format(written(value, places, language))
        if not re.search(r"(?<![\d.,])" + re.escape(wanted) + r"(?!\d|[.,]\d)", load(f"lessons/{lesson}.{language}.md")):
            problems.append(f"lessons/{lesson}.{language}.md: expected “{wanted}”")


def equal(what, found, expected):
    if found != expected:
        problems.append(f"{what}: found {found}, expected {expected}")


def near(what, found, expected, places=2):
    if half_up(found, places) != half_up(expected, places):
        problems.append(f"{what}: found {found}, expected {expected}")


def tables(lesson, language):
    """Each table as rows without its head; cells that are numbers become Decimal."""
    found = []
    for block in re.findall(r"::: table \w+\n(.*?)\n:::", load(f"lessons/{lesson}.{language}.md"), re.S):
        rows = [[c.strip() for c in line.strip("|").split("|")] for line in block.splitlines() if line.startswith("|")]
        found.append([[cell(c, language) for c in row] for row in rows[2:]])
    return found


def cell(text, language):
    return plain(text, language) if NUMBER[language].fullmatch(text) else text


def subgroups(name):
    values = [float(r["value"]) for r in ROWS if r["set"] == name]
    return [values[i : i + 5] for i in range(0, len(values), 5)]


def of(name, **where):
    return [float(r["value"]) for r in ROWS if r["set"] == name and all(r[k] == v for k, v in where.items())]


def line(x, y):
    """Slope, intercept and correlation of the least-squares line."""
    mx, my = mean(x), mean(y)
    sxy = sum((a - mx) * (b - my) for a, b in zip(x, y))
    sxx, syy = sum((a - mx) ** 2 for a in x), sum((b - my) ** 2 for b in y)
    return sxy / sxx, my - sxy / sxx * mx, sxy / sqrt(sxx * syy)


def t_tail(t, df):
    """Two-sided p of Student's t, by Simpson's rule over the middle."""
    def density(u):
        return gamma((df + 1) / 2) / (sqrt(df * pi) * gamma(df / 2)) * (1 + u * u / df) ** (-(df + 1) / 2)
    n, h = 4000, t / 4000
    middle = sum(density(i * h) * (1 if i in (0, n) else 4 if i % 2 else 2) for i in range(n + 1)) * h / 3
    return 1 - 2 * middle


def t_factor(df, level=0.05):
    low, high = 0.0, 50.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_tail(middle, df) > level else (low, middle)
    return low


def signals(z):
    """The four signals of the course, for standardised subgroup means."""
    found = [i for i, v in enumerate(z) if abs(v) > 3]
    found += [i for i in range(7, len(z)) if all(v > 0 for v in z[i - 7 : i + 1]) or all(v < 0 for v in z[i - 7 : i + 1])]
    for i in range(5, len(z)):
        steps = [b - a for a, b in zip(z[i - 5 : i], z[i - 4 : i + 1])]
        found += [i] if all(s > 0 for s in steps) or all(s < 0 for s in steps) else []
    for i in range(2, len(z)):
        last = z[i - 2 : i + 1]
        found += [i] if sum(v > 2 for v in last) >= 2 or sum(v < -2 for v in last) >= 2 else []
    return sorted(set(found))


def plotted(name, values, pattern, sign=1):
    """The figure's points, in order, lie on one straight scale over `values` (within one unit)."""
    for language in LANGUAGES:
        found = [float(n) for n in re.findall(pattern, load(f"media/{name}.{language}.svg"))]
        if len(found) != len(values):
            problems.append(f"{name}.{language}.svg: {len(found)} points, expected {len(values)}")
            continue
        slope, start, _ = line(values, found)
        worst = max(abs(start + slope * v - f) for v, f in zip(values, found))
        if worst > 1 or slope * sign <= 0:
            problems.append(f"{name}.{language}.svg: points off the scale by {worst:.1f}")


# ---- the data
LSL, USL, LABEL = 990, 1020, 1000
before, after = subgroups("baseline"), subgroups("after")
X, Y = [v for g in before for v in g], [v for g in after for v in g]
heads = [r for r in ROWS if r["set"] == "baseline" and r["bag"] == "1"]
scale, shift, dip = [r["scale"] for r in heads], [r["shift"] for r in heads], [float(r["dwell_s"]) for r in heads]
M, RNG = [mean(g) for g in before], [max(g) - min(g) for g in before]
M2, RNG2 = [mean(g) for g in after], [max(g) - min(g) for g in after]
m, s, rbar, within = mean(X), stdev(X), mean(RNG), mean(RNG) / 2.326
m2, s2, rbar2, within2 = mean(Y), stdev(Y), mean(RNG2), mean(RNG2) / 2.326
short, heavy = sum(v < LSL for v in X), sum(v > USL for v in X)
equal("subgroups", (len(before), len(after), len(X), len(Y)), (25, 25, 125, 125))
equal("limits of the data", (short, heavy, min(X), max(X)), (3, 5, 983, 1029))
equal("days", len({r["date"] for r in heads}), 13)
month = 12000 * 26
give, give2 = float(half_up(m - LABEL, 1)), float(half_up(m2 - LABEL, 1))
claims, checking, rework = 28.0, 12.0, 400 * 15000 / 1e6
free = month * give / 1000 * 80000 / 1e6
copq = free + claims + checking + rework
ppk = min(m - LSL, USL - m) / 3 / s
ppk2 = min(m2 - LSL, USL - m2) / 3 / s2

# ---- why-six-sigma
L = "why-six-sigma"
given(L, 125, 990, 1000, 1020, 1000000, 240, 18, 1.5, 26, 12000, 80000, 400, 15000, 28, 20)
for value, places in ((m, 1), (min(X), 0), (max(X), 0), (short + heavy, 0), ((1 - (short + heavy) / 125) * 100, 1)):
    say(L, value, places)
say(L, (short + heavy) / 125 * 1e6, 0, "8 ÷ (125 × 1) × 1.000.000 = {}", "8 ÷ (125 × 1) × 1,000,000 = {}")
say(L, 18 / (240 * 5) * 1e6, 0, "18 ÷ (240 × 5) × 1.000.000 = {}", "18 ÷ (240 × 5) × 1,000,000 = {}")
for share, left in (((short + heavy) / 125, "1,52 + 1,5 = {}"), (18 / 1200, "2,17 + 1,5 = {}")):
    z = normal.inv_cdf(1 - share)
    say(L, z, 2)
    say(L, z + 1.5, 2, left, left.replace(",", "."))
for language in LANGUAGES:
    levels, costs = tables(L, language)
    for level, dpmo in levels:
        near(f"{L}.{language}: DPMO at {level}", (1 - normal.cdf(float(level) - 1.5)) * 1e6, dpmo, 1 if level == 6 else 0)
        given(L, dpmo)
    equal(f"{L}.{language}: costs", [float(r[1]) for r in costs], [round(v, 2) for v in (free, claims, checking, rework, copq)])
say(L, month, 0)
say(L, give, 1)
say(L, month * give / 1000, 0, "312.000 × 6,5 ÷ 1.000 = {} kg", "312,000 × 6.5 ÷ 1,000 = {} kg")
say(L, free, 2)
say(L, copq, 2)
say(L, free / copq * 100, 1, "162,24 ÷ 208,24 = {}%", "162.24 ÷ 208.24 = {}%")
plotted("copq", [free, claims, checking, rework], r'<rect x="8" y="[\d.]+" width="([\d.]+)" height="18"')

# ---- charter
L = "charter"
given(L, 990, 1020, 1000, 0.5, 125, 3.5, 1.33, 12000, 30, 80000)
say(L, (short + heavy) / 125 * 100, 1, "8 trên 125 túi ({}%)", "8 of 125 bags ({}%)")
say(L, give, 1)
say(L, copq, 2)
say(L, free, 2)
say(L, short / 125 * 100, 1, "3 ÷ 125 = {}%")
say(L, heavy / 125 * 100, 1, "5 ÷ 125 = {}%")
kept = month * (give - 3.5) / 1000
say(L, kept, 0, "312.000 × 3 ÷ 1.000 = {} kg", "312,000 × 3 ÷ 1,000 = {} kg")
say(L, kept * 80000 / 1e6, 2, "936 × 80.000 = {}", "936 × 80,000 = {}")
say(L, month, 0)

# ---- sipoc
L = "sipoc"
given(L, 24, 13, 990, 1000, 1020, 3.5, 988, 80000, 25)
equal("sipoc: letters", 13 + 6 + 5, 24)
say(L, 13 / 24 * 100, 1, "13 ÷ 24 = {}%")
say(L, LABEL - 988, 0)
say(L, 10 * 80000, 0)

# ---- data-and-statistics
L = "data-and-statistics"
given(L, 125, 25, 13, 30, 99.7, 990, 1020, 400, 50, *range(981, 1031, 5), *range(985, 1031, 5))
first = before[0]
for value in first:
    say(L, value, 0)
say(L, sum(first), 0, "{} ÷ 5 = 1.012", "{} ÷ 5 = 1,012")
say(L, mean(first), 0)
deviations = [v - mean(first) for v in first]
equal("subgroup 1: deviations", deviations, [-3, 6, -2, 3, -4])
equal("subgroup 1: squares", [d * d for d in deviations], [9, 36, 4, 9, 16])
given(L, 36, 16)
say(L, sum(d * d for d in deviations), 0)
say(L, sum(d * d for d in deviations) / 4, 1, "74 ÷ 4 = {}")
say(L, stdev(first), 1, "√18,5 = {} g", "√18.5 = {} g")
say(L, max(first) - min(first), 0, "1.018 − 1.008 = {} g", "1,018 − 1,008 = {} g")
say(L, min(X), 0)
say(L, max(X), 0)
say(L, m, 1)
say(L, median(X), 0)
say(L, s, 1, "s = {} g")
say(L, max(X) - min(X), 0, "R = {} g")
say(L, m - 3 * s, 1)
say(L, m + 3 * s, 1)
classes = [sum(k - 5 < v <= k for v in X) for k in range(985, 1031, 5)]
equal("bags of exactly 990 g", X.count(990), 1)
reasons = [int(v) for v in of("pareto")]
running = [float(half_up(sum(reasons[: i + 1]) / sum(reasons) * 100, 1)) for i in range(len(reasons))]
equal("bags set aside", sum(reasons), 400)
for language in LANGUAGES:
    _, histogram, pareto = tables(L, language)
    equal(f"{L}.{language}: classes", [int(r[1]) for r in histogram], classes)
    equal(f"{L}.{language}: Pareto", [(int(r[1]), float(r[2])) for r in pareto], list(zip(reasons, running)))
    svg = load(f"media/histogram.{language}.svg")
    equal(f"histogram.{language}.svg", [int(n) for n in re.findall(r'font-weight="700" text-anchor="middle">(\d+)<', svg)], classes)
given(L, *classes, *reasons, *running)
say(L, reasons[0] / 400 * 100, 1, "172 ÷ 400 = {}%")
plotted("pareto", reasons, r'<rect x="[\d.]+" y="[\d.]+" width="39" height="([\d.]+)"')

# ---- measurement-system
L = "measurement-system"
given(L, 0.1, 30, 1000, 18, 20, 0.8862, 0.7071, 983, 1005, 989.5)
say(L, mean(of("reference", scale="lab")), 1)
say(L, mean(of("reference", scale="lab")) - 1000, 1)
gauge = {(int(r["bag"]), r["technician"], int(r["trial"])): float(r["value"]) for r in ROWS if r["set"] == "gauge"}
pairs = [(b, p) for b in range(1, 11) for p in ("An", "Binh")]
rg = mean(abs(gauge[b, p, 1] - gauge[b, p, 2]) for b, p in pairs)
means = {p: mean(v for (b, q, k), v in gauge.items() if q == p) for p in ("An", "Binh")}
ev = rg * 0.8862
av = sqrt(((means["An"] - means["Binh"]) * 0.7071) ** 2 - ev**2 / 20)
grr = sqrt(ev**2 + av**2)
say(L, rg, 3, "R̅ = {} g")
say(L, ev, 3, "0,975 × 0,8862 = {} g", "0.975 × 0.8862 = {} g")
say(L, means["An"] - means["Binh"], 3)
say(L, av, 3, "− 0,864² ÷ 20) = {} g", "− 0.864² ÷ 20) = {} g")
say(L, grr, 3, "√(0,864² + 0,588²) = {} g", "√(0.864² + 0.588²) = {} g")
say(L, 6 * grr / 30 * 100, 1, "6 × 1,045 ÷ 30 = {}%", "6 × 1.045 ÷ 30 = {}%")
say(L, s, 3)
say(L, s, 1)
say(L, grr / s * 100, 1, "1,045 ÷ 8,133 = {}%", "1.045 ÷ 8.133 = {}%")
say(L, 2 * grr, 1, "2 × 1,045 = {} g", "2 × 1.045 = {} g")
say(L, grr / 3 * 100, 1, "1,045 ÷ 3 = {}%", "1.045 ÷ 3 = {}%")
expected = [[b, *(gauge[b, p, k] for p in ("An", "Binh") for k in (1, 2))] for b in range(1, 11)]
for language in LANGUAGES:
    equal(f"{L}.{language}: readings", [[float(c) for c in r] for r in tables(L, language)[1]], [[float(c) for c in r] for r in expected])
given(L, *(half_up(v, 1) for v in gauge.values()))
drawn = [gauge[b, "An", k] - mean(gauge[b, p, j] for p in ("An", "Binh") for j in (1, 2)) for b in range(1, 11) for k in (1, 2)]
plotted("gauge", drawn, r'<circle cx="[\d.]+" cy="(?!295)([\d.]+)"', -1)

# ---- capability
L = "capability"
given(L, 990, 1020, 30, 2.326, 1.33, 1003, 1005, 125)
say(L, m, 3)
say(L, rbar, 2)
say(L, s, 3)
say(L, within, 3, "13,32 ÷ 2,326 = {} g", "13.32 ÷ 2.326 = {} g")
say(L, 30 / 6 / within, 2, "30 ÷ (6 × 5,727) = {}", "30 ÷ (6 × 5.727) = {}")
say(L, (USL - m) / 3 / within, 2, "(1.020 − 1.006,504) ÷ (3 × 5,727) = {}", "(1,020 − 1,006.504) ÷ (3 × 5.727) = {}")
say(L, (m - LSL) / 3 / within, 2, "(1.006,504 − 990) ÷ (3 × 5,727) = {}", "(1,006.504 − 990) ÷ (3 × 5.727) = {}")
say(L, 30 / 6 / s, 2, "30 ÷ (6 × 8,133) = {}", "30 ÷ (6 × 8.133) = {}")
say(L, USL - m, 3)
say(L, ppk, 2, "13,496 ÷ (3 × 8,133) = {}", "13.496 ÷ (3 × 8.133) = {}")
low, high = normal.cdf((LSL - m) / s), 1 - normal.cdf((USL - m) / s)
say(L, low * 100, 1, "{}% túi dưới 990", "{}% of bags below 990")
say(L, high * 100, 1)
say(L, (low + high) * 100, 1)
say(L, (short + heavy) / 125 * 100, 1, "8 ÷ 125 = {}%")
say(L, 13 / 3 / s, 2, "13 ÷ (3 × 8,133) = {}", "13 ÷ (3 × 8.133) = {}")
moved = normal.cdf((LSL - 1003) / s)
say(L, moved * 100, 1)
equal("capability: more than twice", moved > 2 * low, True)
given(L, 13)
say(L, 13 / 3 / 1.33, 2, "13 ÷ (3 × 1,33) = {} g", "13 ÷ (3 × 1.33) = {} g")
given(L, half_up(within, 1), half_up(s, 1), half_up(m, 1))

# ---- control-charts
L = "control-charts"
given(L, 25, 20, 200, 990, 1020, 14, 17, 21, 22)
limits = (m + 0.577 * rbar, m - 0.577 * rbar, 2.114 * rbar)
say(L, m, 1)
say(L, m, 3)
say(L, rbar, 2)
say(L, 0.577 * rbar, 3, "1.006,504 ± {}", "1,006.504 ± {}")
say(L, limits[0], 1)
say(L, limits[1], 1)
say(L, limits[2], 1, "2,114 × 13,32 = {} g", "2.114 × 13.32 = {} g")
outside = [i + 1 for i, v in enumerate(M) if v > limits[0] or v < limits[1]]
equal("points outside", outside, [2, 5, 14, 17, 21, 22])
equal("who they are", {(scale[i - 1], shift[i - 1], M[i - 1] > m) for i in outside}, {("A", "day", True), ("B", "night", False)})
equal("R stable", max(RNG) < limits[2], True)
say(L, max(RNG), 0)
constants = {2: (1.880, 3.267, 1.128), 3: (1.023, 2.574, 1.693), 4: (0.729, 2.282, 2.059), 5: (0.577, 2.114, 2.326), 6: (0.483, 2.004, 2.534)}
for n, (a2, d4, d2) in constants.items():
    equal(f"A2 of {n}", abs(3 / (d2 * sqrt(n)) - a2) < 0.0015, True)
for language in LANGUAGES:
    first_table, second = tables(L, language)
    equal(f"{L}.{language}: constants", {int(r[0]): tuple(float(c) for c in r[1:]) for r in first_table}, constants)
    flat = [float(c) for r in second for c in r[1:]]
    equal(f"{L}.{language}: X̅ and R", flat, [float(half_up(v, 1)) for v in M] + RNG)
given(L, *(c for row in constants.values() for c in row), *(half_up(v, 1) for v in M), *(int(r) for r in RNG), 16)
plotted("xbar-before", M, r'<circle cx="[\d.]+" cy="((?:1?\d?\d|2[0-4]\d)(?:\.\d)?)" r="(?:5|3\.6)"', -1)

# ---- causes
L = "causes"
given(L, 990, 1020, 1000, 1115, 1135, 30)
cells = [("A", "day"), ("A", "night"), ("B", "day"), ("B", "night")]


def pick(values, a=None, h=None):
    return [v for v, x, y in zip(values, scale, shift) if a in (None, x) and h in (None, y)]


def bags(test, a, h):
    return sum(test(v) for g, x, y in zip(before, scale, shift) if (x, y) == (a, h) for v in g)


rows = [
    [len(pick(M, a, h)), half_up(mean(pick(M, a, h)), 1), half_up(mean(pick(dip, a, h)), 1), bags(lambda v: v < LSL, a, h), bags(lambda v: v > USL, a, h)]
    for a, h in cells
]
for language in LANGUAGES:
    equal(f"{L}.{language}: strata", [r[1:] for r in tables(L, language)[0]], rows)
given(L, *(c for r in rows for c in r))
gap = mean(pick(M, "A")) - mean(pick(M, "B"))
night = mean(pick(M, h="day")) - mean(pick(M, h="night"))
for value in (mean(pick(M, "A")), mean(pick(M, "B")), mean(pick(M, h="day")), mean(pick(M, h="night")), gap, night):
    say(L, value, 1)
say(L, mean(pick(dip, h="night")), 1)
say(L, mean(pick(dip, h="day")), 1)
say(L, 1135 - 1115, 0)
for language in LANGUAGES:
    svg = load(f"media/strata.{language}.svg")
    for r in rows:
        equal(f"strata.{language}.svg: {r[1]}", f">{written(r[1], 1, language)}<" in svg, True)

# ---- hypothesis-tests
L = "hypothesis-tests"
given(L, 125, 0.05, 95, 13, 12, 1000, 0.9, 200, 0.2, 20, 0.30, 990)
A, B = pick(M, "A"), pick(M, "B")
error = sqrt(stdev(A) ** 2 / 13 + stdev(B) ** 2 / 12)
df = error**4 / ((stdev(A) ** 2 / 13) ** 2 / 12 + (stdev(B) ** 2 / 12) ** 2 / 11)
equal("sizes", (len(A), len(B)), (13, 12))
for value, places in ((mean(A), 2), (mean(B), 2), (stdev(A), 2), (stdev(B), 2), (stdev(A), 3), (stdev(B), 3), (error, 2), (error, 3), (gap, 1), (gap, 3), (df, 1)):
    say(L, value, places)
say(L, gap, 2, "1.009,91 − 1.002,82 = {} g", "1,009.91 − 1,002.82 = {} g")
say(L, gap / error, 2, "7,091 ÷ 2,209 = {}", "7.091 ÷ 2.209 = {}")
say(L, t_tail(gap / error, df), 3, "p = {}")
reach = t_factor(df) * error
say(L, gap - reach, 1)
say(L, gap + reach, 1)
ref = {a: mean(of("reference", scale=a)) for a in "AB"}
say(L, ref["A"], 1)
say(L, ref["B"], 1)
say(L, ref["B"] - ref["A"], 1)
say(L, (ref["B"] - ref["A"]) * 0.9, 1, "7,9 × 0,9 = {} g", "7.9 × 0.9 = {} g")
a, b = int(of("tally", scale="A", item="below_990_g")[0]), int(of("tally", scale="B", item="below_990_g")[0])
say(L, a / 200 * 100, 1)
say(L, b / 200 * 100, 1)
pooled = (a + b) / 400
say(L, pooled * 100, 2, "13 ÷ 400 = {}%")
given(L, 400)
say(L, pooled, 4)
say(L, 1 - pooled, 4)
pe = sqrt(pooled * (1 - pooled) * 2 / 200)
say(L, pe, 4)
say(L, (b - a) / 200, 3)
say(L, (b - a) / 200 / pe, 2, "0,045 ÷ 0,0177 = {}", "0.045 ÷ 0.0177 = {}")
say(L, 2 * (1 - normal.cdf((b - a) / 200 / pe)), 3, "p = {}")
say(L, 200 * pooled, 1, "200 × 0,0325 = {}", "200 × 0.0325 = {}")
chance = [comb(200, k) * comb(200, a + b - k) / comb(400, a + b) for k in range(a + b + 1)]
say(L, sum(c for c in chance if c <= chance[a] * 1.0000001), 3, "p = {}")
for language in LANGUAGES:
    listed = tables(L, language)[0]
    for letter, values in (("A", A), ("B", B)):
        found = [float(c) for r in listed if r[0] == letter for c in r[1:] if c != ""]
        equal(f"{L}.{language}: means of {letter}", found, [float(half_up(v, 1)) for v in values])
given(L, *(half_up(v, 1) for v in M), half_up(mean(A), 1), half_up(mean(B), 1))
plotted("t-test", sorted(A) + sorted(B), r'<circle cx="([\d.]+)" cy="(?:44|52|60|114|122|130)"')

# ---- regression
L = "regression"
given(L, 25, 20, 11)
fits = {x: line(pick(dip, x), pick(M, x)) for x in "AB"}
together = line(dip, M)
say(L, night, 1)
say(L, together[2], 2, "r = −{}")
for x in "AB":
    say(L, fits[x][2], 2, x + " −{}")
    say(L, fits[x][2] ** 2, 2)
    say(L, fits[x][1], 2)
    say(L, fits[x][0], 2)
    equal(f"slope of {x}", half_up(-fits[x][0], 1), Decimal("3.1"))
say(L, together[2] ** 2, 2)
say(L, 3.1, 1)
say(L, fits["A"][0], 3)
say(L, fits["A"][1] + fits["A"][0] * 7, 1, "1.038,97 − 3,143 × 7 = {} g", "1,038.97 − 3.143 × 7 = {} g")
say(L, fits["A"][1] + fits["A"][0] * 11, 1, "1.038,97 − 3,143 × 11 = {} g", "1,038.97 − 3.143 × 11 = {} g")
longer = mean(pick(dip, h="night")) - mean(pick(dip, h="day"))
say(L, mean(pick(dip, h="night")), 1)
say(L, mean(pick(dip, h="day")), 1)
say(L, longer, 1)
say(L, float(half_up(longer, 1)) * 3.1, 1, "2,6 × 3,1 = {} g", "2.6 × 3.1 = {} g")
rest = [y - fits[x][1] - fits[x][0] * d for y, x, d in zip(M, scale, dip)]
say(L, abs(mean(pick(rest, h="night")) - mean(pick(rest, h="day"))), 2)
say(L, min(dip), 1)
say(L, max(dip), 1)
ordered = {x: sorted(zip(pick(dip, x), pick(M, x))) for x in "AB"}
for language in LANGUAGES:
    listed = tables(L, language)[0]
    found = {"A": [(float(r[0]), float(r[1])) for r in listed], "B": [(float(r[2]), float(r[3])) for r in listed if r[2] != ""]}
    equal(f"{L}.{language}: pairs", found, {x: [(d, float(half_up(v, 1))) for d, v in ordered[x]] for x in "AB"})
given(L, *(Decimal(str(d)) for d in dip), *(half_up(v, 1) for v in M))
plotted("scatter", pick(M, "A"), r'<circle cx="[\d.]+" cy="(?!330")([\d.]+)" r="5"', -1)

# ---- doe
L = "doe"
given(L, 1118, 1109, 1003, 95)
runs = {}
for r in ROWS:
    if r["set"] == "trial":
        runs.setdefault((int(float(r["dwell_s"])), int(float(r["water_c"]))), []).append(float(r["value"]))
cell_means = {k: mean(v) for k, v in runs.items()}
for language in LANGUAGES:
    found = {(int(r[0]), int(r[1])): tuple(float(c) for c in r[2:]) for r in tables(L, language)[0]}
    equal(f"{L}.{language}: runs", found, {k: (*v, round(mean(v), 1)) for k, v in runs.items()})
given(L, *(half_up(v, 1) for pair in runs.values() for v in (*pair, mean(pair))))
cold, warm = cell_means[10, 1] - cell_means[6, 1], cell_means[10, 3] - cell_means[6, 3]
six, ten = cell_means[6, 3] - cell_means[6, 1], cell_means[10, 3] - cell_means[10, 1]
say(L, -cold, 1, "990,2 − 1.007,6 = −{} g", "990.2 − 1,007.6 = −{} g")
say(L, -warm, 1, "1.005,8 − 1.012,4 = −{} g", "1,005.8 − 1,012.4 = −{} g")
say(L, -(cold + warm) / 2, 1, "(−17,4 − 6,6) ÷ 2 = −{} g", "(−17.4 − 6.6) ÷ 2 = −{} g")
say(L, six, 1, "1.012,4 − 1.007,6 = {} g", "1,012.4 − 1,007.6 = {} g")
say(L, ten, 1, "1.005,8 − 990,2 = {} g", "1,005.8 − 990.2 = {} g")
say(L, (six + ten) / 2, 1, "(4,8 + 15,6) ÷ 2 = {} g", "(4.8 + 15.6) ÷ 2 = {} g")
say(L, (warm - cold) / 2, 1, "(−6,6 − (−17,4)) ÷ 2 = {} g", "(−6.6 − (−17.4)) ÷ 2 = {} g")
say(L, -(cold + warm) / 2 / 4, 1)
say(L, 3.1, 1)
squares = [(v[0] - v[1]) ** 2 / 2 for v in runs.values()]
for v, q in zip(runs.values(), squares):
    say(L, abs(v[0] - v[1]), 1)
    say(L, q, 2)
say(L, mean(squares), 2)
noise = sqrt(mean(squares))
say(L, noise, 2)
se = noise * sqrt(1 / 4 + 1 / 4)
say(L, se, 2, "√(1 ÷ 4 + 1 ÷ 4) = {} g")
say(L, t_factor(4), 3)
say(L, se, 3)
say(L, t_factor(4) * se, 1, "2,776 × 0,906 = {} g", "2.776 × 0.906 = {} g")
equal("doe: all above noise", min(abs(cold + warm) / 2, (six + ten) / 2, (warm - cold) / 2) > t_factor(4) * se, True)
say(L, -cold / 4, 2, "17,4 ÷ 4 = {} g", "17.4 ÷ 4 = {} g")
say(L, -warm / 4, 2, "6,6 ÷ 4 = {} g", "6.6 ÷ 4 = {} g")
set_point = cell_means[6, 3] + warm / 4
say(L, set_point, 2, "1.012,4 − 1,65 = {} g", "1,012.4 − 1.65 = {} g")
say(L, 1109 * set_point / 1118, 1, "1.109 × 1.010,75 ÷ 1.118 = {} g", "1,109 × 1,010.75 ÷ 1,118 = {} g")
plotted("doe", [cell_means[k] for k in ((6, 1), (10, 1), (6, 3), (10, 3))], r'<circle cx="\d+" cy="([\d.]+)" r="6"', -1)

# ---- fmea
L = "fmea"
given(L, 1000, 1106, 1112, 20, 38)
for language in LANGUAGES:
    modes, choice = tables(L, language)
    for name, sev, occ, det, rpn, occ2, det2, rpn2 in modes:
        equal(f"{L}.{language}: {name}", (rpn, rpn2), (sev * occ * det, sev * occ2 * det2))
        given(L, rpn, rpn2)
    for name, effect, cost, speed, total in choice:
        equal(f"{L}.{language}: {name}", total, effect * 5 + cost * 3 + speed * 2)
        given(L, total)
    svg = load(f"media/rpn.{language}.svg")
    bars = [int(n) for n in re.findall(r'font-weight="700">(\d+)<', svg)]
    equal(f"rpn.{language}.svg", bars, [int(v) for r in modes for v in (r[4], r[7])])
say(L, 8 * 6 * 7, 0, "8 × 6 × 7 = {}")
say(L, 5 * 5 + 4 * 3 + 3 * 2, 0, "5 × 5 + 4 × 3 + 3 × 2 = {}")
spent = 7 + 38 + 5 + 6
say(L, spent, 0, "là {} triệu", "make {} million")

# ---- control-plan
L = "control-plan"
given(L, 1000, 25, 125, 0.3, 0.5, 3.5, 1.33, 95, 0.005, 30, 60, 90, 20, 80000)
lim2 = (m2 + 0.577 * rbar2, m2 - 0.577 * rbar2, 2.114 * rbar2)
for value in (lim2[0], lim2[1], lim2[2], m, m2, s, s2, give, give2, gap):
    say(L, value, 1)
apart = mean(v for v, x in zip(M2, scale) if x == "A") - mean(v for v, x in zip(M2, scale) if x == "B")
say(L, apart, 1)
say(L, 13 / 3 / 1.33, 2)
say(L, ppk, 2)
say(L, ppk2, 2)
say(L, within2, 3)
say(L, 30 / 6 / within2, 2, "30 ÷ (6 × 2,820) = {}", "30 ÷ (6 × 2.820) = {}")
say(L, m2 - LSL, 3)
say(L, (m2 - LSL) / 3 / within2, 2, "12,888 ÷ (3 × 2,820) = {}", "12.888 ÷ (3 × 2.820) = {}")
equal("after: outside", sum(v < LSL or v > USL for v in Y), 0)
equal("after: signals", signals([(v - m2) / (0.577 * rbar2 / 3) for v in M2]), [])
equal("after: R stable", max(RNG2) < lim2[2], True)
say(L, max(RNG2), 0)
say(L, 3 / 125 * 100, 1, "3 ÷ 125 = {}%")
equal("rule of three", abs((1 - 0.05 ** (1 / 125)) - 3 / 125) < 0.001, True)
say(L, 3 / 0.005, 0, "3 ÷ 0,005 = {}", "3 ÷ 0.005 = {}")
half = 1.96 * sqrt(1 / (9 * 125) + ppk2**2 / (2 * 124))
say(L, ppk2 - half, 2)
say(L, ppk2 + half, 2)
saved = give - give2
say(L, saved, 1, "6,5 − 2,9 = {} g", "6.5 − 2.9 = {} g")
kilograms = month * saved / 1000
say(L, month, 0)
say(L, kilograms, 1, "312.000 × 3,6 ÷ 1.000 = {} kg", "312,000 × 3.6 ÷ 1,000 = {} kg")
money = kilograms * 80000 / 1e6
say(L, money, 3)
say(L, spent, 0)
say(L, spent / money, 2, "56 ÷ 89,856 = {}", "56 ÷ 89.856 = {}")
for language in LANGUAGES:
    flat = [float(c) for r in tables(L, language)[1] for c in r[1:]]
    equal(f"{L}.{language}: X̅", flat, [float(half_up(v, 1)) for v in M2])
given(L, *(half_up(v, 1) for v in M2), 16, 21)
equal("goal met", (m2 >= LABEL, give2 <= 3.5, ppk2 >= 1.33, s2 <= 13 / 3 / 1.33), (True,) * 4)
plotted("xbar-after", M2, r'<circle cx="[\d.]+" cy="([\d.]+)" r="3\.6"', -1)

# ---- no number without a source; the same numbers in both languages
for lesson, known in allowed.items():
    sets = {}
    for language in LANGUAGES:
        stand = {n for n in numbers(lesson, language) if n > 12 or n != n.to_integral_value()}
        sets[language] = stand
        for n in sorted(stand - known):
            problems.append(f"lessons/{lesson}.{language}.md: {n} is neither given nor computed")
    equal(f"{lesson}: numbers in one language only", sorted(sets["vi"] ^ sets["en"]), [])
equal("lessons checked", sorted(allowed), sorted({p.name.split(".")[0] for p in (HERE / "lessons").iterdir()}))

# ---- assignment: the example line, five criteria of 20 points
for path, phrase in (("ASSIGNMENT.md", "8 trên 125 túi (6,4%)"), ("ASSIGNMENT.en.md", "8 of 125 bags (6.4%)")):
    if (HERE / path).exists():
        text = load(path)
        equal(f"{path}: example", phrase in text, True)
        equal(f"{path}: points", 20 * (len([row for row in text.splitlines() if row.startswith("|")]) - 2), 100)

# ---- practice questions with a number
practice = load("questions/practice.yaml")
mangoes, juice = [402, 398, 405, 395, 400], [7 * 6 * 5, 6 * 4 * 8, 8 * 3 * 6, 5 * 8 * 2]
answers = {
    "P01": 25 / (500 * 4) * 1e6,
    "P04": float(half_up(stdev(mangoes), 1)),
    "P06": float(half_up(min(25.10 - 25.04, 25.04 - 24.90) / (3 * 0.025), 2)),
    "P11": ((12 - 8) + (10 - 2)) / 2,
}
for code, answer in answers.items():
    item = re.search(rf"- code: SIX-SIGMA-{code}\n(.*?)(?=\n- code: |\Z)", practice, re.S).group(1)
    near(f"practice {code}", float(re.search(r"^  answer: (\S+)$", item, re.M).group(1)), answer, 3)
equal("practice P12: order", juice, sorted(juice, reverse=True))
near("practice P02", 62 / 1240 * 100, 5.0, 1)
near("practice P06: Pp", 0.20 / (6 * 0.025), 1.33)
near("practice P10", 24.0 - 1.25 * 18, 1.5, 1)
near("practice P13", 3 / 150 * 100, 2.0, 1)
equal("practice P13: boxes", ceil(3 / 0.005), 600)

# ---- learning hours: lessons, exam, 19 hours of project work
minutes = sum(int(re.search(r"^minutes: (\d+)$", load(f"lessons/{p.name}"), re.M).group(1)) for p in (HERE / "lessons").glob("*.vi.md"))
exam = int(re.search(r"^minutes: (\d+)$", load("exam.yaml"), re.M).group(1))
hours = int(re.search(r"^hours: (\d+)$", load("course.yaml"), re.M).group(1))
equal("learning hours", minutes + exam + 19 * 60, hours * 60)
equal("items drawn", sum(int(n) for n in re.findall(r"^  count: (\d+)$", load("exam.yaml"), re.M)), 40)

if problems:
    print("\n".join(problems))
    print(f"{len(problems)} differences")
    sys.exit(1)
print("SIX-SIGMA: all numbers agree")
