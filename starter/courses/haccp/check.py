"""Recompute the numbers of the lessons and of the practice questions.

Plain Python, standard library only. Run: python check.py
Each computed number is put into the sentence where the lesson uses it; the
sentence must be found in the Vietnamese and in the English text.
"""
import re
import sys
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
wrong = []
seen = 0


def read(path):
    return (HERE / path).read_text(encoding='utf-8').replace('\u00a0', ' ')


def number(value, decimals, language):
    text = f'{value:,.{decimals}f}'
    if language == 'vi':
        text = text.replace(',', ';').replace('.', ',').replace(';', '.')
    return text


def says(lesson, vi, en, *values):
    """values are (number, decimals); {} in the texts take them in order."""
    global seen
    for language, text in (('vi', vi), ('en', en)):
        wanted = text.format(*(number(v, d, language) for v, d in values))
        seen += 1
        if wanted not in read(f'lessons/{lesson}.{language}.md'):
            wrong.append(f'{lesson}.{language}: not found: {wanted}')


def equal(what, value, wanted, tolerance=1e-9):
    global seen
    seen += 1
    if abs(value - wanted) > tolerance:
        wrong.append(f'{what}: {value} is not {wanted}')


def rate(temperature):
    return 10 ** ((temperature - 70) / 7.5)


# why-haccp: the chance of missing a contaminated lot
says('why-haccp', '1% = {} gói nhiễm', '1% = {} contaminated packs', (20000 * 0.01, 0))
says('why-haccp', '× 0,99 = {}%.', '× 0.99 = {}%.', (100 * 0.99 ** 5, 1))
says('why-haccp', 'khoảng {} lô được cho xuất', 'about {} are released', (100 * 0.99 ** 5, 0))
for n in (5, 30, 60):
    row = f'| {n} | {{}}% | {{}}% |'
    says('why-haccp', row, row, (100 * 0.99 ** n, 1), (100 * 0.95 ** n, 1))
says('why-haccp', '| 300 | {}% | dưới 0,1% |', '| 300 | {}% | under 0.1% |', (100 * 0.99 ** 300, 1))
equal('0.95^300 under 0.1%', float(0.95 ** 300 < 0.001), 1)
equal('at most 5% missed with 300 packs', float(0.99 ** 300 < 0.05), 1)

# prerequisites: the boot bath
says('prerequisites', '× 500 L = {} mg = {} g clo', '× 500 L = {} mg = {} g of available', (200 * 500, 0), (200 * 500 / 1000, 0))
says('prerequisites', '100 ÷ 0,70 = {} g, làm tròn {} g', '100 ÷ 0.70 = {} g, rounded to {} g', (100 / 0.7, 1), (100 / 0.7, 0))

# allergens: cleaning time
says('allergens', '2 × 90 = {} phút', '2 × 90 = {} minutes', (180, 0))
says('allergens', '26 × 90 = {} phút, tức {} giờ', '26 × 90 = {} minutes, or {} hours', (26 * 90, 0), (26 * 90 / 60, 0))

# team-and-product
says('team-and-product', '6 × 8 × 2 = {} giờ công', '6 × 8 × 2 = {} hours', (6 * 8 * 2, 0))
says('team-and-product', '2 × 3 × 3 = {} giờ. Tổng {} giờ công', '2 × 3 × 3 = {} hours. In all, {} hours', (2 * 3 * 3, 0), (6 * 8 * 2 + 2 * 3 * 3, 0))
says('team-and-product', '(1 − 0,10) = {} g', '(1 − 0.10) = {} g', (1000 * (1 - 0.1), 0))
says('team-and-product', 'Khối lượng tịnh {} g', 'Net weight {} g', (1000 * (1 - 0.1), 0))

# flow-diagram
equal('drawn minutes', 5 + 10 + 20 + 5 + 5, 45)
says('flow-diagram', '5 + 15 + 20 + 10 + 45 = {} phút', '5 + 15 + 20 + 10 + 45 = {} minutes', (5 + 15 + 20 + 10 + 45, 0))
equal('more than double', float(95 > 2 * 45), 1)

# hazard-analysis: scores and significance (6 and more)
for s, l, yes in ((3, 3, True), (3, 1, False), (3, 2, True), (2, 3, True), (4, 1, False)):
    says('hazard-analysis', f'| {s} × {l} = {{}} | {"Có" if yes else "Không"} |', f'| {s} × {l} = {{}} | {"Yes" if yes else "No"} |', (s * l, 0))
    equal(f'{s} x {l} significant', float(s * l >= 6), float(yes))
says('hazard-analysis', '4 trong 160 lô năm 2025 có cảnh báo khi kiểm trước thu hoạch, tức {}%', '4 of 160 lots in 2025 were flagged before harvest, or {}%', (100 * 4 / 160, 1))

