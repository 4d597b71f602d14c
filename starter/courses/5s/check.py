"""Recompute every number in the worked examples of this pack.

Run: python check.py. Plain Python, standard library only. Each result is
computed from its inputs and must stand, written as the language writes it,
in both language versions of the lesson. Tables are read back and added up.
Exit status 1 and a list of differences if anything disagrees.
"""

import re
import sys
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
LANGUAGES = ("vi", "en")
problems = []


def load(path):
    text = (HERE / path).read_text(encoding="utf-8")
    if text != unicodedata.normalize("NFC", text):
        problems.append(f"{path}: not NFC")
    return text.replace("\u00a0", " ")


def number(value, places, language):
    quantum = Decimal(1).scaleb(-places)
    rounded = Decimal(str(value)).quantize(quantum, rounding=ROUND_HALF_UP)
    text = f"{rounded:,.{places}f}"
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def say(lesson, value, places, vi, en):
    """`value` must stand in the lesson, put into the phrases vi and en at {}."""
    for language, phrase in (("vi", vi), ("en", en)):
        wanted = phrase.format(number(value, places, language))
        path = f"lessons/{lesson}.{language}.md"
        text = load(path)
        if not re.search(r"(?<![\d.,])" + re.escape(wanted) + r"(?!\d|[.,]\d)", text):
            problems.append(f"{path}: expected “{wanted}”")


def both(lesson, value, places, phrase):
    say(lesson, value, places, phrase, phrase)


def equal(what, found, expected):
    if found != expected:
        problems.append(f"{what}: found {found}, expected {expected}")


def tables(lesson, language):
    """Each table as a list of rows without its head; numbers become Decimal."""
    found = []
    for block in re.findall(r"::: table \w+\n(.*?)\n:::", load(f"lessons/{lesson}.{language}.md"), re.S):
        rows = [line.strip("|").split("|") for line in block.splitlines() if line.startswith("|")]
        found.append([[cell(c.strip(), language) for c in row] for row in rows[2:]])
    return found


def cell(text, language):
    plain = text.replace(".", "").replace(",", ".") if language == "vi" else text.replace(",", "")
    return Decimal(plain) if re.fullmatch(r"\d+(\.\d+)?", plain) else text


def column(rows, index):
    return [row[index] for row in rows]


def half_up(value, places):
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


D = Decimal

