"""Check the exam questions of this pack: structure, statistics, and every number.

Run: python3 check_questions.py
Needs only the standard library. Exit status 1 if anything is wrong.
"""

import ast
import operator
import re
import sys
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TOPICS = {
    "prp": ["prerequisites", "allergens"],
    "preliminary": ["why-haccp", "team-and-product", "flow-diagram"],
    "hazards": ["hazard-analysis"],
    "ccp": ["ccp-decision", "critical-limits"],
    "control": ["monitoring", "corrective-action"],
    "verification": ["verification-validation", "pangasius-plan", "fruit-plan", "regulation-iso-22000"],
}
# What one exam draws; the bank holds about twice as many of each.
DRAW = {
    ("prp", "recall"): 2,
    ("prp", "apply"): 4,
    ("preliminary", "recall"): 3,
    ("preliminary", "apply"): 3,
    ("hazards", "recall"): 2,
    ("hazards", "apply"): 4,
    ("hazards", "analyse"): 1,
    ("ccp", "recall"): 2,
    ("ccp", "apply"): 5,
    ("ccp", "analyse"): 2,
    ("control", "recall"): 1,
    ("control", "apply"): 4,
    ("control", "analyse"): 1,
    ("verification", "recall"): 1,
    ("verification", "apply"): 4,
    ("verification", "analyse"): 1,
}
HEAD = ["code", "type", "use", "topic", "lesson", "difficulty", "stem"]
OWN = {
    "single": ["options"],
    "multiple": ["options", "scoring"],
    "truefalse": ["answer"],
    "numeric": ["answer", "tolerance", "unit", "decimals"],
    "matching": ["pairs", "extra"],
    "ordering": ["items"],
}
OPTIONAL = {"decimals", "extra"}
COUNT = {"single": 42, "multiple": 13, "truefalse": 8, "numeric": 13, "matching": 9, "ordering": 6}

problems = []


def need(true, *what):
    if not true:
        problems.append(" ".join(str(part) for part in what))


# --- a reader for the plain subset of YAML that the pack uses -----------------------------


def scalar(text):
    if text.startswith("'"):
        if len(text) < 2 or not text.endswith("'"):
            raise ValueError(f"quoted text does not end on its line: {text}")
        return text[1:-1].replace("''", "'")
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    if re.fullmatch(r"-?\d+\.\d+", text):
        return float(text)
    if text[0] in '"[{&*!|>%@`#' or ": " in text or " #" in text:
        raise ValueError(f"not plain text: {text}")
    return text


def read(path):
    source = path.read_text(encoding="utf-8")
    need(source.endswith("\n") and not source.endswith("\n\n"), path.name, "one newline at the end")
    lines = []
    for line in source.splitlines():
        need(line == line.rstrip(" ") and "\t" not in line, path.name, "stray space or tab:", line)
        body = line.lstrip(" ")
        indent = len(line) - len(body)
        while body.startswith("- "):
            lines.append((indent, "-", None))
            body = body[2:]
            indent += 2
        match = re.match(r"([a-z]+):(?: (.*))?$", body)
        if not match:
            raise ValueError(f"{path.name}: {line}")
        lines.append((indent, match[1], match[2]))
    value, end = block(lines, 0, 0)
    if end != len(lines):
        raise ValueError(f"{path.name}: line structure not understood")
    return value


def block(lines, at, indent):
    if lines[at][1] == "-":
        items = []
        while at < len(lines) and lines[at][:2] == (indent, "-"):
            value, at = block(lines, at + 1, indent + 2)
            items.append(value)
        return items, at
    result = {}
    while at < len(lines) and lines[at][0] == indent and lines[at][1] != "-":
        _, key, text = lines[at]
        if key in result:
            raise ValueError(f"key twice: {key}")
        at += 1
        if text is not None:
            result[key] = scalar(text)
        elif lines[at][:2] == (indent, "-"):
            result[key], at = block(lines, at, indent)
        else:
            result[key], at = block(lines, at, indent + 2)
    return result, at


# --- numbers in texts -------------------------------------------------------------------


def numbers(text, language):
    """The numbers of a text: 1.234,5 in Vietnamese, 1,234.5 in English."""
    group, point = (".", ",") if language == "vi" else (",", ".")
    pattern = rf"\d{{1,3}}(?:\{group}\d{{3}})+(?!\d)|\d+(?:\{point}\d+)?"
    return [
        float(found.replace(group, "").replace(point, ".")) for found in re.findall(pattern, text)
    ]


