"""Recompute the numbers of the lessons and of the practice questions.

Plain Python, standard library only. Run: python check.py
Each computed number is put into the sentence where the lesson uses it; the
sentence must be found in the Vietnamese and in the English text.
"""
import re
import sys
from datetime import date
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


def draws(figure, *values):
    """The figure shows these numbers, in both languages."""
    global seen
    for language in ('vi', 'en'):
        text = re.sub(r'<title>.*?</title>', '', read(f'media/{figure}.{language}.svg'))
        for value, decimals in values:
            seen += 1
            if not re.search(r'>\D*' + re.escape(number(value, decimals, language)) + r'(?!\d)', text):
                wrong.append(f'{figure}.{language}: not drawn: {number(value, decimals, language)}')


def equal(what, value, wanted, tolerance=1e-9):
    global seen
    seen += 1
    if abs(value - wanted) > tolerance:
        wrong.append(f'{what}: {value} is not {wanted}')


# why-iso-9001: quality costs
old, new = (90, 180, 930, 600), (210, 220, 460, 260)
says('why-iso-9001', '90 + 180 + 930 + 600 = {} triệu', '90 + 180 + 930 + 600 = {} million', (sum(old), 0))
says('why-iso-9001', '1.800 ÷ 18.000 = {}%', '1,800 ÷ 18,000 = {}%', (100 * sum(old) / 18000, 1))
says('why-iso-9001', '1.150 ÷ 20.000 = {}%', '1,150 ÷ 20,000 = {}%', (100 * sum(new) / 20000, 2))
more, less = sum(new[:2]) - sum(old[:2]), sum(old[2:]) - sum(new[2:])
says('why-iso-9001', 'chi thêm {} triệu', 'spends {} million more', (more, 0))
says('why-iso-9001', 'giảm {} triệu', 'fall by {} million', (less, 0))
says('why-iso-9001', '810 − 160 = {} triệu', '810 − 160 = {} million', (less - more, 0))
says('why-iso-9001', '| Cộng | {} | {} |', '| Total | {} | {} |', (sum(old), 0), (sum(new), 0))
for vi, en, a, b in zip(('Phòng ngừa', 'Kiểm tra', 'Hỏng bên trong', 'Hỏng bên ngoài'), ('Prevention', 'Checking', 'Internal failure', 'External failure'), old, new):
    says('why-iso-9001', f'| {vi} | {{}} | {{}} |', f'| {en} | {{}} | {{}} |', (a, 0), (b, 0))
draws('copq', *[(v, 0) for v in old + new + (sum(old), sum(new))])

# principles: returned pomelos
returned = (264, 120, 60, 36)
equal('returned', sum(returned), 480)
says('principles', '264 ÷ 480 = {}%; quá chín {}%; sai loại {}%; khác {}%', '264 ÷ 480 = {}%; over-ripe {}%; wrong grade {}%; other {}%', *[(100 * v / 480, 1) for v in returned])
equal('bruised', 216 + 48, 264)
bag, crate = 216 / 18000, 48 / 12000
says('principles', '216 ÷ 18.000 = {}% và 48 ÷ 12.000 = {}%', '216 ÷ 18,000 = {}% and 48 ÷ 12,000 = {}%', (100 * bag, 1), (100 * crate, 1))
equal('three times', bag / crate, 3)
saved = 18000 * (bag - crate)
says('principles', '(1,2% − 0,4%) = {} trái', '(1.2% − 0.4%) = {} fruits', (saved, 0))
says('principles', '{} triệu. Mua 300 sọt × 95.000 = {} triệu, cần 28,5 ÷ 6,48 = {} kỳ', '{} million. Buying 300 crates × 95,000 = {} million would take 28.5 ÷ 6.48 = {} periods', (saved * 45000 / 1e6, 2), (300 * 95000 / 1e6, 1), (28.5 / 6.48, 1))
says('principles', 'khoảng {} tuần', 'about {} weeks', (12 * 28.5 / 6.48, 0))
equal('1,500 + 500', 1500 + 500, 2000)

# context: water
says('context', '120 × 9 = {} m³, giá 65.000 đồng: 1.080 × 65.000 = {} triệu', '120 × 9 = {} m³, at 65,000 VND: 1,080 × 65,000 = {} million', (120 * 9, 0), (1080 * 65000 / 1e6, 1))
says('context', '600 ÷ 120 = {} ngày', "600 ÷ 120 = {} days", (600 / 120, 0))

