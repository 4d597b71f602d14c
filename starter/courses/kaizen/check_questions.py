"""Recompute every number in the exam questions of this pack.

Run: python check_questions.py (standard library only). It reads
questions/<topic>.yaml, works out each numeric answer from the figures in its
stem, sees that usual mistakes fall outside the tolerance, repeats the sums
behind other questions and every sum written out in an explanation, compares
the figures of both languages, and looks at the balance of the bank. It prints
one line per problem and ends with status 1 if there is any.
"""

import ast
import operator
import re
import sys
import unicodedata
from collections import Counter
from datetime import date, timedelta
from fractions import Fraction as F
from math import ceil, sqrt
from pathlib import Path
from statistics import mean, median

TOPICS = ['waste', 'gemba', 'standard', 'solving', 'people', 'gain']
LESSONS = {
    'waste': {'why-kaizen', 'seven-wastes'},
    'gemba': {'see-the-gemba', 'visual-management'},
    'standard': {'standard-work', 'quick-changeover'},
    'solving': {'pdca', 'five-whys', 'a3'},
    'people': {'suggestions', 'sustaining'},
    'gain': {'measuring-gain'},
}
DRAW = {
    ('waste', 'recall'): 3, ('waste', 'apply'): 4,
    ('gemba', 'recall'): 2, ('gemba', 'apply'): 4,
    ('standard', 'recall'): 2, ('standard', 'apply'): 5, ('standard', 'analyse'): 1,
    ('solving', 'recall'): 2, ('solving', 'apply'): 5, ('solving', 'analyse'): 2,
    ('people', 'recall'): 2, ('people', 'apply'): 3,
    ('gain', 'recall'): 1, ('gain', 'apply'): 3, ('gain', 'analyse'): 1,
}
TYPES = {'single': 30, 'multiple': 10, 'truefalse': 8, 'numeric': 30, 'matching': 6, 'ordering': 4}

problems = []


def wrong(code, text):
    problems.append(f'{code}: {text}')


# Reading: only the plain block form in which the packs are written.

def scalar(text):
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    if text in ('true', 'false'):
        return text == 'true'
    if re.fullmatch(r'-?\d+', text):
        return int(text)
    if re.fullmatch(r'-?\d+\.\d+', text):
        return F(text)
    return text


def indent_of(line):
    return len(line) - len(line.lstrip(' '))


def block(lines, i, indent):
    return (sequence if lines[i][indent:].startswith('- ') else mapping)(lines, i, indent)


def sequence(lines, i, indent):
    out = []
    while i < len(lines) and indent_of(lines[i]) == indent and lines[i][indent:].startswith('- '):
        lines[i] = ' ' * (indent + 2) + lines[i][indent + 2:]
        item, i = mapping(lines, i, indent + 2)
        out.append(item)
    return out, i


def mapping(lines, i, indent):
    out = {}
    while i < len(lines) and indent_of(lines[i]) == indent and not lines[i][indent:].startswith('- '):
        match = re.match(r'([a-z_]+):(?: (.*))?$', lines[i][indent:])
        if not match:
            raise ValueError(f'cannot read line {i + 1}: {lines[i]}')
        key, value = match.groups()
        i += 1
        if value is None:
            below = indent_of(lines[i])
            out[key], i = block(lines, i, below)
        else:
            out[key] = scalar(value)
    return out, i


def load(path):
    text = path.read_text(encoding='utf-8')
    if text != unicodedata.normalize('NFC', text):
        wrong(path.name, 'not NFC')
    if not text.endswith('\n') or text.endswith('\n\n') or '\t' in text or '\r' in text or re.search(r' \n', text):
        wrong(path.name, 'tabs, trailing space or line ends')
    lines = text.splitlines()
    items, end = sequence(lines, 0, 0)
    if end != len(lines):
        wrong(path.name, f'line {end + 1} was not read')
    return items


# Figures, as they stand in the texts.

NUMBER = {
    'vi': r'(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+)(?:,\d+)?',
    'en': r'(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?',
}
MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December'
DATES = {'vi': r'\d\d/\d\d(?:/\d{4})?', 'en': rf'\d{{1,2}} (?:{MONTHS})(?: \d{{4}})?'}


def plain(text, language):
    """Numbers as Python writes them: 1.234,5 -> 1234.5 (vi), 1,234.5 -> 1234.5 (en)."""
    group, point = ('.', ',') if language == 'vi' else (',', '.')
    text = text.replace('\u00a0', ' ')
    return re.sub(NUMBER[language], lambda m: m.group().replace(group, '').replace(point, '.'), text)