def texts(value):
    """Every pair of texts below a value."""
    if isinstance(value, dict):
        if "vi" in value:
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


# --- the numeric answers, recomputed from the numbers in the stem -------------------------


def boot_bath(litres, per_litre, stock):
    """ml of stock solution: litres x mg/L, in g, over g/L."""
    return litres * per_litre / 1000 / stock * 1000


def flour(grams, kilograms):
    """mg of flour in each kg of the batch."""
    return grams * 1000 / kilograms


def unaccounted(taken, fillet, by_products):
    """Percent of the raw material in no stream."""
    return (taken - fillet - by_products) / taken * 100


def significant(*ratings):
    """Hazards whose likelihood x severity reaches the threshold, the last number."""
    *pairs, threshold = ratings
    return sum(a * b >= threshold for a, b in zip(pairs[::2], pairs[1::2], strict=True))


def growth(start, _temperature, hours, doubling):
    """CFU/g after exponential growth."""
    return start * 2 ** (hours * 60 / doubling)


def heating(base, hold, step, percent, z, target):
    """Seconds at the target temperature, by the rule given, which must agree with z."""
    rule = hold * (percent / 100) ** ((target - base) / step)
    exact = hold * 10 ** ((base - target) / z)
    need(abs(exact - rule) < 0.3, "HACCP-050: the rule disagrees with z:", exact, rule)
    return round(rule)


def belt(length, seconds):
    """Highest belt speed in m/min."""
    return length / (seconds / 60)


def pallets(good_h, good_m, bad_h, bad_m, every, first_h, first_m, last_h, last_m):
    """Pallets finished after the last good check, up to the failed one."""
    good, bad = good_h * 60 + good_m, bad_h * 60 + bad_m
    first, last = first_h * 60 + first_m, last_h * 60 + last_m
    need(first - good == every and last == bad, "HACCP-062: first or last pallet")
    return (last - first) / every + 1


def cooling(hot, cold, limit, h1, m1, t1, h2, m2, t2, again_hot, again_cold):
    """Minutes from hot to cold at the rate between the two readings."""
    need((hot, cold, hot) == (again_hot, again_cold, t1), "HACCP-063: the stem contradicts itself")
    minutes = (hot - cold) / ((t1 - t2) / (h2 * 60 + m2 - h1 * 60 - m1))
    need(minutes < limit, "HACCP-063: above the limit")
    return minutes


def all_clean(percent, packs, again, share, times):
    """Percent chance that a sample of a contaminated lot is clean."""
    need(packs == again == times and abs(1 - percent / 100 - share) < 1e-9, "HACCP-078: stem")
    return round(share**packs * 100, 1)


def held_blanched(rate, h1, m1, h2, m2):
    """kg made between two times of day."""
    return rate * (h2 * 60 + m2 - h1 * 60 - m1) / 60


def moisture(wet, percent, dry):
    """Percent of water after drying; the solids stay."""
    return round((dry - wet * (1 - percent / 100)) / dry * 100, 6)


def equivalent(t0, one, t1, first, t2, second, *rest):
    """Minutes at 70 degrees; each stay counts with its own rate."""
    rates = {t0: one, t1: first, t2: second}
    need([rates.get(temperature) for temperature in rest[:6:2]] == [one, first, second], "HACCP-091: stem")
    return round(sum(rates[temperature] * minutes for temperature, minutes in zip(rest[:6:2], rest[1:6:2], strict=True)), 6)


NUMERIC = {
    "HACCP-007": boot_bath,
    "HACCP-008": flour,
    "HACCP-025": unaccounted,
    "HACCP-031": significant,
    "HACCP-032": growth,
    "HACCP-050": heating,
    "HACCP-051": belt,
    "HACCP-062": pallets,
    "HACCP-063": cooling,
    "HACCP-078": all_clean,
    "HACCP-086": held_blanched,
    "HACCP-088": moisture,
    "HACCP-091": equivalent,
}


# --- other questions that rest on numbers -------------------------------------------------


def right(question):
    return {option["id"] for option in question["options"] if option.get("correct")}


def limits_pair(question, language):
    """The lowest steam that met the core target is critical; operating covers the swing."""
    n = numbers(question["stem"][language], language)
    # 30 shrimp; three pairs steam and core; target; swing
    trials, target, swing = list(zip(n[1:7:2], n[2:8:2], strict=True)), n[7], n[8]
    critical = min(steam for steam, core in trials if core >= target)
    fit = set()
    for option in question["options"]:
        limit, operating = numbers(option[language], language)
        if limit == critical and operating - swing >= limit:
            fit.add(option["id"])
    return fit


