// Conveniences. Without this script the same forms lead to pages with the same content.
(() => {
  "use strict";
  // A form or link that must ask first opens the dialog instead of a page of its own.
  const dialog = document.getElementById("ask");
  const box = document.getElementById("send");
  for (const element of document.querySelectorAll("[data-dialog]")) {
    const form = element.tagName === "FORM";
    element.addEventListener(form ? "submit" : "click", (event) => {
      if (!dialog || (form && !box.checked)) return;
      event.preventDefault();
      for (const other of dialog.querySelectorAll('input[name^="category."]')) other.checked = box.form.elements[other.name].checked;
      dialog.showModal();
    });
  }
  // Cancel changes nothing, so the check boxes show the decision in force again.
  if (dialog) dialog.addEventListener("close", () => { box.form.reset(); box.focus(); });

  // A preview takes a while: show that it is being made, and request it once.
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
