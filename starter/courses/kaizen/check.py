"""Recompute every number in the worked examples of this pack.

Run: python check.py. Plain Python, standard library only. Each result is
computed from its inputs and must stand, written as the language writes it,
in both language versions of the lesson. Tables are read back and added up.
Exit status 1 and a list of differences if anything disagrees.
"""

import re
import sys
import unicodedata
from collections import Counter
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


def mean(values):
    return sum(values) / len(values)


def sums(lesson, index, columns):
    """The last row of a table is the sum of the rows above it, in both languages; gives the Vietnamese rows."""
    for language in LANGUAGES:
        rows = tables(lesson, language)[index]
        for k in columns:
            above = sum(v for v in column(rows[:-1], k) if isinstance(v, Decimal))
            equal(f"{lesson}.{language}: table {index + 1}, column {k + 1}", rows[-1][k], above)
    return tables(lesson, "vi")[index]


def drawn(name, pattern, expected):
    """The numbers that `pattern` finds in both figures, in order."""
    for language in LANGUAGES:
        found = [cell(n, language) for n in re.findall(pattern, load(f"media/{name}.{language}.svg"))]
        equal(f"{name}.{language}.svg", found, [D(str(n)) for n in expected])


def shows(name, value, places, vi, en):
    """`value` stands in the figures, in the phrases vi and en at {}."""
    for language, phrase in (("vi", vi), ("en", en)):
        wanted = phrase.format(number(value, places, language))
        if wanted not in load(f"media/{name}.{language}.svg"):
            problems.append(f"media/{name}.{language}.svg: expected “{wanted}”")


# why-kaizen: the cart, six steps
N = "why-kaizen"
before, after = 30 * 10 * 45, 24 * D("2.5")
say(N, before, 0, "30 × 10 × 45 = {} giây", "30 × 10 × 45 = {} seconds")
say(N, D(before) / 60, 0, "tức {} phút mỗi ca", "or {} minutes a shift")
say(N, after, 0, "24 × 2,5 = {} phút", "24 × 2.5 = {} minutes")
saved = D(before) / 60 - after
say(N, saved, 0, "225 − 60 = {} phút", "225 − 60 = {} minutes")
say(N, saved * 26, 0, "165 × 26 = {} phút", "165 × 26 = {} minutes")
hours = saved * 26 / 60
say(N, hours, 1, "phút = {} giờ mỗi tháng", "minutes = {} hours a month")
money = hours * 32000
say(N, money, 0, "71,5 × 32.000 = {} đồng", "71.5 × 32,000 = {} VND")
say(N, D(2600000) / money, 2, "2.600.000 ÷ 2.288.000 = {} tháng", "2,600,000 ÷ 2,288,000 = {} months")
say(N, hours * 4, 0, "71,5 × 4 = {} kg", "71.5 × 4 = {} kg")
team = 30 * 480
say(N, team, 0, "30 × 480 = {} phút", "30 × 480 = {} minutes")
say(N, saved / team * 100, 1, "chỉ là {}%", "are only {}%")
equal(f"{N}: the cart in minutes per 100 kg", half_up(saved / team * 1500, 0), D(17))
equal(f"{N}: 4 kg an hour is 1,500 minutes per 100 kg", 100 * 60 / 4, 1500)
for language in LANGUAGES:
    rows = tables(N, language)[0]
    left = rows[0][2]
    for name, less, now in rows[1:]:
        left -= less
        equal(f"{N}.{language}: {name}", now, left)
levels = column(tables(N, "vi")[0], 2)
drawn("small-steps", r'font-size="13" fill="#14211f" font-weight="700" text-anchor="middle">([\d.,]+)<', levels)
say(N, (levels[0] - levels[-1]) / levels[0] * 100, 1, "198 ÷ 1.500 = {}%", "198 ÷ 1,500 = {}%")
equal(f"{N}: 198 minutes", levels[0] - levels[-1], D(198))
say(N, levels[0] / levels[-1], 3, "1.500 ÷ 1.302 = {}", "1,500 ÷ 1,302 = {}")
say(N, (levels[0] / levels[-1] - 1) * 100, 1, "tức {}%", "or {}%")
shows("small-steps", D("13.2"), 1, "bớt {}%", "down by {}%")

