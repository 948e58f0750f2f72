"""Pictures of numbers as SVG: drawn on the server, themed by the style sheet, every number a link and a title."""

from collections.abc import Sequence

from markupsafe import Markup

from admin_api.wording.locale import number, share, weekdays

WIDTH = 640
ROW = 30
NAMES = 210
LEFT, TOP, HEIGHT = 62, 12, 170
"""Where the picture of a line begins, and how high it is."""


def bars(rows: Sequence[tuple[str, int, str]]) -> Markup:
    """Return horizontal bars of (name, number, address), one a row; a bar and its number lead to the address."""
    most = max((value for _, value, _ in rows), default=0) or 1
    room = WIDTH - NAMES - 60
    drawn = Markup("").join(
        Markup(
            '<a href="{href}"><title>{name}: {value}</title>'
            '<text class="name" x="{name_x}" y="{text_y}">{shown}</text>'
            '<rect class="bar" x="{x}" y="{y}" width="{width:.1f}" height="18" rx="4"/>'
            '<text class="value" x="{value_x:.1f}" y="{text_y}">{value}</text></a>'
        ).format(
            href=address,
            name=name,
            shown=name if len(name) <= 20 else f"{name[:19]}…",
            value=number(value),
            name_x=NAMES - 10,
            x=NAMES,
            y=row * ROW + 6,
            text_y=row * ROW + 20,
            width=max(2.0, room * value / most) if value else 0.0,
            value_x=NAMES + (room * value / most) + 8,
        )
        for row, (name, value, address) in enumerate(rows)
    )
    return _picture("bars", len(rows) * ROW + 4, drawn)


def lines(points: Sequence[tuple[str, float | None]]) -> Markup:
    """Return a line of shares (0 to 1) over time, (label, share); a share of None leaves a gap."""
    apart = (WIDTH - LEFT - 20) / max(1, len(points) - 1)
    at = [
        (LEFT + apart * place, TOP + HEIGHT * (1 - level), name, level)
        for place, (name, level) in enumerate(points)
        if level is not None
    ]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y, _, _ in at)
    line = Markup('<polyline class="line" points="{way}"/>').format(way=way) if len(at) > 1 else Markup("")
    dots = Markup("").join(
        Markup('<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"><title>{name}: {share}</title></circle>').format(
            x=x, y=y, name=name, share=share(level)
        )
        for x, y, name, level in at
    )
    ends = _ends(points[0][0], points[-1][0]) if points else Markup("")
    return _picture("lines", TOP + HEIGHT + 34, _grid() + line + dots + ends)


def _grid() -> Markup:
    return Markup("").join(
        Markup(
            '<line class="grid" x1="{left}" x2="{right}" y1="{y}" y2="{y}"/>'
            '<text class="name" x="{name_x}" y="{text_y}">{share}</text>'
        ).format(
            left=LEFT,
            right=WIDTH - 20,
            y=TOP + HEIGHT * (1 - level),
            name_x=LEFT - 8,
            text_y=TOP + HEIGHT * (1 - level) + 5,
            share=share(level),
        )
        for level in (0, 0.25, 0.5, 0.75, 1)
    )


def _ends(first: str, last: str) -> Markup:
    return Markup("").join(
        Markup('<text class="end {side}" x="{x}" y="{y}">{name}</text>').format(
            side=side, x=x, y=TOP + HEIGHT + 24, name=name
        )
        for side, x, name in (("first", LEFT, first), ("last", WIDTH - 20, last))
    )


def heat(rows: Sequence[Sequence[tuple[int, str]]]) -> Markup:
    """Return a week of hours, a row a day from Monday, of (number, address); the darker, the more."""
    most = max((value for row in rows for value, _ in row), default=0) or 1
    left, size = 44, (WIDTH - 50) / 24
    days = weekdays()
    cells = Markup("").join(
        Markup(
            '<a href="{href}"><rect class="heat level-{level}" x="{x:.1f}" y="{y}" width="{width:.1f}"'
            ' height="22" rx="3">'
            "<title>{day_name} {hour}:00: {value}</title></rect></a>"
        ).format(
            href=address,
            level=-(-4 * value // most),
            x=left + hour * size,
            y=day * 26,
            width=size - 3,
            day_name=days[day],
            hour=hour,
            value=number(value),
        )
        for day, row in enumerate(rows)
        for hour, (value, address) in enumerate(row)
    )
    names = Markup("").join(
        Markup('<text class="name" x="{x}" y="{y}">{day}</text>').format(x=left - 8, y=day * 26 + 16, day=name)
        for day, name in enumerate(days)
    )
    hours = Markup("").join(
        Markup('<text class="end" x="{x:.1f}" y="{y}">{hour}</text>').format(x=left + hour * size, y=200, hour=hour)
        for hour in range(0, 24, 3)
    )
    return _picture("heats", 206, cells + names + hours)


def _picture(kind: str, height: int, inside: Markup) -> Markup:
    return Markup('<svg class="picture {kind}" viewBox="0 0 {width} {height}" role="group">{inside}</svg>').format(
        kind=kind, width=WIDTH, height=height, inside=inside
    )
