// Coverage: a grid of provinces and years, shaded by how much is there.
"use strict";
(() => {
  const { el, zh, count, plural, link, words } = Archive;

  // Sums the cells of the levels that are wanted: place[province][year][status].
  const gather = (summary, level) => {
    const place = summary.provinces.map(() => summary.years.map(() => summary.statuses.map(() => 0)));
    for (const [province, year, of, status, agencies] of summary.cells) {
      if (level === "" || summary.levels[of] === level) place[province][year - summary.years[0]][status] += agencies;
    }
    return place;
  };
  const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);
  const held = (summary, cell) => sum(Archive.held(summary).map((status) => cell[status]));
  const added = (rows, width) => rows.reduce((total, row) => total.map((n, i) => n + row[i]), Array(width).fill(0));

  // Step 0 to 5: of what should be there when the ledger knows it, else against the fullest cell.
  const shader = (summary, place) => {
    const notDue = summary.statuses.indexOf("not_due");
    const most = Math.max(1, ...place.flat().map((cell) => held(summary, cell)));
    return (cell) => {
      const expected = sum(cell) - cell[notDue];
      if (expected === 0) return cell[notDue] ? "due" : "none";
      const there = held(summary, cell);
      if (there === 0) return "s0";
      const share = summary.ledger ? there / expected : Math.log1p(there) / Math.log1p(most);
      return share >= 1 ? "s5" : `s${1 + Math.min(3, Math.floor(share * 4))}`;
    };
  };

  const told = (summary, cell) => {
    if (!sum(cell)) return summary.ledger ? "no agency is known" : "no report";
    const parts = summary.statuses.map((status, i) => (cell[i] ? `${count(cell[i])} ${words(status)}` : ""));
    return summary.ledger ? parts.filter(Boolean).join(", ") : plural(cell[0], "agency with a report", "agencies with a report");
  };

  const draw = (summary, level, detail) => {
    const place = gather(summary, level);
    const shade = shader(summary, place);
    const width = summary.statuses.length;
    const troubled = ["blocked", "failed"].map((name) => summary.statuses.indexOf(name));
    const total = (rows) => {
      const there = held(summary, added(rows, width));
      return el("td", { class: "total" }, there ? count(there) : "");
    };
    const body = summary.provinces.map(([slug, name], row) => el("tr", { role: "row" },
      el("th", { scope: "row", role: "rowheader" }, name ? zh(name) : null, el("small", {}, slug)),
      summary.years.map((year, column) => {
        const cell = place[row][column];
        const text = `${name} ${slug} ${year}: ${told(summary, cell)}`;
        const there = held(summary, cell);
        const trouble = troubled.some((status) => cell[status] > 0);
        return el("td", {
          role: "gridcell", tabindex: "-1", class: `cell ${shade(cell)}${trouble ? " trouble" : ""}`,
          "aria-label": text, "data-row": row, "data-column": column, "data-to": link("reader", slug, year, level),
        }, there ? count(there) : sum(cell) ? "·" : "");
      }),
      total(place[row])));
    const table = el("table", { class: "grid", role: "grid", "aria-label": "Coverage by province and year", "aria-describedby": "grid-keys" },
      el("thead", {}, el("tr", { role: "row" }, el("th", { role: "columnheader" }, el("span", { class: "unseen" }, "Province")),
        summary.years.map((year) => el("th", { scope: "col", role: "columnheader" }, String(year))),
        el("th", { scope: "col", role: "columnheader", class: "total" }, "All"))),
      el("tbody", {}, body),
      el("tfoot", {}, el("tr", { role: "row" }, el("th", { scope: "row", role: "rowheader" }, "All"),
        summary.years.map((_, column) => total(place.map((row) => row[column]))), total(place.flat()))));
    rove(table, detail);
    return table;
  };

  // One cell is in the tab order; arrows move it, Enter opens what the cell counts.
  const rove = (table, detail) => {
    const at = (row, column) => table.querySelector(`[data-row="${row}"][data-column="${column}"]`);
    const height = table.tBodies[0].rows.length;
    const width = table.querySelectorAll('[data-row="0"]').length;
    let current = at(0, 0);
    if (!current) return;
    current.tabIndex = 0;
    const take = (cell) => {
      current.tabIndex = -1;
      current = cell;
      cell.tabIndex = 0;
    };
    const open = (cell) => { location.hash = cell.dataset.to; };
    const clamp = (value, size) => Math.max(0, Math.min(size - 1, value));
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest(".cell");
      if (!cell || event.altKey || event.metaKey) return;
      const row = Number(cell.dataset.row);
      const column = Number(cell.dataset.column);
      const to = {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
        ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? height - 1 : row, width - 1],
        PageUp: [row - 8, column], PageDown: [row + 8, column],
      }[event.key];
      if (to) {
        take(at(clamp(to[0], height), clamp(to[1], width)));
        current.focus();
      } else if (event.key === "Enter" || event.key === " ") open(cell);
      else return;
      event.preventDefault();
    });
    const tell = (event) => {
      const cell = event.target.closest(".cell");
      if (cell) detail.textContent = cell.getAttribute("aria-label");
    };
    table.addEventListener("focusin", (event) => { tell(event); if (event.target.matches(".cell")) take(event.target); });
    table.addEventListener("mouseover", tell);
    table.addEventListener("click", (event) => {
      const cell = event.target.closest(".cell");
      if (cell) open(cell);
    });
  };

  const legend = (summary) => el("ul", { class: "legend", "aria-label": "Legend" },
    (summary.ledger
      ? [["s5", "all found"], ["s3", "half"], ["s1", "few"], ["s0", "none found"], ["s2 trouble", "some blocked or failed"], ["due", "not due yet"], ["none", "none known"]]
      : [["s4", "many reports"], ["s2", "some"], ["s1", "few"], ["none", "none"]]
    ).map(([shade, text]) => el("li", {}, el("span", { class: `swatch ${shade}`, "aria-hidden": "true" }), text)));

  const digest = (summary) => {
    if (!summary.digest) return el("p", { class: "quiet" }, "No run has left a digest yet.");
    return el("dl", { class: "digest" }, summary.digest.lines.map(([label, value, tone]) =>
      el("div", { class: tone }, el("dt", {}, label), el("dd", {}, value))));
  };

  Archive.views.coverage = (level = "") => {
    const summary = Archive.summary;
    const detail = el("p", { class: "detail", "aria-live": "polite" }, "Point at a cell or move to it with the arrow keys.");
    const wanted = summary.levels.includes(level) ? level : "";
    const levels = el("fieldset", { class: "levels" }, el("legend", {}, "Level"),
      ["", ...summary.levels].map((name) => el("label", {},
        el("input", { type: "radio", name: "level", value: name, checked: name === wanted,
          onchange: () => history.replaceState(null, "", link("coverage", name)) || redraw(name) }),
        el("span", {}, name || "all"))));
    const frame = el("div", { class: "scroll" });
    const redraw = (name) => frame.replaceChildren(summary.years.length
      ? draw(summary, name, detail) : el("p", { class: "quiet" }, "The lake holds no report yet."));
    redraw(wanted);
    const { totals } = summary;
    return {
      title: "Coverage",
      nodes: [
        el("p", { class: "lead" }, `${plural(totals.reports, "report")} of ${plural(totals.agencies, "agency", "agencies")}`,
          totals.first ? `, ${totals.first} to ${totals.last}` : "", totals.crawled ? `. Last crawl ${totals.crawled}.` : ". No crawl yet."),
        el("div", { class: "with-side" },
          el("section", { "aria-labelledby": "h-grid" },
            el("h2", { id: "h-grid" }, "Coverage"),
            el("div", { class: "bar" }, levels, legend(summary)), frame, detail,
            el("p", { id: "grid-keys", class: "quiet" }, "Numbers count agencies with a current report. ",
              summary.ledger ? "Shades show their share of those that should have one. "
                : "What should exist is not known to this page, so shades compare cells with the fullest one. ",
              "Enter or a click lists them.")),
          el("aside", { "aria-labelledby": "h-digest" },
            el("h2", { id: "h-digest" }, "Latest digest"),
            summary.digest ? el("p", { class: "quiet" }, summary.digest.heading) : null, digest(summary))),
      ],
    };
  };
})();
