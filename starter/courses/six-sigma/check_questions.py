"""Recompute every number in the exam questions of this pack.

Run: python check_questions.py (standard library only). It reads
questions/<topic>.yaml, works out each numeric answer from the figures in its
stem, sees that usual mistakes fall outside the tolerance, repeats the sums
behind other questions and every sum written out in an explanation, and looks
at the balance of the bank. It prints one line per problem and ends with
status 1 if there is any.
"""

import ast
import operator
import re
import sys
import unicodedata
from collections import Counter
from fractions import Fraction as F
from math import sqrt
from pathlib import Path
from statistics import NormalDist, mean, stdev

TOPICS = ['define', 'measure', 'capability', 'analyse', 'improve', 'control']
LESSONS = {
    'define': {'why-six-sigma', 'charter', 'sipoc'},
    'measure': {'data-and-statistics', 'measurement-system'},
    'capability': {'capability', 'control-charts'},
    'analyse': {'causes', 'hypothesis-tests', 'regression'},
    'improve': {'doe', 'fmea'},
    'control': {'control-plan'},
}
DRAW = {
    ('define', 'recall'): 3, ('define', 'apply'): 4,
    ('measure', 'recall'): 2, ('measure', 'apply'): 5, ('measure', 'analyse'): 1,
    ('capability', 'recall'): 2, ('capability', 'apply'): 5, ('capability', 'analyse'): 2,
    ('analyse', 'recall'): 2, ('analyse', 'apply'): 4, ('analyse', 'analyse'): 2,
    ('improve', 'recall'): 1, ('improve', 'apply'): 3, ('improve', 'analyse'): 1,
    ('control', 'recall'): 1, ('control', 'apply'): 2,
}
TYPES = {'single': 34, 'multiple': 9, 'truefalse': 8, 'numeric': 27, 'matching': 6, 'ordering': 4}

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
DATES = {'vi': r'\d\d/\d\d/\d{4}', 'en': r'\d{1,2} [A-Z][a-z]+ \d{4}'}


def plain(text, language):
    """Numbers as Python writes them: 1.234,5 -> 1234.5 (vi), 1,234.5 -> 1234.5 (en)."""
    group, point = ('.', ',') if language == 'vi' else (',', '.')
    text = text.replace('\u00a0', ' ')
    return re.sub(NUMBER[language], lambda m: m.group().replace(group, '').replace(point, '.'), text)


def figures(text, language):
    """Every number of a text, without dates and the names A2, D4, d2."""
    text = re.sub(DATES[language], '', text)
    text = re.sub(r'\b(?:A2|D4|d2|H0)\b|quy tắc số 3', '', text)
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

shafts = [20.02, 20.05, 19.98, 20.01, 19.94]
garments = {'threads': 45, 'seams': 95, 'size': 30, 'stains': 60, 'other': 20}
packs = [(500.2, 500.4), (499.8, 499.4), (501.1, 501.2), (500.0, 500.5), (499.6, 499.3)]
repairs = [(120, 4000), (90, 3000), (45, 15000), (20, 60000)]
spent = [n * each for n, each in repairs]
bars = sorted(garments.values(), reverse=True)
variance = mean(d * d / 2 for d in (2, 4, 2, 4))
effect_error = sqrt(variance) * sqrt(1 / 4 + 1 / 4)
pooled = (6 + 18) / 600
kept = (4.0 - 1.6) * 250000 / 1000 * 120000 / 1e6

