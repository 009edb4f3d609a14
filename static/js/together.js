// A section's page tells the portal each ten seconds that it is open, keeps what is typed, and shows who else is here.
// Without script the form works as any form; only nothing is kept before it is saved.
(() => {
  // Names of colleagues, put in where the cursor stands.
  document.querySelectorAll("[data-mentions]").forEach((row) => {
    const text = row.closest("form").querySelector("textarea");
    row.hidden = false;
    row.addEventListener("click", (event) => {
      const name = event.target.dataset.mention;
      if (!name) return;
      text.setRangeText(name, text.selectionStart, text.selectionEnd, "end");
      text.focus();
    });
  });

  const form = document.querySelector("form[data-together]");
  if (!form) return;
  const EVERY = 10000, AFTER = 1500, IDLE = 300000, PATIENCE = 20000;
  const LEFT = `left:${form.dataset.together}:${form.dataset.place}`;
  const box = form.querySelector("[data-state]");
  const said = box.querySelector("[data-said]");
  const others = box.querySelector("[data-others]");
  // dirty: typed and not saved; changed: typed since the last request; unkept: typed and not known to be kept, be it
  // under way or refused; lost: the last request found no portal, or nobody signed in.
  let dirty = "dirty" in form.dataset, changed = false, unkept = false, lost = false;
  let gone = false, busy = false, waits = false, discards = false, timer = 0, turn = 0, last = Date.now();

  const say = (text, tone) => { if (said.textContent !== text) said.textContent = text; box.dataset.tone = tone; };
  const entries = () => [...new FormData(form)].filter(([, value]) => !(value instanceof File));

  const body = (typed, left) => {
    const sent = new FormData();
    if (typed) entries().forEach(([name, value]) => sent.append(name, value));
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sent.set("page", form.elements.page.value);
    sent.set("place", form.dataset.place);
    sent.set("read", form.elements.version.value);
    if (typed) { turn += 1; sent.set("typed", "1"); sent.set("turn", turn); }
    if (left) sent.set("left", "1");
    if (dirty) sent.set("dirty", "1");
    return sent;
  };

  const send = (sent) => fetch(form.dataset.together, {
    method: "POST", body: sent, credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
    signal: AbortSignal.timeout(PATIENCE),
  });

  // Whether somebody else is signed in in this browser by now.
  const isAnother = async () => {
    const page = await fetch(window.location.href, { credentials: "same-origin" });
    const { person } = new DOMParser().parseFromString(await page.text(), "text/html").body.dataset;
    return person !== undefined && person !== document.body.dataset.person;
  };

  const show = (html) => {
    const part = document.createElement("div");
    part.innerHTML = html;  // the portal's own fragment; it escapes what people wrote
    const kept = part.querySelector("[data-kept]"), refused = part.querySelector("[data-unkept]");
    if (kept) { say(kept.textContent, "good"); kept.remove(); }
    if (refused) { unkept = true; say(refused.textContent, "bad"); refused.remove(); }
    if (others.innerHTML.trim() !== part.innerHTML.trim()) others.innerHTML = part.innerHTML;
  };

  const tell = async () => {
    if (gone || busy) return;
    busy = true;
    const typed = changed;
    changed = false;
    const miss = (text) => { lost = true; changed = changed || typed; if (changed) say(text, "bad"); };
    if (typed) say(said.dataset.keeping, "");
    try {
      const answer = await window.portalSend(() => send(body(typed, false)));
      if (answer.redirected || answer.status === 401) { miss(said.dataset.out); say(said.dataset.out, "bad"); }
      else if (answer.status === 403 && await isAnother()) { miss(said.dataset.other); say(said.dataset.other, "bad"); }
      else if (answer.status >= 500) miss(said.dataset.offline);
      else if (answer.ok) { lost = false; if (typed) unkept = changed; show(await answer.text()); }
      // Refused as a whole, so the form would be: it stays as it is, to be copied.
      else if (answer.status !== 422) { miss(said.dataset.refused); say(said.dataset.refused, "bad"); }
      else { lost = false; say(said.dataset.refused, "bad"); }
    } catch { if (!gone) miss(said.dataset.offline); }
    busy = false;
  };

  form.addEventListener("input", () => {
    last = Date.now();
    dirty = changed = unkept = true;
    gone = false;  // the form is still here, though it was on its way
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, AFTER);
  });

  // What is saved is kept first: where the portal does not answer, or asks for a sign-in, the form stays as it is.
  const keepFirst = async (button) => {
    while (busy) await new Promise((done) => { window.setTimeout(done, 50); });
    if (changed) await tell();
    waits = false;
    if (lost) { box.scrollIntoView({ block: "center" }); return; }
    unkept = false;  // what is refused, the answer to the form says
    form.requestSubmit(button);
  };
  form.addEventListener("submit", (event) => {
    window.clearTimeout(timer);
    if (!unkept) { gone = true; return; }
    event.preventDefault();
    if (waits) return;
    waits = true;
    keepFirst(event.submitter);
  });
  for (const sign of ["pointermove", "keydown", "scroll"]) {
    document.addEventListener(sign, () => { last = Date.now(); }, { passive: true });
  }
  // Who does nothing for five minutes is not here any more; otherwise the page would keep the session alive for ever.
  window.setInterval(() => { if (document.visibilityState === "visible" && Date.now() - last < IDLE) tell(); }, EVERY);

  // What was typed a moment before leaving is sent on the way out, and stays in the tab for whoever is back before it
  // arrived: then it is brought again, and the page asked anew.
  const discard = document.querySelector("[data-discard]");
  discard?.addEventListener("click", () => { discards = true; });
  const again = () => window.location.replace(window.location.pathname + window.location.search);
  const OWN = ["csrfmiddlewaretoken", "page", "after", "place", "read", "typed", "turn", "left", "dirty"];
  const plain = (pairs) => JSON.stringify(pairs.filter(([name]) => !OWN.includes(name)));
  window.addEventListener("pagehide", () => {
    if (gone) return;
    gone = true;
    const sent = body(unkept, true);
    if (unkept && !discards) sessionStorage.setItem(LEFT, JSON.stringify([...sent]));
    navigator.sendBeacon(form.dataset.together, sent);
  });
  const bring = async (left) => {
    const sent = new FormData();
    left.forEach(([name, value]) => sent.append(name, value));
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    form.inert = true;
    say(said.dataset.keeping, "");
    try {
      const answer = await send(sent);
      if (answer.status === 201) { again(); return; }
    } catch { sessionStorage.setItem(LEFT, JSON.stringify(left)); }
    form.inert = false;
    say(said.dataset.quiet, "");
    tell();
  };
  // Whoever comes back to this page sees what is kept, not what the browser remembers of it.
  window.addEventListener("pageshow", (event) => { if (event.persisted) again(); });
  box.hidden = false;
  say(said.dataset.quiet, "");
  const left = JSON.parse(sessionStorage.getItem(LEFT) || "null");
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") again();
  else {
    sessionStorage.removeItem(LEFT);
    if (left && plain(left) !== plain(entries())) bring(left);
    else tell();
  }
})();