# seven-wastes
N = "seven-wastes"
parts = [18 * 12, 64 * 3, 45 * 4, 24 * 5, D(1200 * 5) / 60, D(900 * 4) / 60]
say(N, parts[0], 0, "18 người × 12 phút = {} phút", "18 people × 12 minutes = {} minutes")
say(N, parts[1], 0, "64 chuyến × 3 phút = {} phút", "64 trips × 3 minutes = {} minutes")
say(N, parts[2], 0, "45 thùng × 4 phút = {} phút", "45 boxes × 4 minutes = {} minutes")
say(N, parts[3], 0, "24 thùng × 5 phút = {} phút", "24 boxes × 5 minutes = {} minutes")
say(N, parts[4], 0, "6.000 giây = {} phút", "6,000 seconds = {} minutes")
say(N, parts[5], 0, "3.600 giây = {} phút", "3,600 seconds = {} minutes")
total = sum(parts)
for language in LANGUAGES:
    rows = tables(N, language)[1]
    equal(f"{N}.{language}: minutes", column(rows, 1), [*parts, total])
    equal(f"{N}.{language}: shares", column(rows[:-1], 2), [half_up(D(p) / total * 100, 1) for p in parts])
say(N, 18 * 480, 0, "18 × 480 = {} phút", "18 × 480 = {} minutes")
say(N, D(total) / (18 * 480) * 100, 1, "chiếm {}%", "are {}%")
say(N, D(total) / 60 * 30000, 0, "868 ÷ 60 × 30.000 = {} đồng", "868 ÷ 60 × 30,000 = {} VND")
say(N, sum(parts[:3]), 0, "cộng {} phút", "add up to {} minutes")
both(N, D(sum(parts[:3])) / total * 100, 1, "588 ÷ 868 = {}%")
both(N, 400 / 80, 0, "400 ÷ 80 = {}")

# see-the-gemba
N = "see-the-gemba"
rows = sums(N, 1, (1, 2))
looks = column(rows[:-1], 1)
equal(f"{N}: looks", rows[-1][1], D(10 * 40))
both(N, 10 * 40, 0, "10 × 40 = {}")
for language in LANGUAGES:
    equal(f"{N}.{language}: shares", column(tables(N, language)[1][:-1], 2), [n / 4 for n in looks])
drawn("work-sampling", r">(\d+) \(\d+%\)<", looks)
drawn("work-sampling", r">\d+ \((\d+)%\)<", [n / 4 for n in looks])
shift = 40 * 480
say(N, shift, 0, "40 × 480 = {} phút", "40 × 480 = {} minutes")
say(N, shift * D("0.11"), 0, "khoảng {} phút", "about {} minutes")
say(N, shift * D("0.11") / 60, 1, "tức {} giờ", "or {} hours")
error = 2 * (0.11 * 0.89 / 400) ** 0.5
say(N, error, 3, "2 × √(0,11 × 0,89 ÷ 400) = {}", "2 × √(0.11 × 0.89 ÷ 400) = {}")
equal(f"{N}: 8 to 14%", (round((0.11 - error) * 100), round((0.11 + error) * 100)), (8, 14))
work, wait = [22, 6, 28, 10, 14], [35, 12, 48, 15]
drawn("lot-timeline", r">[^<>:]+: (\d+)<", [n for pair in zip(work, [*wait, 0]) for n in pair][:-1])
say(N, sum(work), 0, "xếp khuôn 14. Cộng {} phút", "tray packing 14. Together {} minutes")
say(N, sum(wait), 0, "35, 12, 48, 15. Cộng {} phút", "35, 12, 48, 15. Together {} minutes")
say(N, 80 + 110, 0, "80 + 110 = {} phút", "80 + 110 = {} minutes")
both(N, D(80) / 190 * 100, 1, "80 ÷ 190 = {}%")
say(N, D(110) / 190 * 100, 1, "cá chờ người {}%", "waits for people {}%")
ends = [sum(work[:k]) + sum(wait[:k]) for k in (1, 2, 3)] + [sum(work) + sum(wait)]
for end in (ends[0], sum(work[:2]) + sum(wait[:2]) + work[2], ends[2], ends[3]):
    shows("lot-timeline", end, 0, ">{}<", ">{}<")