def figures(text, language):
    """Every number of a text, without dates."""
    text = re.sub(DATES[language], '', re.sub('A3|5 lần vì sao', '', text))
    return [F(t) for t in re.findall(r'\d+(?:\.\d+)?', plain(text, language))]


def texts(value):
    """Every pair of texts below a value."""
    if isinstance(value, dict):
        if 'vi' in value:
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


# For each numeric question: the figures of its stem, the answer worked out from
# them, and answers that a usual mistake leads to and the tolerance must not let pass.

hours = [75, 70, 48, 74, 75, 66]
positions = [32, 40, 28, 36, 34]
changeover = {'settings': 5, 'film': 8, 'off': 10, 'wash': 14, 'fit': 12, 'adjust': 9, 'trial': 11, 'away': 6}
external = [changeover[task] for task in ('settings', 'film', 'wash', 'away')]
sealers = [(4000, 20), (2500, 45), (3500, 28)]
pineapple = [(3000, 1350), (1000, 490), (2000, 920)]
checks = 26 * 4 + 4 * 20 + 1 * 26
overtime = (3840 - 3600) * 25 / (3600 / 7.5)

NUMERIC = {
    '007': ([24, 9, 40, 18, 3, 26], (24 * 9 * 40 / 60 - 18 * 3) * 26 / 60, [62.4, 23.4, 1.5, 90, 2340]),
    '008': ([1800000, 40, 24, 45000], 1800000 / (40 * 24 / 60 * 45000), [1.0, 1.67, 60, 0.04]),
    '009': ([15, 480, 16, 30, 4, 24], (15 * 16 + 30 * 4 + 24 * 15) / (15 * 480) * 100, [150, (16 + 120 + 360) / 72, (16 + 4 + 15) / 4.8]),
    '015': ([1200, 1000], (1200 / 1000 - 1) * 100, [200 / 12, 83.3, 120]),
    '020': ([36, 480, 360, 54], 54 / 360 * 36 * 480 / 60, [1.2, 2592, 54]),
    '021': ([18, 12, 20, 10, 25, 45], 60 / (18 + 12 + 20 + 10 + 25 + 45 + 20) * 100, [60 / 90 * 100, 60]),
    '022': ([400, 80, 2], 2 * sqrt(0.2 * 0.8 / 400) * 100, [2, 0.04, 8, 20]),
    '023': ([*hours], 75 * 6 - sum(hours), [9, 27, 408, 12]),
    '024': ([20, 2], 60 / 20 * 2 + 2, [6, 4, 42]),
    '033': ([480, 45, 1740], 2 * (480 - 45) * 60 / 1740, [15, 2 * 480 * 60 / 1740, 60]),
    '034': ([630, 72], ceil(630 / 72), [8, 8.75, 10]),
    '035': ([*positions, 45], sum(positions) / (5 * max(positions)) * 100, [170 / 225 * 100, 34, 170 / 200]),
    '036': ([38, 50, 44, 41, 450], 450 * 60 / 50, [450 * 60 / mean([38, 50, 44, 41]), 450 * 60 / 38, 450 * 60 / 173]),
    '037': ([], 8 + (8 - 1) + 4, [20, 16, 15, 12]),
    '038': ([75, *changeover.values()], 75 - sum(external), [33, 75 - 5 - 8 - 6, 75 - 5 - 8, 75 - sum(external) - 11]),
    '039': ([26, 55, 25], (55 - 25) * 2 * 26 / 60, [13, 55 * 2 * 26 / 60, 1]),
    '046': ([96, 1800, 24], 1800 / (96 / 24) / 2, [450, 900, 1800]),
    '051': ([1, 2, 3] + [n for pair in sealers for n in pair], max(bad / n for n, bad in sealers) * 100, [0.5, 0.8, 0.93, mean([0.5, 1.8, 0.8])]),
    '052': ([6.4, 4.1, 5.6], 5.6 - 4.1, [6.4 - 4.1, 6.4 - 5.6]),
    '053': ([n for pair in pineapple for n in pair], sum(b for _, b in pineapple) / sum(a for a, _ in pineapple) * 100, [mean([45, 49, 46])]),
    '065': ([62.8, 61.6, 61.0, 5000, 26, 20000], 5000 * (62.8 - 61.6) / 100 * 26 * 20000 / 1e6, [46.8, 1.2, 5000 * (61.6 - 61.0) / 100 * 26 * 20000 / 1e6]),
    '070': ([450, 126, 81], 81 / 450 * 100, [28, 81 / 126 * 100]),
    '071': ([200, 184, 150, 125, 90], (125 - 90) / 125 * 100, [17.5, 72, 45, 35]),
    '075': ([26, 4, 20, 1, 28], checks / 60 / 28 * 100, [7.5, 210 / 28 * 100, 3.5]),
    '079': ([480, 40, 66], (480 - 40 - 66) / (480 - 40) * 100, [374 / 4.8, 414 / 4.8, 15]),
    '080': ([400, 30, 10200, 306], 10200 / (400 * 30) * 100, [9894 / 120, 97, 306 / 102]),
    '081': ([6250, 250, 125], (6250 - 250 - 125) / 6250 * 100, [96, 98, 6]),
    '082': ([420, 42, 20, 6500, 200], (6500 - 200) / (420 * 20) * 100, [6300 / 75.6, 6500 / 84, 90]),
    '083': ([900, 8000, 60, 150000, 5.4, 3, 12], (900 * 8000 + 60 * 150000) / 1e6 + 5.4, [24.6, 36.6, 16.2, 33.6]),
    '086': ([3600, 7.5, 3840, 25, 10, 45000, 13500000], 13500000 / (overtime * 10 * 45000), [24, 13500000 / (overtime * 10 * 45000 * 25), 1.2]),
}

