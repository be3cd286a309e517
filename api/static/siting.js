// Choosing without leaving the page: the same addresses as the links and the form, only the answer is put in place.
"use strict";

(() => {
  const PLACE = "#essai";
  let asked = 0;

  const readForm = (form) => {
    const codes = new FormData(form).getAll("commune").filter(Boolean);
    const query = new URLSearchParams();
    if (codes.length) query.set("commune", [...new Set(codes)].join(","));
    for (const [name, value] of new FormData(form)) {
      if (name !== "commune" && value && !(name === "minutes" && value === "30")) query.set(name, value);
    }
    const text = query.toString().replaceAll("%2C", ",");
    return `${new URL(form.action).pathname}${text ? `?${text}` : ""}`;
  };

  const show = async (address, { keep = true } = {}) => {
    const turn = ++asked;
    const place = document.querySelector(PLACE);
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== asked) return;
      const fresh = page.querySelector(PLACE);
      const focused = document.activeElement ? document.activeElement.id : "";
      // The sentence that is read aloud stays the same element: only its words change.
      const said = place.querySelector("[data-siting-says]");
      said.textContent = fresh.querySelector("[data-siting-says]").textContent;
      fresh.querySelector("[data-siting-says]").replaceWith(said);
      place.replaceChildren(...fresh.childNodes);
      place.removeAttribute("aria-busy");
      listen(place);
      if (focused && document.getElementById(focused)) document.getElementById(focused).focus({ preventScroll: true });
      if (keep) history.pushState(null, "", `${address}${PLACE}`);
    } catch {
      // Without an answer, the browser goes there by itself and says why.
      location.assign(`${address}${PLACE}`);
    }
  };

  const listen = (root) => {
    for (const link of root.querySelectorAll("[data-siting-link]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
        event.preventDefault();
        const address = link.getAttribute("href").split("#")[0];
        show(address);
        if (!link.closest(PLACE)) document.querySelector(PLACE).scrollIntoView();
      });
    }
    for (const form of root.querySelectorAll("[data-siting-form]")) {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        show(readForm(form));
      });
      form.addEventListener("change", () => show(readForm(form)));
    }
  };

  listen(document);
  window.addEventListener("popstate", () => show(`${location.pathname}${location.search}`, { keep: false }));
})();