# ccp-decision: monitoring time
equal('checks in a shift', 8 * 60 / 30, 16)
says('ccp-decision', '16 × 4 = {} phút', '16 × 4 = {} minutes', (64, 0))
says('ccp-decision', '9 × 64 = {} phút, tức {} giờ', '9 × 64 = {} minutes, or {} hours', (9 * 64, 0), (9 * 64 / 60, 1))
says('ccp-decision', '3 × 64 = {} phút, tức {} giờ', '3 × 64 = {} minutes, or {} hours', (3 * 64, 0), (3 * 64 / 60, 1))

# critical-limits: equivalent time at 70 °C, z = 7.5 °C
says('critical-limits', 'một phút bằng {} phút ở 70 °C; ở 65 °C chỉ bằng {} phút', 'one minute equals {} minutes at 70 °C; at 65 °C it equals only {} minutes', (rate(72), 3), (rate(65), 3))
for t in (60, 68, 72, 74):
    says('critical-limits', f'{t} °C, L = {{}}', f'{t} °C, L = {{}}', (rate(t), 3))
full = sum(rate(t) for t in (60, 68, 72, 74)) * 0.5
short = sum(rate(t) for t in (60, 68, 72)) * 0.5
says('critical-limits', '× 0,5 = {} phút tương đương', '× 0.5 = {} equivalent minutes', (full, 1))
says('critical-limits', '× 0,5 = {} phút, chưa đủ', '× 0.5 = {} minutes, not enough', (short, 1))
equal('full time is enough, short time is not', float(full >= 2 > short), 1)
says('critical-limits', '6,0 ÷ 3 = {} m/phút', '6.0 ÷ 3 = {} m/min', (6 / 3, 1))
equal('3 min 20 s at 1.8 m/min', 6 / 1.8, 3 + 20 / 60)

# Figure 8 and its table: the line of the chart runs through the readings
for language in ('vi', 'en'):
    chart = read(f'media/cooking-chart.{language}.svg')
    drawn = []
    for line in re.findall(r'<polyline points="([^"]+)" fill="none" stroke="#14211f"', chart):
        drawn += [tuple(map(float, point.split(','))) for point in line.split()]
    table = read(f'lessons/critical-limits.{language}.md').split('Hình 8\n' if language == 'vi' else 'behind Figure 8\n')[1].split(':::')[0]
    rows = re.findall(r'^\| (\d\d):(\d\d) \| ([\d.,]+) \|', table, re.M)
    equal('readings of Figure 8', len(rows), len(set(drawn)))
    for (hour, minute, steam), (x, y) in zip(rows, sorted(set(drawn))):
        equal(f'Figure 8, {hour}:{minute}, time', 40 + (int(hour) * 60 + int(minute) - 480) * 310 / 180, x, 0.1)
        equal(f'Figure 8, {hour}:{minute}, steam', 300 - (float(steam.replace(',', '.')) - 97) * 74.3, y, 0.2)

# monitoring: product on hold for each interval
for m, vi, en in ((15, '15 phút: {} lần mỗi ca 8 giờ, giữ {} kg, trị giá {} triệu', '15 minutes: {} checks in an 8-hour shift, {} kg on hold, {} million'), (30, '30 phút: {} lần, giữ {} kg, {} triệu', '30 minutes: {} checks, {} kg, {} million'), (60, '60 phút: {} lần, giữ {} kg, {} triệu', '60 minutes: {} checks, {} kg, {} million'), (120, '120 phút: {} lần, giữ {} kg, {} triệu', '120 minutes: {} checks, {} kg, {} million')):
    held = 600 * m / 60
    value = held * 250000 / 1e6
    says('monitoring', vi, en, (8 * 60 / m, 0), (held, 0), (value, 0 if value == int(value) else 1))
equal('30 minutes fit 400 kg, 60 do not', float(600 * 0.5 <= 400 < 600), 1)

# corrective-action
says('corrective-action', '1 giờ × 1.200 = {} kg = 1.200 ÷ 10 = {} thùng', '1 hour × 1,200 = {} kg = 1,200 ÷ 10 = {} cartons', (1200, 0), (1200 / 10, 0))
says('corrective-action', 'dừng {} phút', '{} minutes lost', (25, 0))
says('corrective-action', '{} túi thả, 1 túi hủy', '{} bags released, 1 photographed', (1200 - 1, 0))

# verification-validation: a probe 0.6 °C too high
says('verification-validation', '14 ngày × 2 ca × 16 lần = {}', '14 days × 2 shifts × 16 = {}', (14 * 2 * 16, 0))
true = [x - 0.6 for x in (98.2, 98.4, 98.5)]
says('verification-validation', 'thành {}; {}; {}, đều dưới', 'become {}, {} and {}, all below', *[(x, 1) for x in true])
equal('all below 98', float(max(true) < 98), 1)
says('verification-validation', 'thấp nhất là 98,7, thành {}', 'is 98.7 and becomes {}', (98.7 - 0.6, 1))
says('verification-validation', '600 × 35 ÷ 60 = {} kg', '600 × 35 ÷ 60 = {} kg', (600 * 35 / 60, 0))
says('verification-validation', '3 × 350 = {} kg', '3 × 350 = {} kg', (3 * 350, 0))
says('verification-validation', 'số thật luôn từ {} °C', 'never have been under {} °C', (99 - 0.6, 1))
says('verification-validation', 'thấp nhất {} phút', 'lowest {} min', (full, 1))