# Sums behind questions of other types: (code, what it says, is it so?)
weeks = [F(x) for x in ('5.1', '4.0', '2.9', '2.8', '3.2', '2.7', '2.9', '2.6')]
pairs = [78, 71, 75, 80, 70, 79]
pocket = [41, 42, 40, 63, 41, 43, 42]
SUMS = [
    ('007', 'seconds into minutes', 24 * 9 * 40 == 8640 == 144 * 60),
    ('010', '500 bodies too many', 1500 - 1000 == 500),
    ('014', 'the report multiplies rightly', 1900 * 26 == 49400),
    ('025', 'hours 2 and 5 are red', [n + 1 for n, made in enumerate(pairs) if made < 80 * 0.9] == [2, 5]),
    ('025', 'mean 75.5; 16 short after hour 3', (mean(pairs), 3 * 80 - sum(pairs[:3])) == (75.5, 16)),
    ('040', 'median 42, mean 44.6, fastest 40, slowest 63', (median(pocket), round(mean(pocket), 1), min(pocket), max(pocket)) == (42, 44.6, 40, 63)),
    ('043', 'one position above the new takt, and the old one held', 480 * 60 / 540 < 57 <= 480 * 60 / 480),
    ('044', 'all five fit the old takt; four fit the new', max(36, 38, 22, 35, 19) <= 40 and max(36, 38, 35, 22 + 19) <= 50),
    ('044', '150 in all; three people would need full shares', sum((36, 38, 22, 35, 19)) == 150 and all(a + b != 50 for a in (36, 38, 22, 35, 19) for b in (36, 38, 22, 35, 19) if a != b)),
    ('045', 'the film adds up to 90', 24 + 11 + 20 + 10 + 25 == 90 and 24 + 11 == 35 and 90 - 25 == 65),
    ('054', 'half of 3', 3 / 2 == 1.5),
    ('062', '600 and 1,400 make 2,000; both groups above 3%', 600 + 1400 == 2000 and 48 / 600 > 0.03 < 70 / 1400),
    ('062', 'with newcomers as good as the others: 5%', 70 / 1400 * 2000 / 2000 == 0.05),
    ('063', '0.3% remain', 1.9 > 0.3 > 0),
    ('064', 'three weeks running, not four', all(w <= 3 for w in weeks[-3:]) and weeks[-4] > 3),
    ('064', 'mean 2.85; five of the last six', sum(weeks[-4:]) / 4 == F('2.85') and sum(w <= 3 for w in weeks[-6:]) == 5),
    ('064', '29 November 2026 ends a week', date(2026, 11, 29).isoweekday() == 7),
    ('072', 'between the limits of team leader and foreman', 1 < 3.5 <= 10),
    ('074', '3 checks of 6 are fewer than 5', 3 < 5 <= 6),
    ('076', 'day 30 after 1 September', date(2026, 9, 1) + timedelta(30) == date(2026, 10, 1)),
    ('084', 'the soft items: 60,000 a square metre, 30,000 an hour', (1.8e6 / 30, 0.6e6 / 20) == (60000, 30000)),
    ('085', 'machine faster than takt', 450 * 60 / 4000 == 6.75 < 7.5 == 450 * 60 / 3600 and 500 * 26 == 13000),
    ('087', 'OEE 70 and 79, or 70.2 as before', (3150 / 4500, 3160 / 4000, round(3160 / 45, 1)) == (0.7, 0.79, 70.2)),
    ('087', '7 and 7.9 a planned minute', (3150 / 450, 3160 / 400) == (7, 7.9)),
    ('088', 'the report as it adds up', (100 * 32000, 2000 * 1500, 6200000 * 12) == (3200000, 3000000, 74400000)),
]

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow}
TOKEN = r'√?\(*√?\d+(?:\.\d+)?[²%]?\)*'
SIDE = rf'{TOKEN}(?: [−+×÷] {TOKEN})*'