# standard-work
N = "standard-work"
seconds = (480 - 30 - 10) * 60
say(N, seconds, 0, "còn 440 phút = {} giây", "leaves 440 minutes = {} seconds")
equal(f"{N}: 440 minutes", 480 - 30 - 10, 440)
takt = D(seconds) / 550
say(N, takt, 0, "26.400 ÷ 550 = {} giây", "26,400 ÷ 550 = {} seconds")
cycles = [56, 58, 57, 60, 58, 75, 57, 58, 59, 57]
for language in LANGUAGES:
    equal(f"{N}.{language}: cycles", ", ".join(map(str, cycles)) in load(f"lessons/{N}.{language}.md"), True)
say(N, D(sum(cycles)) / 10, 1, "Trung bình {}", "The mean is {}")
say(N, median(cycles), 0, "trung vị {} giây", "median of {} seconds")
rows = sums(N, 0, (1, 2))
old, new = [int(n) for n in column(rows[:-1], 1)], [int(n) for n in column(rows[:-1], 2)]
drawn("line-balance", r'font-size="15" fill="#ffffff" font-weight="700" text-anchor="middle">(\d+)<', [*old, *new])
both(N, D(sum(old)) / takt, 2, "248 ÷ 48 = {}")
say(N, seconds // max(old), 0, "26.400 ÷ 58 = {} áo", "26,400 ÷ 58 = {} shirts")
say(N, seconds // max(new), 0, "26.400 ÷ 46 = {} áo", "26,400 ÷ 46 = {} shirts")
shows("line-balance", seconds // max(old), 0, "Trước: {} áo", "Before: {} shirts")
shows("line-balance", seconds // max(new), 0, "Sau: {} áo", "After: {} shirts")
equal(f"{N}: moved", ([a - b for a, b in zip(old, new)], max(new) < takt), ([0, 12, 0, 0, -12, 0], True))
both(N, D(248) / (6 * 58) * 100, 1, "248 ÷ (6 × 58) = {}%")
both(N, D(248) / (6 * 46) * 100, 1, "248 ÷ (6 × 46) = {}%")
for language in LANGUAGES:
    equal(f"{N}.{language}: the sheet", sum(column(tables(N, language)[1], 1)), D(new[1]))
say(N, 6 * (1 + 2), 0, "6 × (1 + 2) = {} áo", "6 × (1 + 2) = {} shirts")

# visual-management
N = "visual-management"
for language in LANGUAGES:
    running = 0
    for hour, made, added, behind, reason in tables(N, language)[0]:
        running += made
        equal(f"{N}.{language}: hour {hour}", (added, behind), (running, f"−{60 * hour - running}"))
made = column(tables(N, "vi")[0], 1)
drawn("hour-board", r'font-size="14.5"[^>]*text-anchor="middle">(\d+)<', made)
running = [60 * (k + 1) - sum(made[: k + 1]) for k in range(8)]
drawn("hour-board", r">−(\d+)<", running)
both(N, sum(made) / 480 * 100, 1, "429 ÷ 480 = {}%")
say(N, 480 - sum(made), 0, "thiếu {} đôi", "{} pairs missing")
say(N, 60 - made[2], 0, "60 − 41 = {} đôi", "60 − 41 = {} pairs")
say(N, 60 - made[6], 0, "60 − 38 = {} đôi", "60 − 38 = {} pairs")
both(N, D(19 + 22) / 51 * 100, 1, "41 ÷ 51 = {}%")
say(N, 51 - 41, 0, "chỉ thiếu {} đôi", "lack only {} pairs")
equal(f"{N}: red hours", [k + 1 for k, n in enumerate(made) if n < 60 * D("0.9")], [3, 7])
say(N, D("1.5") * 2 + 1, 0, "1,5 × 2 + 1 = {} kg", "1.5 × 2 + 1 = {} kg")

# quick-changeover
N = "quick-changeover"
rows = sums(N, 0, (1, 2, 3))
stages = rows[-1][1:]
drawn("changeover-bars", r'font-size="17"[^>]*>(\d+)<', [68, 42, 68, 29])
equal(f"{N}: stages", stages, [D(110), D(68), D(29)])
say(N, stages[0] - stages[1], 0, "110 − 68 = {} phút", "110 − 68 = {} minutes")
won = stages[0] - stages[2]
say(N, won, 0, "110 − 29 = {} phút", "110 − 29 = {} minutes")
both(N, won / 110 * 100, 1, "81 ÷ 110 = {}%")
shows("changeover-bars", stages[1] - stages[2], 0, "−{}", "−{}")
say(N, won * 26, 0, "81 × 26 = {} phút", "81 × 26 = {} minutes")
machine = won * 26 / 60
say(N, machine, 1, "phút = {} giờ máy", "minutes = {} machine hours")
say(N, machine * 350000, 0, "35,1 × 350.000 = {} đồng", "35.1 × 350,000 = {} VND")
say(N, D(20500000) / (machine * 350000), 2, "20.500.000 ÷ 12.285.000 = {} tháng", "20,500,000 ÷ 12,285,000 = {} months")
both(N, D(110) / 29, 1, "110 ÷ 29 = {}")
say(N, 3 * 29, 0, "3 × 29 = {} phút", "3 × 29 = {} minutes")
say(N, 2400 // 3, 0, "2.400 cái còn {} cái", "2,400 become lots of {}")
say(N, 2400 // 6, 0, "còn {} cái mỗi mã", "down to {} pieces")
equal(f"{N}: searching and waiting", sum(int(r[1]) for r in rows[:4]), 30)
equal(f"{N}: more than a quarter", 30 / 110 > 0.25, True)
say(N, rows[8][1] - rows[8][3], 0, "bớt được {} phút siết", "save {} minutes of tightening")
say(N, rows[10][1], 0, "{} phút dập thử", "{} minutes of trial pieces")

# pdca
N = "pdca"
first, trial, others, last = [], [], [], []
for day, a, b, c in tables(N, "vi")[1]:
    (first if day < 6 else last).append(c) if c != "" else (trial.append(a), others.append(b))
equal(f"{N}: same table", [r[1:] for r in tables(N, "en")[1]], [r[1:] for r in tables(N, "vi")[1]])
say(N, mean(first), 1, "230,0 ÷ 5 = {}%", "230.0 ÷ 5 = {}%")
say(N, mean(last), 1, "242,0 ÷ 5 = {}%", "242.0 ÷ 5 = {}%")
equal(f"{N}: sums", (sum(first), sum(last)), (D("230.0"), D("242.0")))
say(N, mean(trial), 1, "trung bình {}%", "averaged {}%")
say(N, mean(others), 1, "cùng ba ngày {}%", "same three days {}%")
say(N, mean(trial) - mean(others), 1, "48,5 − 46,1 = {} điểm", "48.5 − 46.1 = {} points")
say(N, mean(trial) - mean(first), 1, "thì ra {}", "it would be {}")
say(N, mean(last) - mean(first), 1, "48,4 − 46,0 = {} điểm", "48.4 − 46.0 = {} points")
for values in (first, trial, others, last):
    shows("run-chart", mean(values), 1, ">{}<", ">{}<")
shows("pdca-wheel", mean(trial) - mean(others), 1, "+{} điểm", "+{} points")
flesh = 2000 * D("2.4") / 100
say(N, flesh, 0, "2.000 kg × 2,4% = {} kg", "2,000 kg × 2.4% = {} kg")
say(N, flesh * 26, 0, "48 × 26 = {} kg", "48 × 26 = {} kg")
say(N, flesh * 26 * 28000, 0, "1.248 × 28.000 = {} đồng", "1,248 × 28,000 = {} VND")
say(N, 24 * 85000, 0, "24 × 85.000 = {} đồng", "24 × 85,000 = {} VND")
say(N, 2000 * D("0.46"), 0, "chừng {} kg", "about {} kg")
say(N, 12 - 8, 0, "hơn cần {} mm", "cut {} mm deeper")

# five-whys
N = "five-whys"
say(N, D(12 + 78) / 6000 * 100, 1, "90 ÷ 6.000 = {}%", "90 ÷ 6,000 = {}%")
say(N, D(12) / 3000 * 100, 1, "12 bao ({}%)", "12 burst bags ({}%)")
say(N, D(78) / 3000 * 100, 1, "78 bao ({}%)", "78 ({}%)")
both(N, D(61) / 78 * 100, 1, "61 ÷ 78 = {}%")
say(N, D(70) / 78 * 100, 1, "có mũi bỏ ({}%)", "show them ({}%)")
say(N, D(5) / 2500 * 100, 1, "5 ÷ 2.500 = {}%", "5 ÷ 2,500 = {}%")
both(N, D(13) / 500 * 100, 1, "13 ÷ 500 = {}%")
say(N, D(2) / 1000 * 100, 1, "2 ÷ 1.000 = {}%", "2 ÷ 1,000 = {}%")

# a3
N = "a3"
say(N, D(775) / 12500 * 100, 1, "775 ÷ 12.500 = {}%", "775 ÷ 12,500 = {}%")
equal(f"{N}: places and people", (512 + 178 + 85, 412 + 363, 4200 + 8300), (775, 775, 12500))
both(N, D(512) / 775 * 100, 1, "512 ÷ 775 = {}%")
say(N, D(412) / 4200 * 100, 1, "4.200 miếng ({}%)", "4,200 fillets ({}%)")
say(N, D(363) / 8300 * 100, 1, "8.300 miếng ({}%)", "8,300 ({}%)")
for language in LANGUAGES:
    rows = tables(N, language)[0]
    equal(f"{N}.{language}: rates", column(rows, 2), [half_up(n / 12500 * 100, 1) for n in column(rows, 1)])
    equal(f"{N}.{language}: four weeks at 3.0%", all(r <= 3 for r in column(rows, 2)[-4:]), True)
for value, vi, en in (
    (D("6.2"), "12.500: {}%", "12,500: {}%"),
    (D("66.1"), "512 ({}%)", "512 ({}%)"),
    (D("9.8"), "mới {}%", "people {}%"),
    (D("4.4"), "cũ {}%", "others {}%"),
    (D("2.6"), ">{}<", ">{}<"),
):
    shows("a3-form", value, 1, vi, en)
for language in LANGUAGES:
    heights = [float(h) for h in re.findall(r'width="18" height="([\d.]+)"', load(f"media/a3-form.{language}.svg"))]
    equal(f"a3-form.{language}.svg: bars", [half_up(D(str(h)) / 17, 1) for h in heights], column(tables(N, "vi")[0], 2))
equal(
    f"{N}: Mondays",
    [(date(2026, 9, 28) + timedelta(7 * k)).strftime("%d/%m") for k in range(6)],
    column(tables(N, "vi")[0], 0)[1:],
)
equal(
    f"{N}: the goal's day", (date(2026, 9, 28).isoweekday(), date(2026, 11, 2) + timedelta(6)), (1, date(2026, 11, 8))
)
was, now = 75000 * D("0.062"), 75000 * D("0.026")
say(N, was, 0, "75.000 × 6,2% = {} miếng", "75,000 × 6.2% = {} fillets")
say(N, now, 0, "75.000 × 2,6% = {} miếng", "75,000 × 2.6% = {} fillets")
minutes = (was - now) * D("1.5")
say(N, minutes, 0, "2.700 × 1,5 = {} phút", "2,700 × 1.5 = {} minutes")
say(N, minutes / 60, 1, "phút = {} giờ mỗi tuần", "minutes = {} hours a week")
weekly = minutes / 60 * 32000
say(N, weekly, 0, "67,5 × 32.000 = {} đồng", "67.5 × 32,000 = {} VND")
spent = 6 * 450000 + 34 * 32000
say(N, spent, 0, "34 giờ kèm × 32.000 = {} đồng", "34 hours of coaching × 32,000 = {} VND")
say(N, D(spent) / weekly, 2, "3.788.000 ÷ 2.160.000 = {} tuần", "3,788,000 ÷ 2,160,000 = {} weeks")

# suggestions
N = "suggestions"
say(N, 5 * 450, 0, "450 áo mỗi ca: {} giây", "450 shirts a shift: {} seconds")
say(N, D(5 * 450) / 60, 1, "giây = {} phút |", "seconds = {} minutes |")
say(N, (5 - 2) * 450, 0, "bớt {} giây", "{} seconds = 22.5")
say(N, D(3 * 450) / 60, 1, "giây = {} phút mỗi ca", "seconds = {} minutes less a shift")
cards = column(tables(N, "vi")[2], 1)
for language in LANGUAGES:
    rows = tables(N, language)[2]
    equal(
        f"{N}.{language}: shares",
        column(rows, 2),
        [half_up(n / 144 * 100, 1) if n < 144 else D(100) for n in column(rows, 1)],
    )
drawn("suggestion-funnel", r'font-size="18"[^>]*>(\d+)<', cards)
both(N, D(96) / 320 * 100, 0, "96 ÷ 320 = {}%")
both(N, D(144) / 320, 2, "144 ÷ 320 = {}")
say(N, D(190) / 78, 1, "190 ÷ 78 = {} giờ", "190 ÷ 78 = {} hours")
say(N, 101 * 50000, 0, "101 × 50.000 = {} đồng", "101 × 50,000 = {} VND")
say(N, 101 - 78, 0, "{} việc đã làm", "{} things were done")

# sustaining
N = "sustaining"
for language in LANGUAGES:
    rows = tables(N, language)[0]
    m, c = column(rows, 1), column(rows, 2)
    drawn_c = [
        int(n)
        for n in re.findall(
            r'fill="#ffffff" font-weight="700" text-anchor="middle">(\d)<', load(f"media/hold-curve.{language}.svg")
        )
    ]
    equal(f"hold-curve.{language}.svg", drawn_c, [int(n) for n in c])
    points = re.search(
        r'<polyline points="([^"]+)" fill="none" stroke="#0b5a50"', load(f"media/hold-curve.{language}.svg")
    )[1]
    heights = [D(p.split(",")[1]) for p in points.split()]
    equal(f"hold-curve.{language}.svg: line", [half_up(20 + (232 - h) / D("6.6"), 0) for h in heights], m)
say(N, mean(m[:4]), 1, "1–4 là {} phút", "1–4 is {} minutes")
say(N, mean(m[4:7]), 1, "122 ÷ 3 = {} phút", "122 ÷ 3 = {} minutes")
equal(f"{N}: 122", sum(m[4:7]), D(122))
over = [n - 30 for n in m[4:7]]
say(N, sum(over), 0, "5 + 11 + 16 = {} phút", "5 + 11 + 16 = {} minutes")
equal(f"{N}: above 30", over, [D(5), D(11), D(16)])
say(N, sum(over) * 6, 0, "32 × 6 = {} phút máy", "32 × 6 = {} machine minutes")
equal(f"{N}: checks", (sum(c), 5 * 12, 15 - sum(c[4:7])), (D(50), 60, D(9)))
both(N, D(50) / 60 * 100, 1, "50 ÷ 60 = {}%")
equal(f"{N}: alarm in week 5", [k + 1 for k, n in enumerate(c) if n < 4][0], 5)
for language in LANGUAGES:
    rows = tables(N, language)[2]
    for row in rows[:-1]:
        a, b = (int(x) for x in row[2].split(" × "))
        equal(f"{N}.{language}: {row[0]}", row[3], D(a * b))
    equal(f"{N}.{language}: tiers", rows[-1][3], sum(column(rows[:-1], 3)))
say(N, D(156) / 60, 1, "156 phút, tức {} giờ", "156 minutes, or {} hours")
say(N, D("2.6") / machine * 100, 1, "2,6 ÷ 35,1 = {}%", "2.6 ÷ 35.1 = {}%")
both(N, D(4) / 6 * 100, 1, "4 ÷ 6 = {}%")

# measuring-gain
N = "measuring-gain"
planned, rate = 480 - 30, 12
both(N, D(planned - 63) / planned * 100, 1, "387 ÷ 450 = {}%")
say(N, 387 * 12, 0, "387 × 12 = {} túi", "387 × 12 = {} bags")
say(N, D(3948) / 4644 * 100, 1, "3.948 ÷ 4.644 = {}%", "3,948 ÷ 4,644 = {}%")
say(N, 3948 - 118, 0, "đạt {}", "good {}")
say(N, D(3830) / 3948 * 100, 1, "3.830 ÷ 3.948 = {}%", "3,830 ÷ 3,948 = {}%")
possible = planned * rate
say(N, D(3830) / possible * 100, 1, "3.830 ÷ 5.400 = {}%", "3,830 ÷ 5,400 = {}%")
say(N, D(4307) / possible * 100, 1, "4.307 ÷ 5.400 = {}%", "4,307 ÷ 5,400 = {}%")
equal(f"{N}: product of the three", half_up(D(387) / 450 * D(3948) / 4644 * D(3830) / 3948 * 100, 1), D("70.9"))
rows = sums(N, 0, (1, 2))
equal(f"{N}: before", column(rows, 1), [D(n) for n in (63 * 12, 4644 - 3948, 118, 3830, possible)])
equal(f"{N}: after", column(rows, 2)[0], D(36 * 12))
for language in LANGUAGES:
    found = [
        int(cell(n, language))
        for n in re.findall(
            r'font-size="15" fill="[^"]+" font-weight="700"(?: text-anchor="middle")?>([\d.,]+)<',
            load(f"media/oee-loss.{language}.svg"),
        )
    ]
    equal(f"oee-loss.{language}.svg", found, [3830, 118, 696, 756, 4307, 65, 596, 432])
shows("oee-loss", D("70.9"), 1, "OEE {}%", "OEE {}%")
shows("oee-loss", D("79.8"), 1, "OEE {}%", "OEE {}%")
say(N, D(27000) / 4050, 2, "450 × 60 ÷ 4.050 = {} giây", "450 × 60 ÷ 4,050 = {} seconds")
say(N, D(27000) / 3830, 2, "27.000 ÷ 3.830 = {} giây", "27,000 ÷ 3,830 = {} seconds")
say(N, D(27000) / 4307, 2, "27.000 ÷ 4.307 = {} giây", "27,000 ÷ 4,307 = {} seconds")
say(N, 4050 - 3830, 0, "thiếu {} túi", "{} bags short")
say(N, 4307 - 4050, 0, "Phần dư {} túi", "The {} bags to spare")
short = 220 * 26
say(N, short, 0, "220 × 26 = {} túi", "220 × 26 = {} bags")
hourly = D(3830) / D("7.5")
say(N, hourly, 1, "3.830 ÷ 7,5 = {} túi", "3,830 ÷ 7.5 = {} bags")
overtime = half_up(short / hourly, 1)
say(N, overtime, 1, "vậy {} giờ", "so {} hours")
rows = sums(N, 1, (1, 2))
equal(f"{N}: repacking", rows[0][1:], [D(118 * 26 * 4500), D(65 * 26 * 4500)])
equal(f"{N}: overtime", rows[2][1], overtime * 8 * 48000)
poor = [rows[0][k] + rows[1][k] for k in (1, 2)]
say(N, poor[0], 0, "từ {} còn", "from {} to")
say(N, poor[1], 0, "còn {} đồng", "to {} VND")
gain = rows[-1][1] - rows[-1][2]
say(N, gain, 0, "24.106.800 − 11.105.000 = {} đồng", "24,106,800 − 11,105,000 = {} VND")
say(N, 18500000 / gain, 2, "18.500.000 ÷ 13.001.800 = {} tháng", "18,500,000 ÷ 13,001,800 = {} months")
say(N, 3 * gain - 18500000, 0, "13.001.800 − 18.500.000 = {} đồng", "13,001,800 − 18,500,000 = {} VND")

# both languages hold the same numbers; those of a figure's description stand in the lesson too
SAID = r"(?<![A-Za-z])\d[\d.,]*\d|(?<![A-Za-z])\d"
DATES = r"\d\d/\d\d(/\d{4})?|\d{1,2} (July|September|Sept\.|October|Oct\.|November|Nov\.)( \d{4})?"
WRITTEN_OUT = {"five-whys": {"5": 6, "2": 1, "3": 1}, "visual-management": {"10": 1, "17": 1}}  # words in English


def numbers(text, language):
    text = re.sub(DATES, "", re.sub(r"media/\S+|KAIZEN-P\d+|^\d+\. ", "", text, flags=re.M))
    return Counter(str(cell(n, language)) for n in re.findall(SAID, text))


for path in sorted((HERE / "lessons").glob("*.vi.md")):
    lesson = path.name.split(".")[0]
    vi, en = (numbers(load(f"lessons/{lesson}.{language}.md"), language) for language in LANGUAGES)
    equal(f"{lesson}: numbers only in Vietnamese", dict(vi - en), WRITTEN_OUT.get(lesson, {}))
    equal(f"{lesson}: numbers only in English", dict(en - vi), {})
    for language in LANGUAGES:
        lines = load(f"lessons/{lesson}.{language}.md").split("\n")
        rest = numbers("\n".join(x for x in lines if not x.startswith("alt: ")), language)
        for line in lines:
            if line.startswith("alt: "):
                unknown = sorted(set(numbers(line, language)) - set(rest))
                equal(f"{lesson}.{language}: numbers only in “{line[:40]}…”", unknown, [])

# practice questions
said = load("questions/practice.yaml")
for code, right, expected in (
    ("P01", D(20 * 7 * 30) / 60, "answer: 70"),
    ("P04", D((480 - 60) * 60) / 2100, "answer: 12"),
    ("P12", D(15000) / 20000 * 100, "answer: 75"),
):
    block = said.split(f"- code: KAIZEN-{code}\n")[1].split("\n- code:")[0]
    equal(f"practice {code}", expected == f"answer: {right.normalize():f}" and expected in block, True)
equal("practice P05", 120 * 3 + 60, 420)
after14 = [40, 42, 36, 44, 38]
equal("practice P14", (sum(after14), max(after14) < 45, half_up(D(200) / (5 * 44) * 100, 1)), (200, True, D("90.9")))

# course.yaml: minutes of the lessons and the exam
minutes = sum(
    int(re.search(r"^minutes: (\d+)$", path.read_text(encoding="utf-8"), re.M)[1])
    for path in (HERE / "lessons").glob("*.vi.md")
)
equal("course.yaml: hours", (minutes + 60) / 60, 24)

if problems:
    print("\n".join(problems))
    print(f"{len(problems)} differences")
    sys.exit(1)
print("KAIZEN: all numbers agree")
