// Find a report by agency and year.
"use strict";
(() => {
  const { el, zh, plural, link, choice } = Archive;
  const PAGE = 100;

  const matches = (agency, words, year, level) => {
    const levels = Archive.summary.levels;
    const reports = agency[2].filter(([of, , at]) => (!year || String(of) === year) && (!level || levels[at] === level));
    if (!reports.length || !words.every((word) => agency[1].some((name) => name.includes(word)))) return null;
    return reports;
  };

  const item = (slug, agency, reports) => {
    const [ident, names] = agency;
    return el("li", {},
      el("div", { class: "who" }, zh(names[0], "strong"),
        names.length > 1 ? el("span", { class: "quiet" }, "also ", zh(names.slice(1).join("、"))) : null,
        el("span", { class: "quiet" }, Archive.summary.levels[reports[0][2]])),
      el("div", { class: "years" }, reports.map(([year, scope, , revisions, failed, file]) => el("a", {
        href: link("report", slug, year, file, `${ident}:${year}:${scope}`),
        class: failed ? "failed" : null,
      }, String(year), scope === "own" ? null : el("small", {}, ` ${Archive.words(scope)}`),
      revisions > 1 ? el("small", {}, ` ${revisions} editions`) : null,
      failed ? el("small", {}, ` ✕ ${plural(failed, "sum fails", "sums fail")}`) : null))));
  };

  const listing = (found) => {
    const list = el("ul", { class: "found" });
    const more = el("button", { type: "button", onclick: () => show() }, "Show more");
    let shown = 0;
    const show = () => {
      list.append(...found.slice(shown, shown + PAGE).map(([slug, agency, reports]) => item(slug, agency, reports)));
      shown = Math.min(found.length, shown + PAGE);
      more.hidden = shown >= found.length;
    };
    show();
    return [list, more];
  };

  Archive.views.reader = async (province = "", year = "", level = "", query = "") => {
    const { provinces, years, levels, cells } = Archive.summary;
    const held = Archive.held(Archive.summary);
    const there = new Set(cells.filter((cell) => held.includes(cell[3])).map((cell) => provinces[cell[0]][0]));
    const asked = { province, year, level, query };
    const results = el("div", { class: "results" });
    const said = el("p", { role: "status", class: "quiet" });
    const refresh = async () => {
      history.replaceState(null, "", link("reader", asked.province, asked.year, asked.level, asked.query));
      const words = asked.query.split(/\s+/).filter(Boolean);
      if (!asked.province && !words.length) {
        said.textContent = "Choose a province or type part of an agency's name.";
        results.replaceChildren();
        return;
      }
      const now = JSON.stringify(asked);
      const slugs = asked.province ? [asked.province] : [...there];
      const files = await Promise.all(slugs.map((slug) => (there.has(slug) ? Archive.load(`agencies/${slug}`) : [])));
      if (now !== JSON.stringify(asked)) return; // typed on meanwhile
      const found = [];
      files.forEach((agencies, i) => {
        for (const agency of agencies) {
          const reports = matches(agency, words, asked.year, asked.level);
          if (reports) found.push([slugs[i], agency, reports]);
        }
      });
      said.textContent = found.length ? `${plural(found.length, "agency", "agencies")} with ${plural(found.reduce((n, one) => n + one[2].length, 0), "report")}.`
        : "No report is there for this.";
      results.replaceChildren(...listing(found));
    };
    const change = (name) => (value) => { asked[name] = value; refresh().catch(Archive.fail); };
    const form = el("div", { class: "search", role: "search", "aria-label": "Find a report" },
      choice("Province", "f-province", [["", "any"], ...provinces.map(([slug]) => [slug, Archive.province(slug)])], province, change("province")),
      choice("Year", "f-year", [["", "any"], ...[...years].reverse().map((of) => [String(of), String(of)])], year, change("year")),
      choice("Level", "f-level", [["", "any"], ...levels.map((name) => [name, name])], level, change("level")),
      el("label", { class: "field wide", for: "f-query" }, el("span", {}, "Agency"),
        el("input", { id: "f-query", type: "search", lang: "zh-Hans", value: query, placeholder: "财政局", autocomplete: "off",
          oninput: (event) => change("query")(event.target.value.trim()) })));
    await refresh();
    return { title: "Reader", nodes: [el("h2", {}, "Find a report"), form, said, results] };
  };
})();
