// Niceties. Without this script the same forms lead to pages that say the same.
(() => {
  "use strict";
  // What asks first does so in a dialog instead of on a page of its own.
  const dialog = document.getElementById("ask");
  const box = document.getElementById("send");
  for (const element of document.querySelectorAll("[data-dialog]")) {
    const form = element.tagName === "FORM";
    element.addEventListener(form ? "submit" : "click", (event) => {
      if (!dialog || (form && !box.checked)) return;
      event.preventDefault();
      dialog.showModal();
    });
  }
  // Whoever cancels has changed nothing, and the check box says so again.
  if (dialog) dialog.addEventListener("close", () => { box.checked = box.defaultChecked; box.focus(); });

  // A preview takes a while: say so, and ask once.
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", () => {
      form.querySelector("button").disabled = true;
      form.querySelector(".busy").textContent = form.dataset.busy;
    });
  }
  addEventListener("pageshow", () => { // back from another page
    for (const button of document.querySelectorAll("form[data-busy] button")) button.disabled = false;
  });
})();
