// What all views share: elements made of text alone, data files, addresses within the page.
"use strict";
const Archive = { views: {} };

(() => {
  // Crawled text reaches the page only through here, as text: never as HTML, a style or an event handler.
  Archive.el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name === "onclick" || name === "oninput" || name === "onchange" || name === "onkeydown") {
        node.addEventListener(name.slice(2), value);
      } else if (name === "value") node.value = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return node;
  };
  Archive.zh = (text, tag = "span", attributes = {}) => Archive.el(tag, { lang: "zh-Hans", ...attributes }, text);
  Archive.count = (number) => number.toLocaleString("en-US");
  Archive.plural = (number, one, many = `${one}s`) => `${Archive.count(number)} ${number === 1 ? one : many}`;
  Archive.words = (key) => key.replaceAll("_", " ");
  // The places of the statuses that mean a report: a late one is there all the same.
  Archive.held = (summary) => ["found", "late"].map((name) => summary.statuses.indexOf(name));

  const data = new Map();
  const waiting = new Map();
  Archive.give = (name, value) => data.set(name, value);
  // From file:// nothing may be fetched, but a script tag may be added; the file calls Archive.give.
  Archive.load = (name) => {
    if (data.has(name)) return Promise.resolve(data.get(name));
    if (!waiting.has(name)) {
      waiting.set(name, new Promise((done, fail) => {
        const path = name.split("/").map(encodeURIComponent).join("/");
        const tag = Archive.el("script", { src: `data/${path}.js` });
        const end = () => {
          tag.remove();
          waiting.delete(name);
          if (data.has(name)) done(data.get(name));
          else fail(new Error(`data/${path}.js is not there`));
        };
        tag.addEventListener("load", end);
        tag.addEventListener("error", end);
        document.head.append(tag);
      }));
    }
    return waiting.get(name);
  };

  Archive.link = (...parts) => `#${parts.map((part) => encodeURIComponent(part ?? "")).join("/").replace(/\/+$/, "")}`;
  Archive.address = () => {
    try {
      return location.hash.slice(1).split("/").map(decodeURIComponent);
    } catch {
      return [""];
    }
  };

  Archive.choice = (label, id, options, value, onchange) =>
    Archive.el("label", { class: "field", for: id }, Archive.el("span", {}, label),
      Archive.el("select", { id, onchange: (event) => onchange(event.target.value) },
        options.map(([key, text]) => Archive.el("option", { lang: "zh-Hans", value: key, selected: key === value }, text))));

  Archive.province = (slug) => {
    const found = Archive.summary.provinces.find(([other]) => other === slug);
    return found && found[1] ? `${found[1]} ${slug}` : slug;
  };
})();
