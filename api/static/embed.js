// The page is whole without this: it only spares the button, and copies.
"use strict";

const form = document.getElementById("embed-form");
const said = document.getElementById("embed-said");
let latest = 0;

async function renew() {
  if (!form.checkValidity()) return;
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const address = asked.size ? `/embed?${asked}` : "/embed";
  const turn = ++latest;
  try {
    const answer = await fetch(address);
    if (!answer.ok || turn !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const given = page.getElementById("embed-result");
    if (turn !== latest || !given) return;
    document.getElementById("embed-result").replaceWith(document.adoptNode(given));
    history.replaceState(null, "", address);
    offerCopies();
    said.textContent = "L’aperçu et le code sont à jour.";
  } catch {
    said.textContent = "Le réseau ne répond pas : le code affiché est celui du dernier choix.";
  }
}

function offerCopies() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(code.value);
        said.textContent = "Code copié : collez-le dans la page de votre site.";
      } catch {
        code.select();
        said.textContent = "Le code est sélectionné : copiez-le avec Ctrl + C.";
      }
    });
  }
}

form.addEventListener("change", renew);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  renew();
});
offerCopies();