# process-map: one order
days = (6, 9, 2, 3, 7, 2, 1)
says('process-map', '6 + 9 + 2 + 3 + 7 + 2 + 1 = {} ngày', '6 + 9 + 2 + 3 + 7 + 2 + 1 = {} days', (sum(days), 0))
says('process-map', '2 + 7 + 2 + 1 = {} ngày', '2 + 7 + 2 + 1 = {} days', (12, 0))
says('process-map', '6 + 9 + 3 = {} ngày, bằng 18 ÷ 30 = {}%', '6 + 9 + 3 = {} days, or 18 ÷ 30 = {}%', (18, 0), (60, 0))
equal('work and waiting', 12 + 18, sum(days))
says('process-map', '{}%. Xưởng', '{}%. The firm', (100 * 7 / 20, 0))
says('process-map', '2 trong 20 đơn, {}%', '2 of 20 orders, {}%', (100 * 2 / 20, 0))
says('process-map', 'từ {}% lên {}%', 'from {}% to {}%', (65, 0), (90, 0))
says('process-map', 'sớm {} ngày', '{} days earlier', (9 - 5, 0))

# risks: scores and zones
for letter, k, a, zone in (('A', 3, 5, 3), ('B', 2, 5, 2), ('C', 4, 3, 3), ('D', 2, 4, 2), ('E', 2, 3, 2), ('F', 3, 1, 1)):
    says('risks', f'| {k} × {a} = {{}} |', f'| {k} × {a} = {{}} |', (k * a, 0))
    equal(f'zone of {letter}', 3 if k * a >= 12 else 2 if k * a >= 6 else 1, zone)
says('risks', '2,5 × 38 = {} triệu đồng. Ba lần một năm: {} triệu', '2.5 × 38 = {} million. Three times a year: {} million', (95, 0), (3 * 2.5 * 38, 0))
says('risks', '0,5 × 95 = {} triệu', '0.5 × 95 = {} million', (47.5, 1))
says('risks', '285 − 47,5 − 120 = {} triệu', '285 − 47.5 − 120 = {} million', (285 - 47.5 - 120, 1))
says('risks', '8 tấn × lãi 9 triệu = {} triệu', '8 tonnes × 9 million margin = {} million', (72, 0))
says('risks', '400 ÷ 72 = {} tháng', '400 ÷ 72 = {} months', (400 / 72, 1))

# leadership-objectives: lots over the limit
says('leadership-objectives', '22 ÷ 160 = {}%', '22 ÷ 160 = {}%', (100 * 22 / 160, 2))
says('leadership-objectives', '22 × 1,8 = {} triệu', '22 × 1.8 = {} million', (22 * 1.8, 1))
months = {4: (40, 5), 5: (38, 4), 6: (40, 3), 7: (42, 3), 8: (40, 2), 9: (40, 1)}
for m, (lots, over) in months.items():
    says('leadership-objectives', f'| {m} | {lots} | {over} | {{}}% |', f'| {m} | {lots} | {over} | {{}}% |', (100 * over / lots, 1))
    draws('objective-trend', (100 * over / lots, 1))
lots, over = (sum(x) for x in zip(*months.values()))
says('leadership-objectives', f'{over} trong {lots} lô, {{}}%', f'{over} of {lots} lots, {{}}%', (100 * over / lots, 1))

# people-and-resources: skill matrix, micrometer
skills = {'Lành': (4, 3, 2, 4), 'Tâm': (3, 3, 1, 2), 'Phúc': (3, 1, 0, 1), 'Dũng': (1, 0, 4, 1), 'Hà': (0, 0, 3, 0), 'Nga': (1, 0, 0, 2)}
plain = {'Lành': 'Lanh', 'Tâm': 'Tam', 'Phúc': 'Phuc', 'Dũng': 'Dung', 'Hà': 'Ha', 'Nga': 'Nga'}
for name, v in skills.items():
    row = ' | '.join(map(str, v))
    says('people-and-resources', f'| {name} | {row} |', f'| {plain[name]} | {row} |')
row = ' | '.join(str(sum(1 for v in skills.values() if v[j] >= 3)) for j in range(4))
says('people-and-resources', f'| Từ mức 3 | {row} |', f'| From level 3 | {row} |')
says('people-and-resources', '29 trên 30, tức {}%', '29 of 30, or {}%', (100 * 29 / 30, 1))
equal('28 reached', float(29 >= 28), 1)
says('people-and-resources', 'Số đọc 24,95 là thật {}', 'A reading of 24.95 is truly {}', (24.95 - 0.03, 2))
says('people-and-resources', 'số đọc phải từ {}', 'the reading must be at least {}', (24.95 + 0.03, 2))
says('people-and-resources', '12 × 20 = {} trục', '12 × 20 = {} shafts', (240, 0))
equal('held and delivered', 6 + 3, 9)
says('people-and-resources', 'Số đọc cao nhất 25,04, thật {}', 'The highest reading is 25.04, truly {}', (25.04 - 0.03, 2))
equal('highest within limits', float(25.04 - 0.03 <= 25.05), 1)

