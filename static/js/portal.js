// Small helps; every page works without them.
(() => {
  const narrow = window.matchMedia("(max-width: 991px)");
  const fold = document.querySelector(".side__fold");
  const unfold = () => { if (fold) fold.open = !narrow.matches; };
  unfold();
  narrow.addEventListener("change", unfold);

  // Filters stand open where there is room; browsers that let no style open a fold are helped.
  const telephone = window.matchMedia("(max-width: 640px)");
  const unfoldFilters = () => {
    if (CSS.supports("selector(::details-content)") || telephone.matches) return;
    document.querySelectorAll(".filter-fold").forEach((one) => { one.open = true; });
  };
  unfoldFilters();

  // The groups of the menu stay as their person left them: the next page comes with them so.
  document.querySelectorAll(".side__group[data-group] > summary").forEach((summary) => {
    summary.addEventListener("click", () => {
      const group = summary.parentElement, key = group.dataset.group;
      const [, old = ""] = /(?:^|;\s*)menu=([^;]*)/.exec(document.cookie) || [];
      const others = old.split(".").filter((word) => word && word.slice(1) !== key);
      const kept = [...others, `${group.open ? "-" : "+"}${key}`].join(".");  // it opens or closes after this click
      const secure = window.location.protocol === "https:" ? "; secure" : "";
      document.cookie = `menu=${kept}; path=/; max-age=31536000; samesite=lax${secure}`;
    });
  });

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

  const person = menu ? document.body.dataset.person : "";

  // A second click on the button of a form that is on its way does nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;  // held back, it is not on its way
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(() => delete form.dataset.sent, 8000);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // An amount of many digits is read back in ten thousand yuan, so that a zero too many is seen; not in tables of them.
  document.querySelectorAll("[data-yuan]").forEach((input) => {
    if (input.closest("table")) return;
    const said = document.createElement("output");
    said.className = "field__echo";
    said.htmlFor = input.id;
    input.after(said);
    const say = () => {
      const found = /^(\d{1,16})(?:\.(\d{1,2})0*)?$/.exec(input.value.normalize("NFKC").replace(/[,\s]/g, ""));
      if (!found || found[1].length < 5) { said.textContent = ""; return; }
      const whole = found[1].slice(0, -4).replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",");
      const places = (found[1].slice(-4) + (found[2] || "")).replace(/0+$/, "");
      said.textContent = input.dataset.yuan.replace("{amount}", places ? `${whole}.${places}` : whole);
    };
    let wait = 0;
    input.addEventListener("input", () => { window.clearTimeout(wait); wait = window.setTimeout(say, 400); });
    say();
  });

  // Long lists of choices in folds have a field that finds among them; what is ticked stays in sight.
  document.querySelectorAll("[data-find]").forEach((folds) => {
    const words = document.createElement("label"), field = document.createElement("input");
    field.type = "search";
    field.className = "form-control";
    words.className = "folds__find";
    words.append(folds.dataset.find, field);
    folds.before(words);
    field.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    field.addEventListener("input", () => {
      const sought = field.value.trim().toLowerCase(), has = (one) => one.textContent.toLowerCase().includes(sought);
      folds.querySelectorAll("details").forEach((fold) => {
        const whole = has(fold.querySelector("summary"));
        const shown = [...fold.querySelectorAll("label")].filter((one) => {
          one.hidden = !(whole || has(one) || one.querySelector(":checked"));
          return !one.hidden;
        });
        fold.hidden = !shown.length;
        fold.open = shown.length > 0 && (sought !== "" || fold.querySelector(":checked") !== null);
      });
    });
  });

  // A page that shows the progress of long work leads to its result; whoever is on the way elsewhere by then gets there.
  // A download leaves nothing: after ten seconds the page leads on as before.
  let left = 0;
  window.addEventListener("beforeunload", () => { left = Date.now(); });
  window.addEventListener("pageshow", () => { left = 0; });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const polls = event.target.closest?.("[hx-trigger^=every]") && event.detail.xhr.getResponseHeader("HX-Redirect");
    if (polls && Date.now() - left < 10_000) event.preventDefault();
  });

  // Whoever signed in again in another window has another token there: a page that was open before takes it over, if it is
  // the same person's, so that what was typed is not lost. Says whether it did.
  const SECRET = "csrfmiddlewaretoken";
  const here = () => fetch(window.location.href, { credentials: "same-origin" });
  const takeOver = async (page) => {
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector(`[name=${SECRET}]`)?.value;
    if (!person || !token || fresh.body.dataset.person !== person) return false;
    document.querySelectorAll(`[name=${SECRET}]`).forEach((field) => { field.value = token; });
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    return true;
  };
  // Sends; what is refused with an old token is sent once more with the new one. Where nobody is signed in, the answer is
  // that of this page itself, which led elsewhere (`redirected`).
  let renews = true;
  window.portalSend = async (send) => {
    const answer = await send();
    if (answer.status !== 403 || !renews) return answer;
    const page = await here();
    if (page.redirected) return page;
    if (!(await takeOver(page))) return answer;
    const again = await send();
    renews = again.status !== 403;  // else it is what is sent that is refused, and not the token that is old
    return again;
  };

  // Whoever comes to the front after a sign-in elsewhere, or back from a form that was too old, keeps what was typed.
  const SIGNED = "signed-in", OLD = "too-old";
  let old = false;
  const renew = async () => { if (old) old = !(await here().then(takeOver).catch(() => false)); };
  document.addEventListener("submit", (event) => {
    if (event.target.querySelector("[type=password]")) localStorage.setItem(SIGNED, String(Date.now()));
  });
  window.addEventListener("storage", (event) => { if (event.key === SIGNED) old = renews = true; });
  window.addEventListener("focus", renew);
  if (document.querySelector("[data-too-old]")) sessionStorage.setItem(OLD, "1");
  window.addEventListener("pageshow", () => {
    if (document.querySelector("[data-too-old]") || !sessionStorage.getItem(OLD)) return;
    sessionStorage.removeItem(OLD);
    old = true;
    renew();
  });

  // htmx: a page of sign-in that came instead of a fragment is opened as a page; errors get the focus.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const address = new URL(event.detail.xhr.responseURL || window.location.href);
    if (!address.pathname.startsWith("/account/login")) return;
    event.detail.shouldSwap = false;
    window.location.assign(window.location.href);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    focusWrong(event.target);
    unfoldFilters();
    // Whoever pressed what is not there any more (another page of a list, a filter folded away) goes on at the rows.
    if (document.activeElement !== document.body) return;
    const list = document.getElementById(event.target.id)?.closest(".list");
    (list?.querySelector(".table-wrap") || list?.querySelector(".empty a"))?.focus();
  });
})();