def cooking_log(question, language):
    steam_limit, time_limit = numbers(question["stem"][language], language)
    rows = {o["id"]: numbers(o[language], language)[-2:] for o in question["options"]}
    return {
        row for row, (steam, seconds) in rows.items() if steam < steam_limit or seconds < time_limit
    }


def log_reduction(question, language):
    total, ultraviolet, heat = numbers(question["stem"][language], language)
    need(max(ultraviolet, heat) < total <= ultraviolet + heat, "HACCP-058: both are needed")
    return {"a"}


def check_interval(question, language):
    rate, room = numbers(question["stem"][language], language)[:2]
    hours = {o["id"]: numbers(o[language], language)[0] for o in question["options"]}
    longest = max(value for value in hours.values() if value * rate <= room)
    return {key for key, value in hours.items() if value == longest}


def held_since(question, language):
    limit, *n = numbers(question["stem"][language], language)
    readings = [(n[i] * 60 + n[i + 1], n[i + 2]) for i in range(0, len(n), 3)]
    fail = next(i for i, (_, steam) in enumerate(readings) if steam < limit)
    start, end = readings[fail - 1][0], readings[fail + 1][0]
    fit = set()
    for option in question["options"]:
        times = numbers(option[language], language)
        if len(times) == 4 and (times[0] * 60 + times[1], times[2] * 60 + times[3]) == (start, end):
            fit.add(option["id"])
    return fit


CASES = {
    "HACCP-057": limits_pair,
    "HACCP-058": log_reduction,
    "HACCP-059": cooking_log,
    "HACCP-065": check_interval,
    "HACCP-067": held_since,
}

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
SUM = re.compile(r"(?<![\d.])([(\d][\d.()\s×+−:÷]*?[×+−:÷][\d.()\s×+−:÷]*?)=\s*(\d+(?:\.\d+)?)")
UNITS = (
    r"(?<=\d)\s*(?:mg/L|mg/kg|g/L|CFU/g|mg|kg|g|L|ml|°C|%|log|tấn/giờ|tấn|tonnes per hour|tonnes"
    r"|giờ|hour|phút|minutes|giây|seconds)(?![\w/])"
)


def result_of(node):
    if isinstance(node, ast.Constant):
        return node.value
    return OPERATORS[type(node.op)](result_of(node.left), result_of(node.right))


def check_sums(code, text, language):
    """Every "a × b = c" in a text holds, to the digits that are printed."""
    group, point = (".", ",") if language == "vi" else (",", ".")
    plain = text.replace("\u00a0", " ")
    plain = re.sub(rf"(?<=\d)\{group}(?=\d{{3}}(?!\d))", "", plain)
    if point == ",":
        plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
    plain = re.sub(UNITS, "", plain)
    plain = re.sub(r"(?<! ):", ";", plain)  # a colon divides only between two spaces
    found = 0
    for expression, result in SUM.findall(plain):
        signs = str.maketrans({"×": "*", "−": "-", ":": "/", "÷": "/"})
        value = result_of(ast.parse(expression.translate(signs).strip(), mode="eval").body)
        digits = len(result.partition(".")[2])
        # a percentage after a division ("400 ÷ 10,000 = 4%") is 100 times the quotient
        near = min(abs(value - float(result)), abs(value * 100 - float(result)))
        near_enough = near <= 0.5 * 10**-digits + 1e-9
        need(near_enough, code, language, expression, "=", value, "not", result)
        found += 1
    return found


# --- everything -----------------------------------------------------------------------------


