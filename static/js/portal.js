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

  // Whoever signs in again in another window has another token for forms: a page that was open before takes it over, so
  // that what was typed is not lost. Only for the same person.
  const who = (of) => of.querySelector(".person-menu summary")?.textContent;
  const renew = (now) => {
    const token = now.querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (!token || !menu || who(now) !== who(document)) return false;
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
    return true;
  };
  // Sends what `body` gives; refused with an old token, it is sent once more with the new one. Where nobody is signed in
  // the answer is that of the page itself: led elsewhere (`redirected`).
  window.portalSend = async (url, body) => {
    const send = () => fetch(url, {
      method: "POST", body: body(), credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
    });
    const answer = await send();
    if (answer.status !== 403) return answer;
    const here = await fetch(window.location.href, { credentials: "same-origin" });
    if (here.redirected) return here;
    return here.ok && renew(new DOMParser().parseFromString(await here.text(), "text/html")) ? send() : answer;
  };

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
