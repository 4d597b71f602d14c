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

TOPICS = ['foundations', 'context', 'lead-support', 'operation', 'check', 'improve']
LESSONS = {
    'foundations': {'why-iso-9001', 'principles', 'editions'},
    'context': {'context', 'process-map', 'risks'},
    'lead-support': {'leadership-objectives', 'people-and-resources', 'documented-information'},
    'operation': {'operation'},
    'check': {'internal-audit', 'management-review'},
    'improve': {'nonconformity', 'certification-road'},
}
DRAW = {
    ('foundations', 'recall'): 3, ('foundations', 'apply'): 3,
    ('context', 'recall'): 2, ('context', 'apply'): 5, ('context', 'analyse'): 1,
    ('lead-support', 'recall'): 2, ('lead-support', 'apply'): 5,
    ('operation', 'recall'): 1, ('operation', 'apply'): 4, ('operation', 'analyse'): 1,
    ('check', 'recall'): 2, ('check', 'apply'): 4, ('check', 'analyse'): 1,
    ('improve', 'recall'): 1, ('improve', 'apply'): 4, ('improve', 'analyse'): 1,
}
TYPES = {'single': 40, 'multiple': 12, 'truefalse': 8, 'numeric': 13, 'matching': 8, 'ordering': 6}

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
    if re.fullmatch(r'\d{1,2}\.\d(?:\.\d)?', text):  # a clause such as 8.3, or a decimal in English
        whole, *parts = text.split('.')
        return F(whole + '.' + ''.join(parts))
    if language == 'vi':
        return F(text.replace('.', '').replace(',', '.'))
    return F(text.replace(',', ''))


def mean(values):
    return F(sum(F(str(v)) for v in values), 1) / len(values)


# For each numeric question: the figures of its stem, the sum, and answers that
# a usual mistake leads to and that the tolerance must not let pass.
NUMERIC = {
    'ISO-9001-007': ([120, 40, 640, 390, 310, 150], F(640 - 390 + 310 - 150 - 120 - 40),
                     [F(410), F(410 - 120), F(640 - 390 - 160)]),
    'ISO-9001-019': ([7, 3, 40, 18000], F(7 * 3 * 40 * 18000, 10**6), [F(7 * 40 * 18000, 10**6), F(3 * 40 * 18000, 10**6)]),
    'ISO-9001-021': ([20, 4, 7, 3, 2, 3, 1], F((4 + 7 + 2) * 100, 20), [F(700, 20), F(1100, 20), F(700, 20)]),
    'ISO-9001-025': ([6, 25, 48, 2], F((6 - 2) * 25 - 48), [F(6 * 25 - 48), F((6 - 2) * 25)]),
    'ISO-9001-035': ([18, 120, 12, 160], F(1800, 120) - F(1200, 160), [F(50), F(600, 18), F(6)]),
    'ISO-9001-038': (['40.00', '0.05', '0.02'], F('40.00') + F('0.05') - F('0.02'), [F('40.07'), F('40.05'), F('39.97')]),
    'ISO-9001-047': ([4500, 500, 10, 2], 4500 / (500 * F(9, 10)) + 2, [F(11), F(10), F(9)]),
    'ISO-9001-048': ([60, 30, 10, 25, 22, 20, 90], F(60, 100) * F(2200, 25) + F(30, 100) * F(2000, 25) + F(10, 100) * 90,
                     [mean([88, 80, 90])]),
    'ISO-9001-064': ([8, 3, 5, 2, 5], F((3 * 2 + 5) * 2 * 5), [F(8 * 2 * 5), F(11 * 5), F(16 * 2 * 5)]),
    'ISO-9001-085': ([240, 96, 60, 48, 24, 12], F((96 + 60) * 100, 96 + 60 + 48 + 24 + 12), [F(40), F(25), F(85)]),
    'ISO-9001-086': ([8, 5], F(8) - 4 * F(8 - 5, 6), [F('5.5'), F('6.5'), F(8) - 5 * F(3, 7)]),
    'ISO-9001-087': ([400, 14, 3000], 3000 * F(14, 400), [F(14), F(119), 3400 * F(14, 400)]),
    'ISO-9001-074': ([70, 20, 48, 50, 60], F(70 + 20 + 48 - min((70 + 20 + 48) / 2, 60)), [F(69), F(60)]),
}