# why-5s: minutes of searching
before = 24 * 6 * D("1.5")
after = 24 * 2 * D("0.5")
saved = (before - after) / 60
month = saved * 26
say("why-5s", before, 0, "24 × 6 × 1,5 = {} phút", "24 × 6 × 1.5 = {} minutes")
say("why-5s", before / 60, 1, "tức {} giờ mỗi ca", "or {} hours a shift")
say("why-5s", after, 0, "24 × 2 × 0,5 = {} phút", "24 × 2 × 0.5 = {} minutes")
say("why-5s", after / 60, 1, "tức {} giờ mỗi ca", "or {} hours a shift")
say("why-5s", saved, 1, "3,6 − 0,4 = {} giờ", "3.6 − 0.4 = {} hours")
say("why-5s", month, 1, "3,2 × 26 = {} giờ", "3.2 × 26 = {} hours")
say("why-5s", month * 32000, 0, "83,2 × 32.000 = {} đồng", "83.2 × 32,000 = {} VND")
say("why-5s", 8 * 60 // 30, 0, "với {} (một ca 8 giờ", "by {} (an 8-hour shift")

# baseline: choice of the area, timings, walk
for language in LANGUAGES:
    rows = tables("baseline", language)[0]
    weights = column(rows[:4], 1)
    totals = [sum(w * s for w, s in zip(weights, column(rows[:4], k))) for k in (2, 3, 4)]
    equal(f"baseline.{language}: weighted totals", rows[4][2:], totals)
say("baseline", sum((3, 2, 2, 1)) * 5, 0, "tối đa {} điểm", "maximum {} points")
timings = [45, 120, 30, 210, 75, 60, 180, 90, 40, 150]
listed = ", ".join(map(str, timings))
for language in LANGUAGES:
    equal(f"baseline.{language}: timings listed", listed in load(f"lessons/baseline.{language}.md"), True)
say("baseline", sum(timings), 0, "{} giây, trung bình", "{} seconds, a mean")
mean = D(sum(timings)) / len(timings)
say("baseline", mean, 0, "trung bình {} giây", "a mean of {} seconds")
say("baseline", median(timings), 1, "trung vị là {} giây", "the median is {} seconds")
equal("baseline: middle pair", sorted(timings)[4:6], [75, 90])
fetch_before = 6 * 9 * mean
say("baseline", fetch_before, 0, "6 × 9 × 100 = {} giây", "6 × 9 × 100 = {} seconds")
say("baseline", fetch_before / 60, 0, "tức {} phút mỗi ca", "or {} minutes a shift")
walk_before = 18 + 12 + 15 + 9
both("baseline", walk_before, 0, "18 + 12 + 15 + 9 = {} m")
both("baseline", walk_before * 8, 0, "54 × 8 = {} m")

# sort: one table
for language in LANGUAGES:
    rows = tables("sort", language)[1]
    for k in (1, 2):
        equal(f"sort.{language}: column {k}", rows[-1][k], sum(column(rows[:-1], k)))
    equal(f"sort.{language}: totals", rows[-1][1:], [D(31), D(8)])
both("sort", 31 - 8, 0, "31 − 8 = {}")
both("sort", D(23) / 31 * 100, 1, "23 ÷ 31 = {}%")
say("sort", D("2.0") * D("1.2"), 1, "2,0 × 1,2 = {} m²", "2.0 × 1.2 = {} m²")
say("sort", D("0.9") / D("2.4") * 100, 1, "từ {}% xuống", "from {}% to")
say("sort", D("0.3") / D("2.4") * 100, 1, "xuống {}%", "to {}%")
both("sort", 12 * 23, 0, "12 × 23 = {}")

# red-tags: closure, money, floor, Pareto
results = [12, 36, 40, 26, 6]
both("red-tags", sum(results), 0, "12 + 36 + 40 + 26 + 6 = {}")
both("red-tags", 120 - 6, 0, "120 − 6 = {}")
both("red-tags", D(114) / 120 * 100, 0, "114 ÷ 120 = {}%")
both("red-tags", D(12) / 120 * 100, 0, "12 ÷ 120 = {}%")
scrap = 640 * 9500
say("red-tags", scrap, 0, "640 kg × 9.500 đồng = {} đồng", "640 kg × 9,500 VND = {} VND")
say("red-tags", D(22) / 160 * 100, 2, "tức {}%", "or {}%")
equal("red-tags: due date", date(2026, 3, 6) + timedelta(14), date(2026, 3, 20))
for language in LANGUAGES:
    rows = tables("red-tags", language)[1]
    running = 0
    for name, tags, share in rows:
        running += tags
        equal(f"red-tags.{language}: cumulative at {name}", share, half_up(running / 120 * 100, 1))
    equal(f"red-tags.{language}: tags", running, 120)
    figure = load(f"media/pareto.{language}.svg")
    drawn = [int(n) for n in re.findall(r'font-size="14"[^>]*text-anchor="middle">(\d+)<', figure)]
    equal(f"pareto.{language}.svg: bars", drawn, [int(t) for t in column(rows, 1)])

# set-in-order: walk, search, minimum and maximum
walk_after = 4 + 3 + 3 + 2
both("set-in-order", walk_after, 0, "4 + 3 + 3 + 2 = {} m")
both("set-in-order", walk_after * 8, 0, "12 × 8 = {} m")
less = (walk_before - walk_after) * 8
say("set-in-order", less, 0, "{} m mỗi ca", "{} m less per shift")
say("set-in-order", D(less) / (walk_before * 8) * 100, 1, "tức {}%", "or {}%")
fetch_after = 6 * 9 * 12
say("set-in-order", fetch_after, 0, "6 × 9 × 12 = {} giây", "6 × 9 × 12 = {} seconds")
say("set-in-order", D(fetch_after) / 60, 1, "tức {} phút", "or {} minutes")
gain = (fetch_before - fetch_after) / 60
say("set-in-order", gain, 1, "bớt {} phút mỗi ca", "saves {} minutes a shift")
minimum = 40 * (3 + 1)
say("set-in-order", minimum, 0, "40 × (3 + 1) = {} đôi", "40 × (3 + 1) = {} pairs")
say("set-in-order", minimum - 40 * 3, 0, "160 − 40 × 3 = {} đôi", "160 − 40 × 3 = {} pairs")
say("set-in-order", minimum - 40 * 3 + 200, 0, "là {} đôi", "make {} pairs")
say("set-in-order", minimum + 200, 0, "160 + 200 = {} đôi", "160 + 200 = {} pairs")

# shine: repairs, leak, zones
for language in LANGUAGES:
    first, second = tables("shine", language)
    for k in (1, 2):
        equal(f"shine.{language}: table 1, column {k}", first[-1][k], sum(column(first[:-1], k)))
        equal(f"shine.{language}: table 2, column {k}", second[-1][k], sum(column(second[:-1], k)))
    equal(f"shine.{language}: 10 minutes each", column(second, 2), [10 * p for p in column(second, 1)])
    figure = load(f"media/shine-zones.{language}.svg")
    drawn = [int(n) for n in re.findall(r": (\d+) (?:người|people)<", figure)]
    equal(f"shine-zones.{language}.svg: people", drawn, [int(p) for p in column(second[:-1], 1)])
both("shine", D(21) / 27 * 100, 1, "21 ÷ 27 = {}%")
leak = D("0.3") * 8 * 26
say("shine", leak, 1, "0,3 × 8 × 26 = {} lít", "0.3 × 8 × 26 = {} litres")
leak_cost = leak * 45000
say("shine", leak_cost, 0, "62,4 × 45.000 = {} đồng", "62.4 × 45,000 = {} VND")
say("shine", D(240) / 60, 0, "tức {} giờ mỗi ca", "or {} hours a shift")

# standardise: time for the daily check
say("standardise", 2 * 2 * 26, 0, "2 × 2 × 26 = {} phút", "2 × 2 × 26 = {} minutes")
equal("standardise: less than two hours", 2 * 2 * 26 < 120, True)

# audit-scores: day 1, day 30, items left out, agreement
day1, day30 = [9, 7, 10, 5, 6], [14, 13, 13, 11, 11]
both("audit-scores", sum(day1), 0, "9 + 7 + 10 + 5 + 6 = {}")
both("audit-scores", D(sum(day1)) / 80 * 100, 2, "37 ÷ 80 = {}%")
say("audit-scores", D(sum(day1)) / 80 * 100, 1, "ghi {}%", "recorded as {}%")
both("audit-scores", sum(day30), 0, "14 + 13 + 13 + 11 + 11 = {}")
both("audit-scores", D(sum(day30)) / 80 * 100, 1, "62 ÷ 80 = {}%")
both("audit-scores", D(min(day30)) / 16 * 100, 2, "{} ÷ 16 = ".format(min(day30)) + "{}%")
equal("audit-scores: both conditions met", sum(day30) / 80 >= 0.75 and min(day30) / 16 >= 0.6, True)
for language in LANGUAGES:
    rows = tables("audit-scores", language)[1]
    equal(f"audit-scores.{language}: day 1", column(rows, 1), day1 + [sum(day1)])
    equal(f"audit-scores.{language}: day 30", column(rows, 2), day30 + [sum(day30)])
    shares = [half_up(D(p) / 16 * 100, 1) for p in day30] + [half_up(D(sum(day30)) / 80 * 100, 1)]
    equal(f"audit-scores.{language}: shares", column(rows, 3), shares)
    figure = load(f"media/audit-bars.{language}.svg")
    drawn = [int(n) for n in re.findall(r'x="113"[^>]*>(\d+)<', figure)]
    equal(f"audit-bars.{language}.svg", drawn, [n for pair in zip(day1, day30) for n in pair])
both("audit-scores", 18 * 4, 0, "18 × 4 = {}")
both("audit-scores", D(52) / 72 * 100, 1, "52 ÷ 72 = {}%")
both("audit-scores", D(52 + 8) / 80 * 100, 0, "(52 + 8) ÷ 80 = {}%")
weighted = sum(D(p) / 16 * w for p, w in zip(day30, (10, 20, 20, 25, 25)))
say("audit-scores", weighted, 1, "ngày 30 được {}%", "gets {}% on day 30")
both("audit-scores", D(62 + 52) / (80 + 72) * 100, 0, "(62 + 52) ÷ (80 + 72) = {}%")
both("audit-scores", D(15) / 20 * 100, 0, "15 ÷ 20 = {}%")

# sustain: cost and return of the routine, issue board, the drop
say("sustain", 5 * 6 * 26, 0, "5 × 6 × 26 = {} phút", "5 × 6 × 26 = {} minutes")
say("sustain", D(5 * 6 * 26) / 60, 0, "tức {} giờ", "or {} hours")
say("sustain", 10 * 20, 0, "10 phút × 20 lần = {} phút", "10 minutes × 20 times = {} minutes")
say("sustain", D(200) / 60, 1, "tức {} giờ", "or {} hours")
say("sustain", gain * 26, 1, "79,2 × 26 = {} phút", "79.2 × 26 = {} minutes")
say("sustain", gain * 26 / 60, 1, "tức {} giờ", "or {} hours")
left = gain * 26 / 60 - 13 - D(200) / 60
say("sustain", left, 1, "34,3 − 13 − 3,3 = {} giờ", "34.3 − 13 − 3.3 = {} hours")
both("sustain", D(15) / 18 * 100, 1, "15 ÷ 18 = {}%")
for language in LANGUAGES:
    rows = tables("sustain", language)[0]
    scores = column(rows, 1)
    equal(f"sustain.{language}: day 1 score", scores[0], half_up(D(sum(day1)) / 80 * 100, 0))
    equal(f"sustain.{language}: day 30 score", scores[4], half_up(D(sum(day30)) / 80 * 100, 0))
    say("sustain", scores[4] - scores[7], 0, "mất {} điểm", "lost {} points")
    figure = load(f"media/trend.{language}.svg")
    rounds = [int(n) for n in re.findall(r'fill="#1d5686" font-weight="700" text-anchor="middle">(\d)<', figure)]
    equal(f"trend.{language}.svg: rounds", rounds, [int(n) for n in column(rows, 2)])

# safety: risk ratings, lane
for language in LANGUAGES:
    rows = tables("safety", language)[1]
    for name, severity, likelihood, rating in rows:
        equal(f"safety.{language}: {name}", rating, severity * likelihood)
    high = sum(rating >= 12 for rating in column(rows, 3))
    equal(f"safety.{language}: at 12 or more", (high, len(rows)), (3, 6))
both("safety", D(3) / 6 * 100, 0, "{}%")
for severity, likelihood in ((5, 1), (3, 2), (4, 1)):
    both("safety", severity * likelihood, 0, f"{severity} × {likelihood} = " + "{}")
lane = D("1.2") + 2 * D("0.3")
say("safety", lane, 1, "1,2 + 2 × 0,3 = {} m", "1.2 + 2 × 0.3 = {} m")
say("safety", lane + D("0.8"), 1, "thành {} m", "makes {} m")
say("safety", lane + D("0.8") - D("2.2"), 1, "thiếu {} m", "is {} m short")
say("safety", D("2.2") + D("0.5"), 1, "thành {} m", "makes {} m")
equal("safety: wide enough", D("2.2") + D("0.5") >= lane + D("0.8"), True)

# office-and-field: documents, files, slots, bottles, harvest date
say("office-and-field", D(6) / 10 * 100, 0, "tức {}%", "or {}%")
say("office-and-field", D(9) / 10 * 100, 0, "tức {}%", "or {}%")
say("office-and-field", D(434) / 1240 * 100, 0, "434 ÷ 1.240 = {}%", "434 ÷ 1,240 = {}%")
say("office-and-field", 1240 - 434, 0, "Còn lại {} tệp", "leaves {} files")
both("office-and-field", 4 * 10 * 3 * 4, 0, "4 × 10 × 3 × 4 = {}")
both("office-and-field", D(41) / 50 * 100, 0, "41 ÷ 50 = {}%")
both("office-and-field", D(48) / 50 * 100, 0, "48 ÷ 50 = {}%")
equal("office-and-field: bottles", 14 - 3 - 2, 9)
both("office-and-field", D(9) / 14 * 100, 1, "9 ÷ 14 = {}%")
equal("office-and-field: harvest", date(2026, 3, 2) + timedelta(14), date(2026, 3, 16))

# audit-forms: points follow from faults by the scale of audit-scores; totals; the five S of day 30
def points(faults):
    return 4 if faults == 0 else 3 if faults == 1 else 2 if faults <= 3 else 1 if faults <= 5 else 0


for language in LANGUAGES:
    for form, items in zip(tables("audit-forms", language), (20, 10, 10)):
        equal(f"audit-forms.{language}: items", len(form) - 1, items)
        for name, faults, score in form[:-1]:
            equal(f"audit-forms.{language}: {name}", score, points(faults))
        equal(f"audit-forms.{language}: totals", form[-1][1:], [sum(column(form[:-1], 1)), sum(column(form[:-1], 2))])
    shop, office, orchard = ([row[2] for row in form[:-1]] for form in tables("audit-forms", language))
    equal(f"audit-forms.{language}: day 30", [sum(shop[k : k + 4]) for k in range(0, 20, 4)], [D(p) for p in day30])
    equal(f"audit-forms.{language}: weakest S of the orchard", min(sum(orchard[k : k + 2]) for k in range(0, 10, 2)), D(5))
    equal(f"audit-forms.{language}: items of 2 points", [n + 1 for n, p in enumerate(shop) if p == 2], [6, 11, 14, 19])
    equal(f"audit-forms.{language}: item 5", office[4], D(1))
both("audit-forms", D(62) / 80 * 100, 1, "62 ÷ 80 = {}%")
both("audit-forms", D(31) / 40 * 100, 1, "31 ÷ 40 = {}%")
both("audit-forms", D(28) / 40 * 100, 0, "28 ÷ 40 = {}%")
both("audit-forms", D(5) / 8 * 100, 1, "5 ÷ 8 = {}%")
say("audit-forms", 40 * D("0.75"), 0, "40 × 75% = {} điểm", "40 × 75% = {} points")
both("audit-forms", D(28 - 1 + 3) / 40 * 100, 0, "30 ÷ 40 = {}%")

# thirty-days: calendar, budget, payback, results
equal("thirty-days: day 30", date(2026, 3, 2) + timedelta(29), date(2026, 3, 31))
equal("thirty-days: weekdays", (date(2026, 3, 2).isoweekday(), date(2026, 3, 31).isoweekday()), (1, 2))
for language in LANGUAGES:
    plan, budget, outcome = tables("thirty-days", language)
    for name, people, hours, total in budget[:-1]:
        equal(f"thirty-days.{language}: {name}", total, people * hours)
    equal(f"thirty-days.{language}: person-hours", budget[-1][3], sum(column(budget[:-1], 3)))
    figure = load(f"media/gantt.{language}.svg")
    drawn = [(int(a), int(b)) for a, b in re.findall(r">(\d+)–(\d+)<", figure)]
    equal(f"gantt.{language}.svg", drawn, [(int(r[1]), int(r[2])) for r in plan[:-1]])
    equal(f"thirty-days.{language}: decisions end", plan[2][2], plan[1][2] + 14)
    expected = [
        [mean, D(12)],
        [D(walk_before), D(walk_after)],
        [D(22), D(0)],
        [D(120), D(6)],
        [D(27), D(2)],
        [half_up(D(sum(day1)) / 80 * 100, 1), half_up(D(sum(day30)) / 80 * 100, 1)],
    ]
    equal(f"thirty-days.{language}: results", [row[1:] for row in outcome], expected)
labour = 103 * 40000
say("thirty-days", labour, 0, "103 × 40.000 = {} đồng", "103 × 40,000 = {} VND")
material = 1800000 + 2400000 + 600000 + 200000
say("thirty-days", material, 0, "cộng {} đồng", "together {} VND")
total = labour + material
say("thirty-days", total, 0, "Tổng {} đồng", "Total {} VND")
say("thirty-days", scrap, 0, "Phế liệu bán được {} đồng", "Scrap brought in {} VND")
rest = total - scrap
say("thirty-days", rest, 0, "9.120.000 − 6.080.000 = {} đồng", "9,120,000 − 6,080,000 = {} VND")
say("thirty-days", D(rest) / leak_cost, 2, "3.040.000 ÷ 2.808.000 = {} tháng", "3,040,000 ÷ 2,808,000 = {} months")
say("thirty-days", left, 0, "{} giờ dôi ra", "The {} hours freed")

# practice questions with a number
practice = load("questions/practice.yaml")
for code, answer in (("5S-P02", D(40 + 95 + 60 + 150 + 55) / 5), ("5S-P13", D(sum(points(n) for n in (0, 2, 1, 6, 0, 3, 1, 0, 5, 1))) / 40 * 100), ("5S-P08", half_up(D(12 + 11 + 13 + 9 + 10) / ((20 - 1) * 4) * 100, 1))):
    item = re.search(rf"- code: {code}\n(.*?)(?=\n- code: |\Z)", practice, re.S).group(1)
    given = Decimal(re.search(r"^  answer: (\S+)$", item, re.M).group(1))
    equal(f"practice {code}", given, answer)
equal("practice 5S-P11: harvest", date(2026, 5, 5) + timedelta(10), date(2026, 5, 15))

# learning hours: lessons, exam and five hours on the floor
minutes = 0
for path in sorted((HERE / "lessons").glob("*.vi.md")):
    minutes += int(re.search(r"^minutes: (\d+)$", load(f"lessons/{path.name}"), re.M).group(1))
exam = int(re.search(r"^minutes: (\d+)$", load("exam.yaml"), re.M).group(1))
hours = int(re.search(r"^hours: (\d+)$", load("course.yaml"), re.M).group(1))
equal("learning hours", minutes + exam + 5 * 60, hours * 60)
counts = [int(n) for n in re.findall(r"^  count: (\d+)$", load("exam.yaml"), re.M)]
equal("items drawn", sum(counts), 40)

if problems:
    print("\n".join(problems))
    print(f"{len(problems)} differences")
    sys.exit(1)
print("5S: all numbers agree")
