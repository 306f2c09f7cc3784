"""Regular expressions: search, split, substitution with a function, groups."""
import re

LINE = re.compile(r'(?P<host>[\w.]+) - - \[(?P<day>\d+)/(?P<month>\w{3})/(?P<year>\d{4})\] "(?P<verb>GET|POST) (?P<path>/\S*)" (?P<code>\d{3})')


def main():
    log = "\n".join(f'host{i % 50}.example.org - - [{i % 28 + 1}/Oct/2023] "{"GET" if i % 3 else "POST"} /a/{i}?q={i % 7}" {200 + i % 5}' for i in range(3000))
    codes = {}
    for m in LINE.finditer(log):
        key = m["verb"], m["code"]
        codes[key] = codes.get(key, 0) + int(m["day"])
    swapped = re.sub(r"(\w+)\.example\.(\w+)", lambda m: f"{m[2]}.{m[1]}", log)
    words = re.findall(r"\b[a-z]+\b", log)
    parts = re.split(r"[\s/?=]+", log)
    email = re.search(r"[a-z]+@[a-z]+\.com", log + "me@here.com")
    return sorted(codes.items())[:2], len(swapped), len(words), len(parts), email.group()