# Sums behind questions of other types: (code, what it says, is it so?)
weeks = [F(x) for x in ('0.6', '0.4', '0.3', '0.5', '0.4')]
shoes = {'approval': 5, 'leather': 8, 'cutting': 2, 'line': 3, 'sewing': 4, 'packing': 2}
SUMS = [
    ('ISO-9001-010', 'the earlier date counts', (2029, 9, 30) < (2029, 12, 20)),
    ('ISO-9001-012', 'B has the lower rate', F(45, 1800) < F(30, 1000)),
    ('ISO-9001-026', 'score 12, sum 7', 3 * 4 == 12 and 3 + 4 == 7),
    ('ISO-9001-028', 'three of five is more than half', F(3, 5) > F(1, 2)),
    ('ISO-9001-029', '24 days in all', sum(shoes.values()) == 24),
    ('ISO-9001-029', 'waiting two thirds', F(5 + 8 + 3, 24) == F(2, 3)),
    ('ISO-9001-029', 'leather longest, 4 less make 20', max(shoes, key=shoes.get) == 'leather' and 24 - 4 == 20),
    ('ISO-9001-029', 'sewing twice as fast leaves 22', 24 - 4 // 2 == 22),
    ('ISO-9001-050', '3 is within 5', 3 <= 5),
    ('ISO-9001-056', 'B under the threshold, A not', 82 < 90 <= 96 and 100 - 82 == 18),
    ('ISO-9001-057', '20% of the first 100, 0.8% of the rest', F(20, 100) == F(1, 5) and F(24 - 20, 600 - 100) == F(8, 1000)),
    ('ISO-9001-057', '57 is outside 62 to 68', not 62 <= 57 <= 68),
    ('ISO-9001-067', 'up from 5.0 to 6.4', F(9000, 1800) == 5 and F(8000, 1250) == F('6.4')),
    ('ISO-9001-070', '18 silent', 30 - 12 == 18),
    ('ISO-9001-071', 'evening ten times the day, 11% overall', F(6, 24) == 10 * F(1, 40) and round(F(700, 64)) == 11),
    ('ISO-9001-075', 'weeks 2 to 5 pass, weeks 1 to 4 do not', max(weeks[1:]) <= F('0.5') < max(weeks[:4])),
    ('ISO-9001-077', 'the short bags fit into those delivered', 15 <= 400 - 250),
    ('ISO-9001-084', 'B costs 74; 74 - 40 = 34 compares unlike things', 44 + 30 == 74 and 74 - 40 == 34),
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
            # a result with decimals may be rounded; in 16 + 15 = 31% the sign may stand at the end only
            last = written.split(' = ')[-1]
            digits = len(re.split('[.,]', last.rstrip('%'))[1]) if re.search(r'[.,]\d{1,2}%?$', last) else 0
            near = F(1, 2 * 10 ** (digits + 2 * last.endswith('%'))) if digits else 0
            if abs(left - right) > near and not (written.endswith('%') and left == 100 * right):
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
    if sorted(codes) != [f'ISO-9001-{n:03d}' for n in range(1, 88)]:
        wrong('bank', 'codes are not ISO-9001-001 to ISO-9001-087')
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
        if round(answer, q.get('decimals', 0)) != answer:
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
    months = r'tháng \d+|(?<=\d)/\d\d(/20\d\d)'  # English spells them out
    for q in bank:
        for language in ('vi', 'en'):
            sums += equations(q['code'], q['explanation'][language], language)
        for part in ('stem', 'explanation'):
            vi = {as_number(t, 'vi') for t in figures(re.sub(months, r'\1', q[part]['vi']))}
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
