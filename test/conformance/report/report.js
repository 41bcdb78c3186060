// The filter, and paper. Without this script all checks are shown and the filter is not.
(() => {
  "use strict";
  const filter = document.getElementById("filter");
  const level = document.getElementById("level");
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const outcomes = [...filter.querySelectorAll('input[name="outcome"]')];
  const checks = [...document.querySelectorAll("article")].map((article) => ({article, text: article.textContent.toLowerCase()}));

  const apply = () => {
    const wanted = new Set(outcomes.filter((box) => box.checked).map((box) => box.value));
    const words = search.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const {article, text} of checks) {
      article.hidden = !(wanted.has(article.dataset.outcome) && (!level.value || level.value === article.dataset.level) &&
        words.every((word) => text.includes(word)));
      shown += article.hidden ? 0 : 1;
    }
    for (const topic of document.querySelectorAll(".topic")) {
      topic.hidden = !topic.querySelector("article:not([hidden])");
    }
    count.textContent = `${shown} of ${checks.length} checks shown`;
  };

  filter.hidden = false;
  filter.addEventListener("input", apply);
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.addEventListener("reset", () => setTimeout(apply)); // the fields are reset after this event
  apply();

  // Whoever follows a link to a check wants to see it, filtered or not.
  const reveal = () => {
    const article = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (article && article.closest("[hidden]")) {
      filter.reset();
      setTimeout(() => article.scrollIntoView());
    }
  };
  addEventListener("hashchange", reveal);

  // On paper, evidence is open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => (details.open = true));
  });
  addEventListener("afterprint", () => opened.forEach((details) => (details.open = false)));
})();
