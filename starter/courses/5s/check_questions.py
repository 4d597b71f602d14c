"""Recompute every number in the exam questions of this pack.

Run: python check_questions.py (standard library only). It reads
questions/<topic>.yaml, works out each numeric answer from the figures in its
stem, repeats the sums behind other questions, and looks at the balance of the
bank. It prints one line per problem and ends with status 1 if there is any.
"""

import re
import sys
import unicodedata
from collections import Counter
from fractions import Fraction as F
from pathlib import Path

TOPICS = ['basics', 'sorting', 'order', 'standards', 'sustaining', 'settings']
LESSONS = {
    'basics': {'why-5s', 'baseline'},
    'sorting': {'sort', 'red-tags'},
    'order': {'set-in-order', 'shine'},
    'standards': {'standardise', 'audit-scores', 'audit-forms'},
    'sustaining': {'sustain', 'thirty-days'},
    'settings': {'safety', 'office-and-field'},
}
DRAW = {
    ('basics', 'recall'): 3, ('basics', 'apply'): 3,
    ('sorting', 'recall'): 2, ('sorting', 'apply'): 5,
    ('order', 'recall'): 2, ('order', 'apply'): 5, ('order', 'analyse'): 1,
    ('standards', 'recall'): 1, ('standards', 'apply'): 4, ('standards', 'analyse'): 2,
    ('sustaining', 'recall'): 2, ('sustaining', 'apply'): 3, ('sustaining', 'analyse'): 1,
    ('settings', 'recall'): 1, ('settings', 'apply'): 4, ('settings', 'analyse'): 1,
}
TYPES = {'single': 43, 'multiple': 12, 'truefalse': 8, 'numeric': 11, 'matching': 8, 'ordering': 6}

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


# Figures, as they stand in the stems.

def shown(number, language):
    """4380000 -> 4.380.000 (vi), 4,380,000 (en); 0.9 -> 0,9 (vi), 0.9 (en)."""
    number = F(str(number))
    whole = f'{int(number):,}'
    part = '' if number == int(number) else f'{float(number):.10f}'.rstrip('0').split('.')[1]
    if language == 'vi':
        return whole.replace(',', '.') + (',' + part if part else '')
    return whole + ('.' + part if part else '')


def figures(text):
    """Every number in a text, written as it stands there."""
    return re.findall(r'(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)', text.replace(':00', ''))


def as_number(text, language):
    if language == 'vi':
        return F(text.replace('.', '').replace(',', '.'))
    return F(text.replace(',', ''))


def mean(values):
    return F(sum(F(str(v)) for v in values), 1) / len(values)


# For each numeric question: the figures of its stem, the sum, and answers that
# a usual mistake leads to and that the tolerance must not let pass.
NUMERIC = {
    '5S-007': ([5, 40, 70, 55, 85, 50, 24], mean([40, 70, 55, 85, 50]) * 24 / 60,
               [F(55 * 24, 60), mean([40, 70, 55, 85, 50]) * 24, F(300, 60)]),
    '5S-024': ([12, 350000, 5, 1200000, 20, 9000], F(12 * 350000 + 20 * 9000, 10**6),
               [F(12 * 350000 + 5 * 1200000 + 20 * 9000, 10**6), F(12 * 350000, 10**6)]),
    '5S-025': ([12, 1, '1.2', 3, 2, '0.9'], F(12, 3) * F('1.2') + 2 * F('0.9'),
               [12 * F('1.2') + 2 * F('0.9'), F(12, 3) * F('1.2'), 12 * F('1.2')]),
    '5S-038': ([26, 8, 30], F((26 - 8) * 2 * 30), [F((26 - 8) * 30), F(26 * 2 * 30)]),
    '5S-039': ([120, 2, 60], F(120 * 2 + 60), [F(120 * 2), F(120 + 60), F((120 + 60) * 2)]),
    '5S-040': ([45, 30, 26], F((45 - 30) * 2 * 26, 60), [F((45 - 30) * 26, 60), F(45 * 2 * 26, 60)]),
    '5S-052': ([20, 4, 2, 54], F(54 * 100, (20 - 2) * 4), [F(54 * 100, 80), F((54 + 8) * 100, 80)]),
    '5S-053': ([20, 25, 25, 15, 15, 80, 60, 70, 50, 40],
               F(20 * 80 + 25 * 60 + 25 * 70 + 15 * 50 + 15 * 40, 100), [mean([80, 60, 70, 50, 40])]),
    '5S-055': ([36, 40, 30, 60], (F(36, 40) + F(30, 60)) * 50 - F(36 + 30, 40 + 60) * 100,
               [F(70), F(66), F(40)]),
    '5S-085': ([0, 4, 1, 3, 2, 3, 2, 4, 5, 1, 0, 10, 4, 3, 1, 2, 3, 1, 5], F((4 * 4 + 3 * 3 + 2 * 2 + 1 * 1) * 100, 10 * 4),
               [F(100) - F(3 * 1 + 2 * 3 + 5) * 100 / 40, F(3000, 80)]),
    '5S-067': ([40, 26], F((40 - 26) * 100, 40), [F((40 - 26) * 100, 26), F(14), F(26 * 100, 40)]),
}