# documented-information
says('documented-information', '3 × 16 × 20 = {} giây, tức {} phút', '3 × 16 × 20 = {} seconds, or {} minutes', (960, 0), (16, 0))
says('documented-information', '16 × 20 = {} giây. Bớt {} giây', '16 × 20 = {} seconds. Saved: {} seconds', (320, 0), (640, 0))
says('documented-information', '52 ca × 640 = {} giây, tức {} giờ', '52 shifts × 640 = {} seconds, or {} hours', (2 * 26 * 640, 0), (2 * 26 * 640 / 3600, 1))
says('documented-information', '{} L phải phối lại', '{} L had to be blended', (2 * 900, 0))
says('documented-information', '18 + 12 = {} tháng', '18 + 12 = {} months', (30, 0))

# operation
says('operation', '3.200 ÷ 400 = {} ngày', '3,200 ÷ 400 = {} days', (3200 / 400, 0))
says('operation', '8 ÷ 0,96 = {} ngày', '8 ÷ 0.96 = {} days', (8 / 0.96, 1))
equal('9 + 1', 9 + 1, 10)
for good, ontime, reply, total in ((19, 17, 80, 89), (16, 20, 90, 88)):
    equal('supplier score', 0.5 * 100 * good / 20 + 0.3 * 100 * ontime / 20 + 0.2 * reply, total)
says('operation', '| Lô đạt | 19 ({}%) | 16 ({}%) |', '| Good lots | 19 ({}%) | 16 ({}%) |', (95, 0), (80, 0))
says('operation', '| Lô đúng hẹn | 17 ({}%) | 20 ({}%) |', '| Lots on time | 17 ({}%) | 20 ({}%) |', (85, 0), (100, 0))
says('operation', '| Tổng điểm | {} | {} |', '| Total | {} | {} |', (89, 1), (88, 1))
equal('rejects', 5 + 4, 6 + 3)

# internal-audit
marks = ((3, 2, 1), (3, 1, 1), (3, 0, 2), (2, 1, 1), (2, 1, 0), (2, 0, 0), (1, 0, 0))
times = [2 if sum(m) >= 5 else 1 for m in marks]
for m, t in zip(marks, times):
    row = f'| {m[0]} + {m[1]} + {m[2]} = {sum(m)} | {t} |'
    says('internal-audit', row, row)
for language in ('vi', 'en'):  # Figure 1, audit-year, and its table
    rows = re.findall(r'= \d+ \| (\d) \| ([\d, ]+) \|$', read(f'lessons/internal-audit.{language}.md'), re.M)
    equal(f'internal-audit.{language}, rows', len(rows), 7)
    for times_told, months in rows:
        equal(f'internal-audit.{language}, months', len(months.split(', ')), int(times_told))
says('internal-audit', 'Cộng {} lượt', 'That makes {} audits', (sum(times), 0))
says('internal-audit', '10 × 2 × 4 = {} giờ', '10 × 2 × 4 = {} hours', (10 * 2 * 4, 0))
equal('hours of an audit', 1 + 2 + 1, 4)
says('internal-audit', '3 thùng × 6 chặng = {} hồ sơ phải có. Tìm được {}', '3 cartons × 6 stages = {} records must exist. Found: {}', (18, 0), (17, 0))
says('internal-audit', 'bằng {}%, đều ca đêm', 'missing, {}%, both', (100 * 2 / 8, 0))

# nonconformity
says('nonconformity', '36 ÷ 1.200 = {}%', '36 ÷ 1,200 = {}%', (100 * 36 / 1200, 1))
says('nonconformity', '{} giây = {} giờ công', '{} seconds = {} hours of work', (3000 * 20, 0), (3000 * 20 / 3600, 1))
equal('order', 6000 + 3000, 9000)
says('nonconformity', '84 áo sai, {}%', '84 are wrong, {}%', (100 * 84 / 3000, 1))
says('nonconformity', '6.000 × 2,8% = {} áo', '6,000 × 2.8% = {}', (6000 * 0.028, 0))
says('nonconformity', '× 2% = {} triệu', '× 2% = {} million', (6000 * 120000 * 0.02 / 1e6, 1))
says('nonconformity', '76 ÷ 84 = {}%', '76 ÷ 84 = {}%', (100 * 76 / 84, 1))
weeks = (84, 78, 90, 72, 42, 21, 9, 6, 3, 3)
for w, n in enumerate(weeks, 1):
    says('nonconformity', f'| {w} | {n} | {{}}% |', f'| {w} | {n} | {{}}% |', (100 * n / 3000, 1))