def value(side):
    """The value of a written sum with + − × ÷ √ ² % and brackets."""
    side = re.sub(r'√(\d+(?:\.\d+)?)', r'\1 ** 0.5', side)
    side = re.sub(r'(\d)%', r'\1 / 100', side).replace('²', ' ** 2')
    while '√' in side:
        start = side.index('√')
        depth, end = 0, start + 1
        while end < len(side):
            depth += (side[end] == '(') - (side[end] == ')')
            end += 1
            if not depth:
                break
        side = f'{side[:start]}({side[start + 1:end]} ** 0.5){side[end:]}'
    side = side.translate(str.maketrans({'×': '*', '÷': '/', '−': '-'}))

    def run(node):
        if isinstance(node, ast.Constant):
            return node.value
        return OPERATORS[type(node.op)](run(node.left), run(node.right))

    return run(ast.parse(side, mode='eval').body)


def equations(code, text, language):
    """Check every sum written out in a text: one side = the next, to the digits printed."""
    found = 0
    text = re.sub(r'(?<=\d) kg(?= [=−+×÷])', '', plain(text, language))
    for match in re.finditer(rf'{SIDE}(?: = {SIDE})+', text):
        sides = match.group().split(' = ')
        for left, right in zip(sides, sides[1:]):
            digits = re.fullmatch(r'\d+(?:\.(\d+))?(%?)', right)
            near = 1e-9
            if digits:
                near += 0.5 * 10 ** -(len(digits[1] or '') + 2 * bool(digits[2]))
            if abs(value(left) - value(right)) > near or (digits and not digits[1] and not digits[2] and abs(value(left) - value(right)) > 1e-6):
                wrong(code, f'{left} = {right} is not so ({language})')
        found += 1
    if not found and re.search(r'\d = \d', text):
        wrong(code, f'a sum that could not be read ({language})')
    return found


def shown(number, places, language):
    text = f'{number:,.{places}f}'
    return text.translate(str.maketrans(',.', '.,')) if language == 'vi' else text