# Sums behind questions of other types: (code, what it says, is it so?)
distance = {'blanks': 12 * 18, 'cutters': 20 * 15, 'measuring': 6 * 10, 'bin': 2 * 25}
parts = [85, 80, 45, 75, 70]
agree = [a - b for a, b in zip([4, 3, 4, 2, 3, 4, 3, 2, 4, 3], [4, 3, 4, 2, 3, 1, 3, 2, 4, 3])]
SUMS = [
    ('5S-018', '6 and a spare of 14', 6 + 1 < 14),
    ('5S-043', '8 + 32 + 10 = 50 and B is 64%', 8 + 32 + 10 == 50 and F(32, 50) == F(64, 100)),
    ('5S-044', 'distances 216, 300, 60, 50; total 626', list(distance.values()) == [216, 300, 60, 50] and sum(distance.values()) == 626),
    ('5S-044', 'cutters most, bin least', max(distance, key=distance.get) == 'cutters' and min(distance, key=distance.get) == 'bin'),
    ('5S-044', 'blanks and cutters over 80%, about 82%', round(F(216 + 300, 626) * 100) == 82),
    ('5S-053', 'weights make 100%', 20 + 25 + 25 + 15 + 15 == 100),
    ('5S-056', 'gap over 20 points', min([82, 84, 83, 85]) - 61 > 20),
    ('5S-057', 'mean 71, one part under 60', mean(parts) == 71 and [p for p in parts if p < 60] == [45]),
    ('5S-067', 'dividing by 26 gives about 54', round(F(1400, 26)) == 54),
    ('5S-071', 'search 5%, score 28 points, tags almost 94%', F(2, 40) == F(5, 100) and 80 - 52 == 28 and F(93, 100) < F(60, 64) < F(94, 100)),
    ('5S-071', 'so 80% of the tags is false', F(60, 64) != F(80, 100)),
    ('5S-079', 'five punches, five uses, four returned', 5 * 1 == 5 and 5 - 1 == 4),
    ('5S-082', 'half of the cases', F(7, 14) == F(1, 2) and 7 <= 9 <= 14),
    ('5S-088', 'nine items agree, one differs by 3', agree == [0] * 5 + [3] + [0] * 4),
    ('5S-083', '24 + 6 + 2 = 32 and 75%', 24 + 6 + 2 == 32 and F(24, 32) == F(3, 4) and 20 <= 24),
]

NUMBER = r'\d+(?:[.,]\d+)*%?'
SIDE = rf'\(*{NUMBER}\)?(?: [−+×÷] \(*{NUMBER}\)?)*'
UNITS = r'(?<=\d) (?:m²|m|kg|phút|giây|giờ công|giờ|đồng|triệu đồng|minutes|seconds|hours|million VND|VND|points|điểm|thùng|cartons)(?!\w)'


def value(side, language):
    """The value of a written sum: numbers, + − × ÷, one level of brackets."""
    tokens = re.findall(rf'{NUMBER}|[−+×÷()]', side)

    def term():
        total = factor()
        while tokens and tokens[0] in '×÷':
            if tokens.pop(0) == '×':
                total *= factor()
            else:
                total /= factor()
        return total

    def factor():
        token = tokens.pop(0)
        if token == '(':
            total = plus()
            tokens.pop(0)
            return total
        number = as_number(token.rstrip('%'), language)
        return number / 100 if token.endswith('%') else number

    def plus():
        total = term()
        while tokens and tokens[0] in '−+':
            if tokens.pop(0) == '+':
                total += term()
            else:
                total -= term()
        return total

    return plus()


