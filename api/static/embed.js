// The page is whole without this: it only spares the button, and copies.
"use strict";

const form = document.getElementById("embed-form");
const said = document.getElementById("embed-said");
let latest = 0;

// Who has already stepped to the code keeps their place in it when it is written anew.
function replaceResult(given) {
  const steps = (part) => [...part.querySelectorAll("textarea, button, iframe, a")];
  const shown = document.getElementById("embed-result");
  const stoodOn = steps(shown).indexOf(document.activeElement);
  shown.replaceWith(document.adoptNode(given));
  offerCopies();
  if (stoodOn >= 0) steps(given)[stoodOn].focus({ preventScroll: true });
}

async function renew() {
  if (!form.checkValidity()) {
    const { min, max, step } = form.elements.height;
    said.textContent = `La hauteur va de ${min} à ${max} pixels, de ${step} en ${step} : le code affiché est celui du dernier choix.`;
    return;
  }
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const address = asked.size ? `/embed?${asked}` : "/embed";
  const turn = ++latest;
  try {
    const answer = await fetch(address);
    if (!answer.ok || turn !== latest) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const given = page.getElementById("embed-result");
    if (turn !== latest || !given) return;
    replaceResult(given);
    history.replaceState(null, "", address);
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