def check_structure(question):
    code, kind = question["code"], question["type"]
    own = [key for key in OWN[kind] if key in question or key not in OPTIONAL]
    need(
        list(question) == [*HEAD, *own, "explanation"], code, "keys or their order", list(question)
    )
    need(question["use"] == "exam", code, "use")
    need(question["lesson"] in TOPICS[question["topic"]], code, "lesson not of the topic")
    for pair in texts(question):
        need([key for key in pair if key in ("vi", "en")] == ["vi", "en"], code, "languages")
        for language in ("vi", "en"):
            text = pair[language]
            need(isinstance(text, str) and text == text.strip() and text, code, "text", text)
            need("!" not in text and "  " not in text, code, "exclamation mark or two spaces", text)
        vi, en = (sorted(numbers(pair[language], language)) for language in ("vi", "en"))
        need(vi == en, code, "numbers differ between languages", vi, en, pair["vi"])
    if kind in ("single", "multiple"):
        options = question["options"]
        need([o["id"] for o in options] == list("abcdefg"[: len(options)]), code, "option ids")
        need(all(o.get("correct", True) is True for o in options), code, "correct")
        if kind == "single":
            need(len(right(question)) == 1 and 3 <= len(options) <= 5, code, "options")
        else:
            need(2 <= len(right(question)) < len(options), code, "options")
            need(question["scoring"] in ("partial", "all"), code, "scoring")
    if kind == "matching":
        need(3 <= len(question["pairs"]) <= 6, code, "pairs")
        rights = [p["right"]["vi"] for p in question["pairs"]] + [
            e["vi"] for e in question.get("extra", [])
        ]
        need(len(set(rights)) == len(rights), code, "two rights alike")
    if kind == "ordering":
        need(3 <= len(question["items"]) <= 7, code, "items")


def main():
    questions = []
    for topic in TOPICS:
        part = read(HERE / "questions" / f"{topic}.yaml")
        need(all(q["topic"] == topic for q in part), topic, "holds questions of another topic")
        questions += part
    need(sorted(q["code"] for q in questions) == [f"HACCP-{i:03d}" for i in range(1, 92)], "codes")
    for question in questions:
        check_structure(question)

    computed = sums = 0
    for question in questions:
        code = question["code"]
        need(
            (question["type"] == "numeric") == (code in NUMERIC),
            code,
            "numeric, but not recomputed",
        )
        for language in ("vi", "en"):
            if code in NUMERIC:
                value = NUMERIC[code](*numbers(question["stem"][language], language))
                need(abs(value - question["answer"]) < 1e-6, code, language, "computed", value)
                computed += 1
            if code in CASES:
                fit = CASES[code](question, language)
                need(fit == right(question), code, language, "right by the numbers:", sorted(fit))
                computed += 1
            sums += check_sums(code, question["explanation"][language], language)

    kinds = Counter(q["type"] for q in questions)
    need(kinds == COUNT, "types", kinds)
    cells = Counter((q["topic"], q["difficulty"]) for q in questions)
    need(set(cells) == set(DRAW), "cells", set(cells) ^ set(DRAW))
    for cell, count in DRAW.items():
        need(cells[cell] >= 2 * count, cell, "holds", cells[cell], "for a draw of", count)
    recall = sum(q["difficulty"] == "recall" for q in questions)
    need(recall * 3 <= len(questions), "recall", recall)
    lessons = Counter(q["lesson"] for q in questions)
    need(
        set(lessons) == {lesson for group in TOPICS.values() for lesson in group},
        "lessons",
        lessons,
    )

    single = [q for q in questions if q["type"] == "single"]
    places = Counter(next(iter(right(q))) for q in single)
    need(
        max(places.values()) - min(places[i] for i in "abcd") <= 2, "right options by place", places
    )
    shares = {}
    for language in ("vi", "en"):
        for name, extreme in (("longest", max), ("shortest", min)):
            hits = 0
            for question in single:
                lengths = {o["id"]: len(o[language]) for o in question["options"]}
                hits += lengths[next(iter(right(question)))] == extreme(lengths.values())
            shares[language, name] = hits
            need(hits <= 0.35 * len(single), language, "right option is the", name, hits, "times")
    truths = Counter(q["answer"] for q in questions if q["type"] == "truefalse")
    need(truths[True] == truths[False], "true and false", truths)
    choices = Counter(i for q in questions if q["type"] == "multiple" for i in right(q))

    print(len(questions), "questions:", dict(kinds))
    print("cells:", {" ".join(cell): count for cell, count in cells.items()})
    print("lessons:", dict(lessons))
    print(
        "right option by place:",
        dict(sorted(places.items())),
        "multiple:",
        dict(sorted(choices.items())),
    )
    print(
        "right option is the …:", {" ".join(key): f"{n}/{len(single)}" for key, n in shares.items()}
    )
    print("true/false:", dict(truths), "| recall:", f"{recall}/{len(questions)}")
    print(computed, "answers recomputed,", sums, "sums in explanations checked")
    for problem in problems:
        print("WRONG:", problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
