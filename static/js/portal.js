// Small helps; every page works without them.
(() => {
  const narrow = window.matchMedia("(max-width: 991px)");
  const fold = document.querySelector(".side__fold");
  const unfold = () => { if (fold) fold.open = !narrow.matches; };
  unfold();
  narrow.addEventListener("change", unfold);

  const focusWrong = (within) => within.querySelector("[data-focus]")?.focus();
  focusWrong(document);

  // The menu of the person closes by Escape or a click elsewhere.
  const menu = document.querySelector(".person-menu");
  document.addEventListener("click", (event) => { if (menu && !menu.contains(event.target)) menu.open = false; });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // What a page keeps for the way back is its person's: where nobody is signed in, nothing of it stays in the tab.
  if (!menu) sessionStorage.clear();

  // A second click on the button of a form that is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // A page that shows the progress of long work looks again.
  if (document.querySelector("[data-refresh]")) window.setTimeout(() => window.location.reload(), 1500);

  // htmx: a page of sign-in that came instead of a fragment is opened as a page; errors get the focus.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = new URL(event.detail.xhr.responseURL || window.location.href);
    if (!address.pathname.startsWith("/account/login")) return;
    event.detail.shouldSwap = false;
    window.location.assign(window.location.href);
  });
  document.addEventListener("htmx:afterSettle", (event) => focusWrong(event.target));
})();
