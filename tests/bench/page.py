"""page — build/bench.html: every line against its goal, the rounds as dots."""
import html

from lines import AT_LEAST, LINES

WIDTH, ROW = 520, 26
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Motcua, measured</title><style>
body{font:15px/1.4 sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse}td,th{padding:.25rem .6rem;text-align:left;
border-bottom:1px solid #ddd}.no{color:#b00}.yes{color:#060}svg{display:block}</style><h1>Motcua, measured</h1>
<p>Dots: rounds. Bar: the goal. Thick: on the good side of it.</p><table><tr><th>line<th>median<th>goal<th>rounds<th>says</tr>"""


def dots(line, values):
    """The rounds on a scale that ends at twice the goal or at the largest round; where both are none, at one."""
    most = max(line["goal"] * 2, line["max"]) or 1
    at = lambda v: 4 + (WIDTH - 8) * v / most
    marks = "".join('<circle cx="%.1f" cy="13" r="4" fill="#06c" fill-opacity=".5"/>' % at(v) for v in values)
    good = (at(line["goal"]), WIDTH) if LINES[line["id"]][0] == AT_LEAST else (0, at(line["goal"]))
    return ('<svg width="%d" height="%d"><rect x="%.1f" y="11" width="%.1f" height="4" fill="#cde"/><line x1="%.1f" x2="%.1f" y1="2"'
            ' y2="24" stroke="#333" stroke-width="2"/>%s</svg>' % (WIDTH, ROW, good[0], good[1] - good[0], at(line["goal"]),
                                                                   at(line["goal"]), marks))


def write(path, lines, report):
    rows = []
    for line in lines:
        way, goal, what = LINES[line["id"]]
        values = report.values.get(line["id"], [line["min"], line["value"], line["max"]])
        rows.append('<tr><td>%s<td class="%s">%.4g<td>%s %g<td>%s<td>%s</tr>' % (
            line["id"], "yes" if line["holds"] else "no", line["value"], html.escape(way), goal, dots(line, values), html.escape(what)))
    with open(path, "w", encoding="utf-8") as f:
        f.write(HEAD + "\n".join(rows) + "</table></html>\n")
