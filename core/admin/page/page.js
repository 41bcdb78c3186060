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
      dialog.querySelector("h2").focus(); // the text is read from its beginning, and nothing looks chosen
    });
  }
  // Cancel changes nothing, so the form shows the decision in force again.
  if (dialog) dialog.addEventListener("close", () => {
    box.form.reset();
    box.dispatchEvent(new Event("input", {bubbles: true}));
    box.focus();
  });

  // Update can be pressed only if something was changed, once the customer has decided.
  const settled = document.querySelector("form[data-settled]");
  const changed = (e) => e.checked !== e.defaultChecked || e.type !== "checkbox" && e.value !== e.defaultValue;
  const offer = () => {
    settled.querySelector("[type=submit]").disabled = ![...settled.querySelectorAll("input")].some(changed);
  };
  if (settled) {
    settled.addEventListener("input", offer);
    addEventListener("pageshow", offer); // back from another page
    offer();
  }

  // Search hides what does not match. Without script the browser's own search works: all is on the page.
  const holds = (element, text) => element && element.textContent.toLowerCase().includes(text);
  const within = (item, text) => { // an item that matches, or is part of one whose name or description does
    if (holds(item, text)) return true;
    for (let above = item.parentElement.closest(".found"); above; above = above.parentElement.closest(".found")) {
      if (holds(above.querySelector(".field"), text) || holds(above.querySelector(".value"), text)) return true;
    }
    return holds(item.closest(".branch")?.querySelector("summary"), text);
  };
  for (const line of document.querySelectorAll(".search")) {
    const place = line.closest(".searched") ?? line.nextElementSibling;
    const items = [...place.querySelectorAll(".found")];
    line.hidden = false;
    line.querySelector("input").addEventListener("input", (event) => {
      const text = event.target.value.trim().toLowerCase();
      for (const item of items) item.hidden = text !== "" && !within(item, text);
      for (const branch of place.querySelectorAll(".branch")) {
        branch.hidden = text !== "" && !branch.querySelector(".found:not([hidden])");
        if (text !== "") branch.open = true;
      }
      const left = items.filter((item) => !item.hidden && !item.querySelector(".found")).length;
      const all = items.filter((item) => !item.querySelector(".found")).length;
      line.querySelector("[role=status]").textContent = text === "" ? "" : `${left} of ${all} found`;
    });
  }
  for (const line of document.querySelectorAll(".folding")) {
    line.hidden = false;
    line.addEventListener("click", (event) => {
      const fold = event.target.dataset.fold;
      if (!fold) return;
      for (const branch of line.closest(".long").querySelectorAll(".branch")) branch.open = fold === "open";
    });
  }

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
