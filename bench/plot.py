# SPDX-License-Identifier: Apache-2.0
"""Line plots as SVG: both axes logarithmic, legible on light and dark."""
import math

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 36, 44
COLOURS = ("#0969da", "#cf5b00", "#2da44e", "#a855c7", "#d4a017")
STYLE = """<style>
text { font: 12px sans-serif; fill: #1f2328 }
.grid { stroke: #d0d7de; stroke-width: 1 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .grid { stroke: #30363d }
}
</style>"""


def short(value):
    if value >= 1e6:
        return f"{value / 1e6:g} M"
    if value >= 1e3:
        return f"{value / 1e3:g} k"
    return f"{value:g}"


class Axis:
    """Maps positive values to pixels by their logarithm."""

    def __init__(self, values, start, end):
        self.low = math.floor(math.log10(min(values)))
        self.high = max(math.ceil(math.log10(max(values))), self.low + 1)
        self.start, self.end = start, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self):
        return [10.0 ** e for e in range(self.low, self.high + 1)]


def lines(path, title, x_title, series):
    """`series`: {name: [(x, y), ...]}, every value positive."""
    points = [p for s in series.values() for p in s]
    x = Axis([p[0] for p in points], LEFT, WIDTH - RIGHT)
    y = Axis([p[1] for p in points], HEIGHT - BOTTOM, TOP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} '
           f'{HEIGHT}" role="img" aria-label="{title}">', STYLE,
           f'<text x="{LEFT}" y="20" font-weight="bold">{title}</text>']
    for tick in y.ticks():
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" '
                   f'y1="{y.at(tick):.1f}" y2="{y.at(tick):.1f}"/>'
                   f'<text x="{LEFT - 8}" y="{y.at(tick) + 4:.1f}" '
                   f'text-anchor="end">{short(tick)}</text>')
    for tick in x.ticks():
        out.append(f'<line class="grid" y1="{TOP}" y2="{HEIGHT - BOTTOM}" '
                   f'x1="{x.at(tick):.1f}" x2="{x.at(tick):.1f}"/>'
                   f'<text x="{x.at(tick):.1f}" y="{HEIGHT - BOTTOM + 18}" '
                   f'text-anchor="middle">{short(tick)}</text>')
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" '
               f'text-anchor="middle">{x_title}</text>')
    last = HEIGHT
    names = sorted(series.items(), key=lambda item: item[1][-1][1])
    for i, (name, line) in enumerate(names):
        colour = COLOURS[i % len(COLOURS)]
        dots = [(x.at(a), y.at(b)) for a, b in line]
        path_of = " ".join(f"{a:.1f},{b:.1f}" for a, b in dots)
        out.append(f'<polyline points="{path_of}" fill="none" '
                   f'stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>'
                for a, b in dots]
        last = min(dots[-1][1] + 4, last - 14)  # labels do not overlap
        out.append(f'<text x="{dots[-1][0] + 10:.1f}" y="{last:.1f}" '
                   f'style="fill:{colour}">{name}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n</svg>\n")