def main():
    here = Path(__file__).resolve().parent / 'questions'
    bank = []
    for topic in TOPICS:
        for question in load(here / f'{topic}.yaml'):
            if question['topic'] != topic:
                wrong(question['code'], f'stands in {topic}.yaml')
            bank.append(question)

    codes = [q['code'] for q in bank]
    if codes != [f'KAIZEN-{n:03d}' for n in range(1, 89)]:
        wrong('bank', 'codes are not KAIZEN-001 to KAIZEN-088 in order')
    by_code = {q['code'][-3:]: q for q in bank}
    for q in bank:
        if q['lesson'] not in LESSONS[q['topic']]:
            wrong(q['code'], 'lesson of another topic')
        if q['use'] != 'exam':
            wrong(q['code'], 'not for the exam')
    if {q['lesson'] for q in bank} != set().union(*LESSONS.values()):
        wrong('bank', 'a lesson without questions')

    # numeric answers
    numeric = {q['code'][-3:] for q in bank if q['type'] == 'numeric'}
    if numeric != set(NUMERIC):
        wrong('bank', f'numeric questions without a sum here: {numeric ^ set(NUMERIC)}')
    for code in sorted(numeric & set(NUMERIC)):
        q = by_code[code]
        given, answer, mistakes = NUMERIC[code]
        tolerance, key, places = float(q['tolerance']), float(q['answer']), q['decimals']
        if abs(key - answer) > 0.5 * 10**-places + 1e-9:
            wrong(code, f'answer {key}, but the sum gives {answer}')
        if abs(key - answer) > tolerance or abs(round(answer, places) - key) > tolerance + 1e-9:
            wrong(code, 'the tolerance shuts out a correct answer')
        for mistake in mistakes:
            if abs(mistake - key) <= tolerance + 1e-9:
                wrong(code, f'the tolerance lets {mistake} pass')
        for language in ('vi', 'en'):
            there = Counter(figures(q['stem'][language], language))
            for number in {F(str(n)) for n in given}:
                if not there[number]:
                    wrong(code, f'{float(number)} is not in the stem ({language})')
            if shown(key, places, language) not in q['explanation'][language] and shown(key, 0, language) not in q['explanation'][language]:
                wrong(code, f'the explanation does not reach {key} ({language})')

    for code, text, holds in SUMS:
        if not holds:
            wrong(code, f'not so: {text}')

    sums = 0
    for q in bank:
        for pair in texts(q):
            for language in ('vi', 'en'):
                if '!' in pair[language] or '  ' in pair[language]:
                    wrong(q['code'], f'exclamation mark or two spaces: {pair[language]}')
            vi, en = ([x for x in figures(pair[k], k)] for k in ('vi', 'en'))
            if Counter(vi) != Counter(en):
                wrong(q['code'], f"figures differ: {pair['vi']}")
        for language in ('vi', 'en'):
            sums += equations(q['code'], q['explanation'][language], language)

    # balance of the bank
    kinds = Counter(q['type'] for q in bank)
    if kinds != Counter(TYPES):
        wrong('bank', f'types {dict(kinds)}')
    cells = Counter((q['topic'], q['difficulty']) for q in bank)
    for cell, count in DRAW.items():
        if cells[cell] < 2 * count:
            wrong('bank', f'{cell}: {cells[cell]} questions for {count} drawn')
    if set(cells) != set(DRAW):
        wrong('bank', 'cells that are never drawn')
    if 3 * sum(q['difficulty'] == 'recall' for q in bank) > len(bank):
        wrong('bank', 'more than a third is recall')
    answers = Counter(q['answer'] for q in bank if q['type'] == 'truefalse')
    if answers[True] != answers[False]:
        wrong('bank', f'true and false {dict(answers)}')
    singles = [q for q in bank if q['type'] == 'single']
    places = Counter(o['id'] for q in singles for o in q['options'] if o.get('correct'))
    if max(places.values()) - min(places.values()) > 2 or len(places) != 4:
        wrong('bank', f'right options at {dict(places)}')
    longest, shortest = Counter(), Counter()
    for language in ('vi', 'en'):
        for q in singles:
            right = [len(o[language]) for o in q['options'] if o.get('correct')]
            every = [len(o[language]) for o in q['options']]
            if len(right) != 1 or len(every) != 4:
                wrong(q['code'], 'not exactly one right option of 4')
            longest[language] += right[0] == max(every)
            shortest[language] += right[0] == min(every)
        for what, count in (('longest', longest[language]), ('shortest', shortest[language])):
            if count > 0.35 * len(singles):
                wrong('bank', f'right option {what} in {count} of {len(singles)} ({language})')
    rights = Counter(sum(bool(o.get('correct')) for o in q['options']) for q in bank if q['type'] == 'multiple')
    if len(rights) < 3:
        wrong('bank', 'multiple choice always has the same number of right options')
    for q in bank:
        if q['type'] == 'multiple':
            right = sum(bool(o.get('correct')) for o in q['options'])
            if right < 2 or right == len(q['options']) or q['scoring'] != 'partial':
                wrong(q['code'], 'needs two right, one wrong and partial marks')
        if q['type'] == 'matching':
            rights = [p['right']['vi'] for p in q['pairs']] + [e['vi'] for e in q.get('extra', [])]
            if not 3 <= len(q['pairs']) <= 6 or len(set(rights)) != len(rights):
                wrong(q['code'], 'needs 3 to 6 pairs, each right side once')
        if q['type'] == 'ordering' and not 3 <= len(q['items']) <= 7:
            wrong(q['code'], 'needs 3 to 7 items')

    for line in problems:
        print(line)
    print(
        f'{len(bank)} questions, {len(numeric)} numeric answers, {len(SUMS)} further sums, {sums} written-out sums, '
        f"right option longest: vi {longest['vi']}, en {longest['en']}, shortest: vi {shortest['vi']}, en {shortest['en']} "
        f'of {len(singles)}; problems: {len(problems)}'
    )
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
