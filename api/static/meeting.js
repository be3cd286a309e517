// Where members find each other: completing a place, the list and its map pointing at the same thing, sharing.
// Every page is whole without this file.
"use strict";

// ---- the field that completes what is typed (ARIA 1.2 combobox with a listbox)
function bindPlaces(box) {
  const field = box.querySelector("input[type=search]");
  const code = box.querySelector("input[type=hidden]");
  const list = box.querySelector("[role=listbox]");
  const said = box.querySelector("[role=status]");
  let options = [];
  let chosen = -1;
  let waiting = 0;
  let asking = null;
  Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    "aria-haspopup": "listbox",
  }).forEach(([name, value]) => field.setAttribute(name, value));

  function close() {
    window.clearTimeout(waiting);
    if (asking) asking.abort();
    list.hidden = true;
    list.replaceChildren();
    options = [];
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function point(rank) {
    chosen = rank;
    options.forEach((option, place) => option.item.setAttribute("aria-selected", String(place === rank)));
    if (rank < 0) return field.removeAttribute("aria-activedescendant");
    field.setAttribute("aria-activedescendant", options[rank].item.id);
    options[rank].item.scrollIntoView({ block: "nearest" });
  }

  function take(rank) {
    const { place } = options[rank];
    close();
    if (place.presence_id) {
      window.location.assign(`/presences/${place.presence_id}`);
      return;
    }
    field.value = place.label;
    code.value = place.code || "";
    said.textContent = "";
    field.form.requestSubmit();
  }

  function show(places) {
    list.replaceChildren();
    options = places.map((place, rank) => {
      const item = document.createElement("li");
      const detail = document.createElement("span");
      item.id = `${list.id}-${rank}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = place.label;
      detail.textContent = place.detail;
      item.append(detail);
      // Before the field loses the focus.
      item.addEventListener("pointerdown", (event) => event.preventDefault());
      item.addEventListener("click", () => take(rank));
      list.append(item);
      return { item, place };
    });
    chosen = -1;
    list.hidden = !places.length;
    field.setAttribute("aria-expanded", String(places.length > 0));
    field.removeAttribute("aria-activedescendant");
    said.textContent = places.length
      ? `${places.length} proposition${places.length > 1 ? "s" : ""}, flèches pour choisir`
      : "Aucune proposition : validez pour chercher ce texte";
  }

  async function ask() {
    const text = field.value.trim();
    if (text.length < 2) return close();
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.places}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const found = await answer.json();
      if (document.activeElement === field) show(found.places);
    } catch {
      // The network is off, or something newer has been typed: the form still works by itself.
    }
  }

  field.addEventListener("input", () => {
    // What was chosen before no longer stands for what is typed now.
    code.value = "";
    for (const name of ["lat", "lon"]) if (field.form.elements[name]) field.form.elements[name].value = "";
    window.clearTimeout(waiting);
    waiting = window.setTimeout(ask, 120);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" && list.hidden) {
      event.preventDefault();
      ask();
    } else if (list.hidden) {
      return;
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      point(((chosen < 0 && step < 0 ? 0 : chosen) + step + options.length) % options.length);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "Tab") {
      close();
    }
  });
  field.addEventListener("blur", close);
}
for (const box of document.querySelectorAll("[data-places]")) bindPlaces(box);

// ---- the list and the map in its frame: what is pointed at in one is marked in the other
function bindTalk(side) {
  const frame = side.querySelector("iframe");
  const items = new Map([...side.querySelectorAll("[data-presence]")].map((item) => [Number(item.dataset.presence), item]));
  if (!frame || !items.size) return;
  const say = (maillage, id) => frame.contentWindow.postMessage({ maillage, id }, window.location.origin);
  for (const [id, item] of items) {
    item.addEventListener("mouseenter", () => say("mark", id));
    item.addEventListener("mouseleave", () => say("unmark", null));
    item.addEventListener("focusin", () => say("mark", id));
    item.addEventListener("focusout", () => say("unmark", null));
  }
  window.addEventListener("message", (event) => {
    if (event.origin !== window.location.origin || event.source !== frame.contentWindow) return;
    if (!event.data || event.data.maillage !== "pointed") return;
    const pointed = new Set(event.data.ids);
    for (const [id, item] of items) {
      item.classList.toggle("pointed", pointed.has(id));
      // Only a list that scrolls by itself follows: the page stays where it is.
      if (id === event.data.ids[0] && side.classList.contains("scrolls")) {
        const room = item.closest(".list");
        if (room && room.scrollHeight > room.clientHeight) {
          const top = item.getBoundingClientRect().top - room.getBoundingClientRect().top;
          if (top < 0 || top > room.clientHeight - 80) room.scrollTop += top - 80;
        }
      }
    }
  });
}
for (const side of document.querySelectorAll("[data-talks]")) bindTalk(side);

// ---- « Partager » exists only where it can act
for (const button of document.querySelectorAll("button[data-share]")) {
  const said = document.getElementById(button.dataset.share);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const address = window.location.href;
    try {
      if (navigator.share) return await navigator.share({ title: document.title, url: address });
      await navigator.clipboard.writeText(address);
      said.textContent = "Adresse copiée : elle mène à cette même page, avec les mêmes filtres.";
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = `Copiez cette adresse : ${address}`;
    }
  });
}
