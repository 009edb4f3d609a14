// Small helps; every page works without them.
(() => {
  const fold = document.querySelector(".side__fold[data-wide-open]");
  if (fold && window.matchMedia("(min-width: 992px)").matches) fold.open = true;
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();
  // A second click on the button of a form that is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
  const progress = document.querySelector("[data-refresh]");
  if (progress) window.setTimeout(() => window.location.reload(), 1500);
})();