says('nonconformity', '{} ÷ 12.000 = {}%', '{} ÷ 12,000 = {}%', (sum(weeks[:4]), 0), (100 * sum(weeks[:4]) / 12000, 2))
says('nonconformity', '{} ÷ 12.000 = {}%', '{} ÷ 12,000 = {}%', (sum(weeks[6:]), 0), (100 * sum(weeks[6:]) / 12000, 3))
equal('week 7 fails, 8 to 10 pass', float(9 / 3000 > 0.002 >= 6 / 3000), 1)
equal('labels missing', 500 - 488 - 9, 3)

# management-review
for vi, en, a, b in (('46 trong 50', '46 of 50', 46, 50), ('276 trong 300', '276 of 300', 276, 300), ('11 trong 14', '11 of 14', 11, 14), ('8 trong 10', '8 of 10', 8, 10)):
    says('management-review', f'| {vi} | {{}}% |', f'| {en} | {{}}% |', (100 * a / b, 1))
says('management-review', '6 ÷ 750 × 1.000 = {} và 6 ÷ 1.250 × 1.000 = {}', '6 ÷ 750 × 1,000 = {} and 6 ÷ 1,250 × 1,000 = {}', (8, 1), (6 / 1.25, 1))
says('management-review', '÷ 8,0 = {}%', '÷ 8.0 = {}%', (100 * (8 - 4.8) / 8, 0))
says('management-review', 'nhận 18 ({}%)', 'got 18 back ({}%)', (100 * 18 / 24, 0))
says('management-review', 'Trễ {} trong 50 đơn', '{} of 50 orders late', (50 - 46, 0))
says('management-review', 'đóng muộn: {}', '{} findings closed late', (14 - 11, 0))

# certification-road
for language in ('vi', 'en'):  # Figure 1 and its table
    rows = re.findall(r'^\| [^|]+ \| (\d+) \| (\d+) \|$', read(f'lessons/certification-road.{language}.md'), re.M)
    equal(f'certification-road.{language}, tasks', len(rows), 8)
    equal(f'certification-road.{language}, months of running', int(rows[3][1]) - int(rows[3][0]) + 1, 5)
    equal(f'certification-road.{language}, last month', int(rows[-1][1]), 10)
says('certification-road', '5 × 8 = {} triệu', '5 × 8 = {} million', (40, 0))
says('certification-road', '5 người × 4 giờ × 40 tuần = {} giờ × 50.000 đồng = {} triệu', '5 people × 4 hours × 40 weeks = {} hours × 50,000 VND = {} million', (800, 0), (800 * 0.05, 0))
says('certification-road', '40 + 60 + 18 + 25 + 40 = {} triệu', '40 + 60 + 18 + 25 + 40 = {} million', (40 + 60 + 18 + 25 + 40, 0))
says('certification-road', '2 × 2 × 8 = {} triệu', '2 × 2 × 8 = {} million', (32, 0))
says('certification-road', '183 + 32 = {} triệu', '183 + 32 = {} million', (215, 0))
says('certification-road', '(60 + 18 + 40) × 50% = {} triệu', '(60 + 18 + 40) × 50% = {} million', (59, 0))
equal('below the ceiling', float(59 < 65), 1)
says('certification-road', '215 − 59 = {} triệu', '215 − 59 = {} million', (156, 0))

# editions
says('editions', 'còn dư {} ngày', '{} days to spare', ((date(2029, 9, 30) - date(2028, 6, 19)).days, 0))
says('editions', 'còn {} ngày; chỉ', '{} days, and a single', ((date(2029, 9, 30) - date(2029, 6, 15)).days, 0))
equal('three years', (date(2018, 9, 14) - date(2015, 9, 15)).days, 3 * 365)
says('editions', '0,5 × 8 = {} triệu', '0.5 × 8 = {} million', (4, 0))

# the practice questions with numbers
practice = read('questions/practice.yaml')


def answer(code):
    block = re.search(rf'^- code: {code}\n(.*?)(?=^- code: |\Z)', practice, re.M | re.S).group(1)
    return float(re.search(r'^  answer: (\S+)$', block, re.M).group(1))


equal('P01', 100 * (60 + 120 + 380 + 160) / 12000, answer('ISO-9001-P01'))
equal('P01, failure', 100 * (380 + 160) / 720, 75)
equal('P02', (150 / 10000) / (25 / 5000), 3)
equal('P05', 4 * 6 * 18 - 4 * 1.5 * 18 - 45, answer('ISO-9001-P05'))
equal('P11', 100 * (45 / 1500 - 6 / 2000) / (45 / 1500), answer('ISO-9001-P11'))
equal('P11, plain counts', round(100 * (45 - 6) / 45, 1), 86.7)

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