NUMERIC = {
    '007': ([320, 6, 40, 48], 48 / (320 * 6) * 1e6, [48 / 320 * 1e6, 40 / (320 * 6) * 1e6, 40 / 320 * 1e6]),
    '008': ([1250, 4, 31, 1.5], NormalDist().inv_cdf(1 - 31 / (1250 * 4)) + 1.5, [2.5, 1.96 + 1.5, 1.96]),
    '009': ([20000, 120, 15000, 9, 5, 4, 14], 20000 * 0.120 * 15000 / 1e6 + 9 + 5 + 4, [68, 18, 50, 36]),
    '012': ([5000, 6, 45000, 2], 5000 * (0.06 - 0.02) * 45000 / 1e6, [13.5, 4.5]),
    '020': (shafts, stdev(shafts), [stdev(shafts) * sqrt(4 / 5), stdev(shafts) ** 2, max(shafts) - min(shafts)]),
    '021': ([250, *garments.values()], sum(bars[:2]) / sum(bars) * 100, [(45 + 95) / 2.5, 95 / 2.5, 80]),
    '022': ([500.4, 1.2], 500.4 - 3 * 1.2, [500.4 - 1.2, 500.4 - 2.4, 500.4 + 3.6]),
    '026': ([0.30, 0.40, 12], 6 * sqrt(0.30**2 + 0.40**2) / 12 * 100, [6 * 0.7 / 12 * 100, 0.5 / 12 * 100, 15, 20]),
    '027': ([x for pair in packs for x in pair] + [0.8862], mean(abs(a - b) for a, b in packs) * 0.8862, [0.3, 0.5 * 0.8862, 1.5 * 0.8862]),
    '032': ([x for pair in repairs for x in pair], max(spent) / sum(spent) * 100, [120 / 275 * 100, 20 / 275 * 100, 675 / 2625 * 100]),
    '037': ([49.90, 50.30, 0.1163, 2.326, 0.054], (50.30 - 49.90) / (6 * 0.1163 / 2.326), [0.4 / (6 * 0.054), 0.4 / (6 * 0.1163), 2.67]),
    '038': ([495, 515, 508, 2.5], min(515 - 508, 508 - 495) / (3 * 2.5), [20 / 15, 13 / 7.5, 7 / 15]),
    '039': ([11.95, 12.05, 100, 0.020, 0.012], 0.10 / (6 * 0.020), [0.10 / (6 * 0.012), 0.05 / (6 * 0.020), 1.67]),
    '040': ([250.0, 8.0, 0.729, 0.577], 250.0 + 0.729 * 8.0, [250 + 0.577 * 8, 250 - 0.729 * 8, 258, 274]),
    '041': ([585, 6.0, 1.023, 2.574], 2.574 * 6.0, [1.023 * 6, 585 + 1.023 * 6, 18]),
    '042': ([390, 420, 402, 1.33], min(420 - 402, 402 - 390) / (3 * 1.33), [30 / (6 * 1.33), 18 / (3 * 1.33), 4]),
    '056': ([16, 4.0, 9, 3.0], sqrt(4**2 / 16 + 3**2 / 9), [4 / 4 + 3 / 3, sqrt(4 / 16 + 3 / 9), 2]),
    '057': ([300, 6, 18], (18 - 6) / 300 / sqrt(pooled * (1 - pooled) * 2 / 300), [0.04 / sqrt(0.04 * 0.96 * 2 / 600), 0.04 / sqrt(0.04 * 0.96 / 300)]),
    '058': ([4, 8, 26.5, 1.8, 14.8], (26.5 - 14.8) / 1.8, [14.8 / 1.8, 26.5 - 1.8 * 14.8]),
    '059': ([50, 70, 18, 0.35, 62, 41.2], 41.2 - (18 + 0.35 * 62), [-1.5, 39.7, 41.2 - 0.35 * 62]),
    '067': ([3.0, 2, 1.2], 2 * 1.2 / 3.0 * 100, [40, 20, 120]),
    '071': ([7, 6, 8, 3, 4], 7 * 6 * 8 - 7 * 3 * 4, [336, 84, 7 * 6 * 8 - 7 * 3 * 8]),
    '072': ([60, 10, 32, 20, 36, 80, 38, 50], ((50 - 38) - (36 - 32)) / 2, [8, 10, 12, 16]),
    '073': ([5, 3, 2, 1, 4], max(5 * 4 + 3 * 2 + 2 * 5, 5 * 3 + 3 * 5 + 2 * 4), [36, 11, 12]),
    '079': ([2, 4, 2.776], 2.776 * effect_error, [effect_error, 2.776 * sqrt(variance), 2.776 * 0.5 * 5]),
    '084': ([250, 95], 3 / 250 * 100, [0, 0.4, 5]),
    '085': ([108, 4.0, 1.6, 250000, 120000], 108 / kept, [108 / 120, 108 / 48]),
}

# Sums behind questions of other types: (code, what it says, is it so?)
SUMS = [
    ('010', 'DPMO 10,000 and 5,000; 3 and 4 per 100 pairs', (12 / 1200 * 1e6, 20 / 4000 * 1e6, 12 / 4, 20 / 5) == (10000, 5000, 3, 4)),
    ('023', '130 tins', 5 * 2 * 13 == 130),
    ('028', 'the true weight may lie on either side', round(989.2 - 2.1, 1) == 987.1 < 990 < 991.3 == round(989.2 + 2.1, 1)),
    ('031', '15%, 12% and 40%', [round(x, 6) for x in (6 * 0.6 / 24, 0.6 / 5.0, 0.6 / 1.5)] == [0.15, 0.12, 0.4]),
    ('044', 'eight on one side by luck, one in 256 for a given side', 0.5**8 < 0.005),
    ('045', 'centred, Cpk reaches Cp', 1.40 > 1.33 > 0.75),
    ('048', 'close to centre, Pp a little over half of Cp', 1.45 / 1.50 > 0.95 and 0.76 / 0.80 > 0.94 and 0.5 < 0.80 / 1.50 < 0.55),
    ('049', 'full correction doubles the variance', round(3.0 * sqrt(2), 1) == 4.2),
    ('051', '0.60 now, 0.40 at 199, at most 0.80', (round(min(203.5 - 196, 208 - 203.5) / 7.5, 2), round(min(199 - 196, 208 - 199) / 7.5, 2), round(12 / 15, 2), (196 + 208) / 2) == (0.6, 0.4, 0.8, 202)),
    ('064', 'X better on each cloth, worse in total', 48 / 600 < 10 / 100 and 4 / 400 < 18 / 900 and 52 / 1000 > 28 / 1000),
    ('068', '0 and 2 both lie inside the interval', -0.4 < 0 < 2 < 3.6),
    ('078', 'RPN 60, 180, 180', (10 * 2 * 3, 5 * 6 * 6, 6 * 6 * 5) == (60, 180, 180)),
    ('080', 'weak fan 3 points an hour, strong 1', ((19 - 13) / 2, (16 - 14) / 2, (16 + 14) / 2) == (3, 1, 15)),
    ('080', 'weak fan, 7 h 20 min: 15%, half an hour 1.5', 19 - 3 * (4 / 3) == 15 and 3 * 0.5 > 1 >= 1 * 0.5),
    ('080', 'strong fan at 6 hours, half an hour less: outside', 16 + 0.5 > 15 + 1),
    ('086', '1,001.6 is out by more than 1', 1001.6 - 1000 > 1),
    ('087', 'rule of three for 20', abs((1 - 0.05 ** (1 / 20)) - 3 / 20) < 0.02),
    ('084', 'rule of three for 250', abs((1 - 0.05 ** (1 / 250)) - 3 / 250) < 0.0002),
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
    text = re.sub(r'(?<=\d) (?:mm|kg|g|N/cm)(?= [=−+×÷])', '', plain(text, language))
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
    if codes != [f'SIX-SIGMA-{n:03d}' for n in range(1, 89)]:
        wrong('bank', 'codes are not SIX-SIGMA-001 to SIX-SIGMA-088 in order')
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
