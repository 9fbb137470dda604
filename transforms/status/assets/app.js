// Shows the view that the address names.
"use strict";
(() => {
  const { el } = Archive;
  const main = document.getElementById("main");
  let turn = 0;

  const show = (nodes) => main.replaceChildren(...nodes.filter((node) => node !== null));
  Archive.fail = (error) => show([el("h2", {}, "This cannot be shown"), el("p", { class: "alert" }, error.message)]);

  const route = async (event) => {
    const [name, ...rest] = Archive.address();
    if (name === "main") return main.focus();
    const mine = ++turn;
    const view = Object.hasOwn(Archive.views, name) ? name : "coverage";
    try {
      const shown = await Archive.views[view](...(view === name ? rest : []));
      if (mine !== turn) return undefined; // somebody went on meanwhile
      show(shown.nodes);
      document.title = `${shown.title} · National Report Archive`;
      for (const tab of document.querySelectorAll("nav [data-view]")) {
        if (tab.dataset.view === (shown.view ?? view)) tab.setAttribute("aria-current", "page");
        else tab.removeAttribute("aria-current");
      }
      if (event) {
        scrollTo(0, 0);
        (shown.focus ? document.querySelector(shown.focus) : main).focus();
      }
    } catch (error) {
      if (mine === turn) Archive.fail(error);
    }
    return undefined;
  };

  Archive.load("summary").then((summary) => {
    Archive.summary = summary;
    addEventListener("hashchange", route);
    return route();
  }).catch(Archive.fail);
})();
