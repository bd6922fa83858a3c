#!/usr/bin/env python3
"""Draws the curves of `benchmarks --curves FILE` as SVG. Standard library only.

    Benchmarks/charts.py curves.ndjson Sources/Settlement/Settlement.docc
"""
import json
import math
import os
import sys

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 64, 44, 52
RATE, BYTES = "#0b6bcb", "#b3541e"

CHARTS = [
    # curve, title, x axis, second series: key, name
    ("accounts", "Cost by number of accounts (bare ledger, one thread)", "accounts", ("accountBytes", "bytes an account")),
    ("bills", "Cost by open bills of an account (bare ledger, one thread)", "open bills an account", ("billBytes", "bytes an open bill")),
    ("hot", "Half of all recharges to one account (4 shards, nothing on disk)", "% of recharges to one account", None),
    ("shards", "Durable settlements by number of shards (batches, 2 cores)", "shards", None),
]


def short(value):
    for limit, unit in ((1e6, " M"), (1e3, " k")):
        if value >= limit:
            return f"{value / limit:g}{unit}"
    return f"{value:g}"


def ceiling(value):
    """The next round number above a value."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= value)


def text(x, y, words, anchor="middle", size=12, colour="#444"):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}">{words}</text>'


def series(points, top, colour, name, right):
    """A line with its values, and its scale on one side."""
    bottom = HEIGHT - BOTTOM
    place = lambda value: bottom - (bottom - TOP) * value / top
    line = " ".join(f"{x:.1f},{place(y):.1f}" for x, y in points)
    parts = [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>']
    for x, y in points:
        parts.append(f'<circle cx="{x:.1f}" cy="{place(y):.1f}" r="3.5" fill="{colour}"/>')
        value = f"{y / 1e6:.2f} M" if y >= 1e6 else f"{y:.0f}"
        parts.append(text(x, place(y) + (16 if right else -9), value, size=11, colour=colour))
    edge = WIDTH - RIGHT + 8 if right else LEFT - 8
    for step in range(5):
        value = top * step / 4
        parts.append(text(edge, place(value) + 4, short(value), "start" if right else "end", 11, colour))
    parts.append(text(WIDTH - RIGHT if right else LEFT, TOP - 10, name, "end" if right else "start", 12, colour))
    return parts


def chart(points, title, axis, second):
    step = (WIDTH - LEFT - RIGHT) / len(points)
    at = [LEFT + step * (place + 0.5) for place in range(len(points))]
    bottom = HEIGHT - BOTTOM
    parts = [text(WIDTH / 2, 18, title, size=14, colour="#222")]
    for line in range(5):
        y = bottom - (bottom - TOP) * line / 4
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#ddd"/>')
    for x, point in zip(at, points):
        parts.append(text(x, bottom + 20, short(point["x"])))
    parts.append(text(WIDTH / 2, HEIGHT - 10, axis))
    rates = [point["rate"] for point in points]
    parts += series(list(zip(at, rates)), ceiling(max(rates) * 1.15), RATE, "settlements a second", False)
    if second:
        values = [point[second[0]] for point in points]
        parts += series(list(zip(at, values)), ceiling(max(values) * 2), BYTES, second[1], True)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>\n{body}\n</svg>\n'
    )


def main(source, folder):
    with open(source) as lines:
        points = [json.loads(line) for line in lines]
    os.makedirs(folder, exist_ok=True)
    for curve, title, axis, second in CHARTS:
        chosen = [point for point in points if point["curve"] == curve]
        if not chosen:
            sys.exit(f"{source} has no curve '{curve}': was the run cut short?")
        with open(os.path.join(folder, f"curve-{curve}.svg"), "w") as file:
            file.write(chart(chosen, title, axis, second))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
