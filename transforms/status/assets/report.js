// One report: what it says, its figures, where it came from.
"use strict";
(() => {
  const { el, zh, count, link, words } = Archive;
  const named = (names, values) => Object.fromEntries(names.map((name, i) => [name, values[i]]));
  const squeezed = (text) => text.replace(/\s+/g, "");

  // Lines with tabs are the rows of a printed table; the figures show it better, so it is folded away.
  const prose = (lines) => {
    const nodes = [];
    let rows = [];
    const close = () => {
      if (rows.length) {
        nodes.push(el("details", {}, el("summary", {}, `Table as printed, ${Archive.plural(rows.length, "row")}`),
          el("div", { class: "scroll" }, el("table", { class: "printed", lang: "zh-Hans" }, el("tbody", {},
            rows.map((row) => el("tr", {}, row.split("\t").map((cell) => el("td", {}, cell)))))))));
      }
      rows = [];
    };
    for (const line of lines) {
      if (line.includes("\t")) rows.push(line);
      else {
        close();
        nodes.push(zh(line.trim(), "p"));
      }
    }
    close();
    return nodes;
  };

  const section = (part, parts) => {
    let lines = (part.text ?? "").split("\n").filter((line) => line.trim());
    const heading = part.heading || (part.section === "preamble" ? "" : lines[0] ?? "");
    if (heading && lines.length && squeezed(lines[0]) === squeezed(heading)) lines = lines.slice(1);
    const inner = parts.filter((other) => other.level === 2 && other.parent === part.section);
    return el("section", { class: "part" },
      el("h4", {}, heading ? zh(heading) : null, el("small", {}, words(part.section),
        part.also?.length ? ` + ${part.also.map(words).join(", ")}` : "", part.status === "found" ? "" : ` · ${words(part.status)}`)),
      inner.length ? el("ul", { class: "inner", "aria-label": "Parts" }, inner.map((other) => el("li", {}, zh(other.heading || words(other.section))))) : null,
      prose(lines));
  };

  const sections = (report) => {
    const parts = report.sections.map((values) => named(Archive.summary.fields.sections, values));
    const lacking = parts.filter((part) => part.level === 0);
    return [
      ...parts.filter((part) => part.level === 1).map((part) => section(part, parts)),
      lacking.length ? el("p", { class: "quiet" }, "Not a section of its own: ",
        lacking.map((part) => `${words(part.section)} (${words(part.status)}${part.parent ? ` in ${words(part.parent)}` : ""})`).join(", "), ".") : null,
    ];
  };

  const copy = async (text, button, shown) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch { // not allowed here: select it instead, so that Ctrl+C takes it
      getSelection().selectAllChildren(shown);
      button.textContent = "Selected";
    }
  };

  const source = (values) => {
    const from = named(Archive.summary.fields.sources, values);
    const pointer = `${from.warc_key} ${from.warc_offset} ${from.warc_length}`;
    const shown = el("code", {}, pointer);
    const button = el("button", { type: "button", onclick: () => copy(pointer, button, shown), "aria-label": "Copy key, offset and length of the archived record" }, "Copy");
    const query = new URLSearchParams({ key: from.warc_key, offset: from.warc_offset, length: from.warc_length });
    return el("li", {},
      el("div", {}, el("span", { class: `state ${from.provenance === "official" ? "good" : "warn"}` }, from.provenance), " ",
        el("strong", {}, words(from.relation)), from.similarity === null ? "" : ` ${Math.round(from.similarity * 100)} %`,
        from.fetched_at ? `, captured ${from.fetched_at} UTC` : ", capture time unknown"),
      el("div", { class: "url" }, from.url || "address unknown"),
      el("div", { class: "pointer" }, el("span", { class: "quiet" }, "WARC key, offset, length "), shown, button,
        Archive.recordUrl ? el("a", { href: `${Archive.recordUrl}?${query}`, download: "" }, "Download payload as text") : null));
  };

  const facts = (report) => {
    const rows = [
      ["Agency", zh(report.agency_name)],
      ["As printed", report.agency_name_printed && report.agency_name_printed !== report.agency_name ? zh(report.agency_name_printed) : null],
      ["Level", report.agency_level],
      ["Scope", words(report.report_scope)],
      ["Published", report.published_on ? `${report.published_on} (${words(report.published_basis)})` : "day unknown"],
      ["Provenance", report.provenance],
      ["Length", `${count(report.n_chars)} characters`],
      ["Form", report.era_by_structure || "not told"],
      ["Confidence", `year ${report.confidence_year}, agency ${report.confidence_agency}, level ${report.confidence_level}`],
      ["Flags", report.flags.length ? report.flags.map(words).join(", ") : "none"],
      ["Report id", el("code", { lang: "zh-Hans" }, report.report_id)],
    ];
    return el("dl", { class: "facts" }, rows.filter(([, value]) => value !== null).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
  };

  const jump = (label, id) => el("button", { type: "button", onclick: () => document.getElementById(id).focus() }, label);

  Archive.views.report = async (province, year, file, ident, revision = "") => {
    const reports = await Archive.load(`reports/${province}/${year}/${file}`);
    const editions = reports.filter((report) => report.report_id === ident);
    const report = editions.find((one) => String(one.revision) === revision) ?? editions.find((one) => one.is_current) ?? editions[0];
    if (!report) throw new Error(`${ident} is not in this file; the page was built anew meanwhile`);
    return {
      title: `${report.agency_name} ${year}`,
      nodes: [
        el("p", { class: "crumbs" }, zh(`${Archive.province(province)} ${year}`, "a", { href: link("reader", province, year) })),
        el("h2", { tabindex: "-1", id: "title" }, zh(report.title), report.title_inferred ? el("small", {}, " title not printed") : null),
        editions.length > 1 ? el("p", { class: "editions" }, "Editions: ", editions.map((one) => el("a", {
          href: link("report", province, year, file, ident, one.revision), "aria-current": one === report ? "true" : null,
        }, `${one.revision}${one.is_current ? " (current)" : ""}`))) : null,
        facts(report),
        el("div", { class: "jumps", role: "group", "aria-label": "Go to" }, jump("Text", "text"), jump("Figures", "figures"), jump("Sources", "sources")),
        el("h3", { id: "text", tabindex: "-1" }, "Text"), el("div", { class: "text" }, sections(report)),
        el("h3", { id: "figures", tabindex: "-1" }, "Figures"), ...Archive.figures(report),
        el("h3", { id: "sources", tabindex: "-1" }, `Sources (${report.sources.length})`), el("ul", { class: "sources" }, report.sources.map(source)),
      ],
      focus: "#title",
      view: "reader",
    };
  };
})();
