// Crawl health: one row a family, and the sites of the family that is open.
"use strict";
(() => {
  const { el, zh, count, plural, link, words } = Archive;
  const PAGE = 200;

  const meter = (family) => {
    const parts = [["good", family.healthy], ["warn", family.partial], ["bad", family.failing], ["off", family.never]];
    const node = el("span", { class: "meter", "aria-hidden": "true" });
    for (const [tone, number] of parts) {
      if (!number) continue;
      const part = el("span", { class: tone });
      part.style.flexGrow = String(number);
      node.append(part);
    }
    return node;
  };

  const table = (families, open) => el("table", { class: "rows health" },
    el("caption", { class: "unseen" }, "Site families by the outcome of their sites' last crawl"),
    el("thead", {}, el("tr", {}, ["Family", "Sites", "", "Good", "Partial", "Failing", "Never crawled", "Requests", "Errors", "Last crawl"]
      .map((text, i) => el(text ? "th" : "td", { scope: text ? "col" : null, class: i > 2 || i === 1 ? "number" : null }, text)))),
    el("tbody", {}, families.map((family) => el("tr", { class: family.family === open ? "open" : null },
      el("th", { scope: "row" }, el("a", { href: link("crawls", family.family), "aria-current": family.family === open ? "true" : null }, family.family)),
      el("td", { class: "number" }, count(family.sites)), el("td", {}, meter(family)),
      [["good", family.healthy], ["warn", family.partial], ["bad", family.failing], ["off", family.never]].map(([tone, number]) =>
        el("td", { class: `number ${number ? tone : "zero"}` }, count(number))),
      el("td", { class: "number" }, count(family.requests)), el("td", { class: "number" }, count(family.errors)),
      el("td", { class: "number" }, family.last || "–")))));

  const tone = (site) => (site.outcome === null ? "off" : ["ok", "nothing_new"].includes(site.outcome) ? "good" : site.outcome === "partial" ? "warn" : "bad");
  const RANK = { bad: 0, warn: 1, off: 2, good: 3 };

  const sites = (rows) => {
    const ordered = [...rows].sort((one, other) => RANK[tone(one)] - RANK[tone(other)]);
    const body = el("tbody");
    const more = el("button", { type: "button", onclick: () => show() }, "Show more");
    let shown = 0;
    const show = () => {
      body.append(...ordered.slice(shown, shown + PAGE).map((site) => el("tr", {},
        el("td", {}, el("span", { class: `state ${tone(site)}` }, site.outcome === null ? "never crawled" : words(site.outcome))),
        el("th", { scope: "row" }, site.site_id), el("td", {}, zh(site.name)), el("td", { class: "host" }, site.host),
        el("td", {}, site.province), el("td", { class: "number" }, site.started ? site.started.slice(0, 10) : "–"),
        el("td", { class: "number" }, site.pages === null ? "–" : count(site.pages)),
        el("td", { class: "number" }, site.errors === null ? "–" : count(site.errors)),
        el("td", { class: "why" }, site.detail || ""))));
      shown = Math.min(ordered.length, shown + PAGE);
      more.hidden = shown >= ordered.length;
    };
    show();
    return [el("div", { class: "scroll" }, el("table", { class: "rows sites" },
      el("thead", {}, el("tr", {}, ["Last crawl", "Site", "Name", "Host", "Province", "Day", "Pages", "Errors", "Detail"]
        .map((text, i) => el("th", { scope: "col", class: i > 4 && i < 8 ? "number" : null }, text)))), body)), more];
  };

  Archive.views.crawls = async (open = "") => {
    const { families } = Archive.summary;
    const nodes = [el("h2", {}, "Crawl health"),
      el("p", { class: "quiet" }, "Each site counts by its last crawl. A family opens its sites, the failing ones first."),
      families.length ? el("div", { class: "scroll" }, table(families, open)) : el("p", {}, "The registry is empty and nothing was crawled.")];
    if (families.some((family) => family.family === open)) {
      const rows = await Archive.load(`sites/${open}`);
      nodes.push(el("h3", { id: "family", tabindex: "-1" }, `${open}: ${plural(rows.length, "site")}`), sites(rows));
    }
    return { title: "Crawls", nodes: nodes.flat(), focus: open ? "#family" : null };
  };
})();
