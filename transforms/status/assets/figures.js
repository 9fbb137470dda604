// Figures of a report, table by table as rows and columns; a cell whose sums fail says so.
"use strict";
(() => {
  const { el, zh, words } = Archive;
  const TITLES = {
    t2: "Proactive disclosure", t3: "Requests received and handled", t4: "Reviews and litigation",
    stat: "Statistics form", local: "Local table", narrative: "Told in the text",
  };
  const SIGNS = { blank: "blank", dash: "—", slash: "/", missing_table: "table missing", image_table: "table is an image", unparsed: "unread" };

  const shown = (figure) => {
    const text = figure.value_printed || SIGNS[figure.state] || words(figure.state);
    return figure.state === "value" || figure.value_printed ? zh(text) : el("span", { class: "quiet" }, text);
  };

  const cell = (figure) => {
    if (!figure) return el("td", { class: "none" });
    const failed = figure.rule_ok === false;
    const read = figure.value === null ? words(figure.state) : `read as ${figure.value}${figure.unit ? ` ${figure.unit}` : ""}`;
    return el("td", { class: `number${failed ? " failed" : ""}`, title: figure.qualifier ? `${read}, ${words(figure.qualifier)}` : read },
      shown(figure), failed ? el("span", { class: "mark" }, "✕", el("span", { class: "unseen" }, " its sum fails")) : null);
  };

  const distinct = (figures, name) => [...new Set(figures.map((figure) => figure[name]))];

  const pivot = (figures) => {
    const labels = new Map(figures.map((figure) => [figure.row, figure.label_printed]));
    const at = new Map(figures.map((figure) => [JSON.stringify([figure.row, figure.column]), figure]));
    let rows = distinct(figures, "row");
    let columns = distinct(figures, "column");
    const flat = rows.length === 1 && columns.length > 1; // one long row reads better as a list
    const find = (row, column) => at.get(JSON.stringify(flat ? [column, row] : [row, column]));
    if (flat) [rows, columns] = [columns, rows];
    const heads = columns.length > 1;
    return el("div", { class: "scroll" }, el("table", { class: "rows figures" },
      heads ? el("thead", {}, el("tr", {}, el("td"), columns.map((name) => el("th", { scope: "col", class: "number" }, words(name))))) : null,
      el("tbody", {}, rows.map((row) => {
        const label = flat ? (find(row, columns[0])?.label_printed ?? "") : labels.get(row);
        return el("tr", {}, el("th", { scope: "row" }, label && label !== row ? [zh(label), el("small", {}, words(row))] : words(row)),
          columns.map((column) => cell(find(row, column))),
          heads ? null : el("td", { class: "unit" }, zh(find(row, columns[0])?.unit ?? "")));
      }))));
  };

  Archive.figures = (report) => {
    const names = Archive.summary.fields.figures;
    const figures = report.figures.map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]])));
    if (!figures.length) return [el("p", { class: "quiet" }, "No figure was read from this report.")];
    const failed = figures.filter((figure) => figure.rule_ok === false).length;
    const verdict = failed ? `${Archive.plural(failed, "cell", "cells")} marked ✕: the sum that each closes does not hold.`
      : "Every sum that could be checked holds.";
    const order = Object.keys(TITLES);
    const groups = [...new Set(figures.map((figure) => JSON.stringify([figure.form, figure.table])))]
      .sort((one, other) => order.indexOf(JSON.parse(one)[1]) - order.indexOf(JSON.parse(other)[1]));
    return [el("p", { class: failed ? "alert" : "quiet" }, figures.some((figure) => figure.rule_ok !== null) ? verdict : "No sum can be checked here."),
      ...groups.flatMap((group) => {
        const [form, table] = JSON.parse(group);
        const kind = form === table ? "" : ` (form ${form}, ${table})`;
        return [el("h4", {}, `${TITLES[table] ?? table}${kind}`), pivot(figures.filter((figure) => figure.form === form && figure.table === table))];
      })];
  };
})();