def equations(code, text, language):
    """Check every sum written out in an explanation: one side = the next."""
    found = 0
    text = re.sub(UNITS, '', text.replace('\u00a0', ' '))
    for match in re.finditer(rf'{SIDE}(?: = {SIDE})+', text):
        written = match.group()
        values = [value(side, language) for side in written.split(' = ')]
        found += 1
        for left, right in zip(values, values[1:]):
            # in 16 + 15 = 31% the sign may stand at the end only
            if left != right and not (written.endswith('%') and left == 100 * right):
                wrong(code, f'{written} is not so ({language})')
                break
    if text.count('=') and not found:
        wrong(code, f'a sum that could not be read ({language})')
    return found


def main():
    here = Path(__file__).resolve().parent / 'questions'
    bank = []
    for topic in TOPICS:
        for question in load(here / f'{topic}.yaml'):
            if question['topic'] != topic:
                wrong(question['code'], f'stands in {topic}.yaml')
            bank.append(question)

    codes = [q['code'] for q in bank]
    if sorted(codes) != [f'5S-{n:03d}' for n in range(1, 89)]:
        wrong('bank', 'codes are not 5S-001 to 5S-088')
    by_code = {q['code']: q for q in bank}
    for q in bank:
        if q['lesson'] not in LESSONS[q['topic']]:
            wrong(q['code'], 'lesson of another topic')
        if q['use'] != 'exam':
            wrong(q['code'], 'not for the exam')

    # numeric answers
    numeric = {q['code'] for q in bank if q['type'] == 'numeric'}
    if numeric != set(NUMERIC):
        wrong('bank', f'numeric questions without a sum here: {numeric ^ set(NUMERIC)}')
    for code in sorted(numeric & set(NUMERIC)):
        q = by_code[code]
        given, answer, mistakes = NUMERIC[code]
        tolerance = F(q['tolerance'])
        if abs(F(q['answer']) - answer) > 0:
            wrong(code, f"answer {q['answer']}, but the sum gives {float(answer)}")
        for mistake in mistakes:
            if abs(mistake - answer) <= tolerance:
                wrong(code, f'the tolerance lets {float(mistake)} pass')
        if round(answer, q['decimals']) != answer:
            wrong(code, 'more decimals than the hint says')
        for language in ('vi', 'en'):
            there = Counter(as_number(t, language) for t in figures(q['stem'][language]))
            for number, times in Counter(F(str(n)) for n in given).items():
                if there[number] < times:
                    wrong(code, f'{shown(number, language)} is not in the stem ({language})')
            if shown(answer, language) not in q['explanation'][language]:
                wrong(code, f'the explanation does not reach {shown(answer, language)} ({language})')

    for code, text, holds in SUMS:
        if not holds:
            wrong(code, f'not so: {text}')

    sums = 0
    for q in bank:
        for language in ('vi', 'en'):
            sums += equations(q['code'], q['explanation'][language], language)
        for part in ('stem', 'explanation'):
            vi = {as_number(t, 'vi') for t in figures(q[part]['vi'])}
            en = {as_number(t, 'en') for t in figures(q[part]['en'])}
            if vi != en:
                wrong(q['code'], f'figures of the {part} differ: {sorted(float(x) for x in vi ^ en)}')

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
    longest = {}
    for language in ('vi', 'en'):
        longest[language] = 0
        for q in singles:
            right = [len(o[language]) for o in q['options'] if o.get('correct')]
            if len(right) != 1 or not 3 <= len(q['options']) <= 5:
                wrong(q['code'], 'not exactly one right option of 3 to 5')
            longest[language] += right[0] == max(len(o[language]) for o in q['options'])
        if longest[language] > 0.35 * len(singles):
            wrong('bank', f'right option longest in {longest[language]} of {len(singles)} ({language})')
    for q in bank:
        if q['type'] == 'multiple':
            right = sum(bool(o.get('correct')) for o in q['options'])
            if right < 2 or right == len(q['options']):
                wrong(q['code'], 'needs two right and one wrong')
        if q['type'] == 'matching' and not 3 <= len(q['pairs']) <= 6:
            wrong(q['code'], 'needs 3 to 6 pairs')
        if q['type'] == 'ordering' and not 3 <= len(q['items']) <= 7:
            wrong(q['code'], 'needs 3 to 7 items')

    for line in problems:
        print(line)
    print(f'{len(bank)} questions, {len(numeric)} numeric answers, {len(SUMS)} further sums, {sums} written-out sums, '
          f'right option longest: vi {longest["vi"]}, en {longest["en"]} of {len(singles)}; problems: {len(problems)}')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