# pangasius-plan: withdrawal days and retention
days = (date(2026, 6, 1) - date(2026, 5, 2)).days
says('pangasius-plan', '29 (còn lại của tháng 5) + 1 = {}', '29 (rest of May) + 1 = {}', (days, 0))
says('pangasius-plan', '26 + 1 = {} ngày', '26 + 1 = {} days', ((date(2026, 6, 1) - date(2026, 5, 5)).days, 0))
equal('30 days: critical kept, operating not', float(28 <= days < 35), 1)
says('pangasius-plan', f'lưu đến 01/06/{2026 + (24 + 12) // 12}', f'until 1 June {2026 + (24 + 12) // 12}')

# pangasius-plan and fruit-plan: every step of the flow diagram has its line, and the score says whether it is significant
for lesson, ours in (('pangasius-plan', {2, 4, 7, 8, 9, 12, 13}), ('fruit-plan', set(range(1, 11)))):
    for language, yes in (('vi', 'Có'), ('en', 'Yes')):
        rows = re.findall(r'^\| (\d+)\. [^|]+ \| (\d) × (\d) = (\d+) \| (\S+) \|', read(f'lessons/{lesson}.{language}.md'), re.M)
        equal(f'{lesson}.{language}: steps', float({int(r[0]) for r in rows} == ours), 1)
        for step, s, l, score, significant in rows:
            equal(f'{lesson}.{language}, step {step}', int(s) * int(l), int(score))
            equal(f'{lesson}.{language}, step {step}, significant', float(significant == yes), float(int(score) >= 6))
equal('thirteen steps in Tables 9 and 18', len({1, 3, 5, 6, 10, 11} | {2, 4, 7, 8, 9, 12, 13}), 13)

# regulation-iso-22000: product concerned
says('regulation-iso-22000', '400 × 30 ÷ 60 = {} kg', '400 × 30 ÷ 60 = {} kg', (400 * 30 / 60, 0))
says('regulation-iso-22000', '400 × 12 ÷ 60 = {} kg', '400 × 12 ÷ 60 = {} kg', (400 * 12 / 60, 0))
says('regulation-iso-22000', 'từ 10:00, phải giữ {} kg', 'since 10:00, it would have been {} kg', (400 * 30 / 60, 0))

# fruit-plan: solids balance
says('fruit-plan', 'có {} kg chất khô', 'hold {} kg of solids', (100 * (1 - 0.8), 0))
says('fruit-plan', '20 ÷ (1 − 0,15) = {} kg', '20 ÷ (1 − 0.15) = {} kg', (20 / 0.85, 1))
says('fruit-plan', '20 ÷ 23,2 = {}%', '20 ÷ 23.2 = {}%', (100 * (1 - 20 / 23.2), 1))
says('fruit-plan', '20 ÷ 26,0 = {}%', '20 ÷ 26.0 = {}%', (100 * (1 - 20 / 26), 1))

# the practice questions with numbers
practice = read('questions/practice.yaml')


def answer(code):
    block = re.search(rf'^- code: {code}\n(.*?)(?=^- code: |\Z)', practice, re.M | re.S).group(1)
    return float(re.search(r'^  answer: (\S+)$', block, re.M).group(1))


equal('P01, 60 samples', round(100 * 0.99 ** 60, 1), 54.7)
equal('P01, 65 samples', round(100 * 0.99 ** 65), 52)
equal('P01, share of packs', 60 / 20000, 0.003)
equal('P02', round(100 * 300 / 1000 / 0.65, 1), answer('HACCP-P02'))
equal('P08', 7.5 / 2.5, answer('HACCP-P08'))
equal('P09', 900 * 0.5, 450)
equal('P14', round(120 * (1 - 0.75) / 0.84, 1), answer('HACCP-P14'))
equal('P12', (date(2026, 6, 5) - date(2026, 5, 12)).days, answer('HACCP-P12'))
equal('P12, earliest day', (date(2026, 5, 12) + timedelta(28) - date(2026, 6, 9)).days, 0)

# hours: the lessons' minutes and the exam make the course's hours
minutes = sum(int(re.search(r'^minutes: (\d+)$', read(f'lessons/{p.name}'), re.M).group(1)) for p in (HERE / 'lessons').glob('*.vi.md'))
exam = int(re.search(r'^minutes: (\d+)$', read('exam.yaml'), re.M).group(1))
hours = int(re.search(r'^hours: (\d+)$', read('course.yaml'), re.M).group(1))
equal('hours', (minutes + exam) / 60, hours)
equal('blueprint', sum(int(x) for x in re.findall(r'^  count: (\d+)$', read('exam.yaml'), re.M)), 40)

for line in wrong:
    print(line)
print(f'{seen} checks, {len(wrong)} wrong')
sys.exit(1 if wrong else 0)
