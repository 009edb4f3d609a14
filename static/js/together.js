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
  const EVERY = 10000, AFTER = 1500, IDLE = 300000;
  const box = form.querySelector("[data-state]");
  const said = box.querySelector("[data-said]");
  const others = box.querySelector("[data-others]");
  let dirty = "dirty" in form.dataset, changed = false, gone = false, timer = 0, last = Date.now(), busy = false;

  const say = (text, tone) => { if (said.textContent !== text) said.textContent = text; box.dataset.tone = tone; };

  const body = (typed, left) => {
    const sent = new FormData(typed ? form : undefined);
    for (const [name, value] of [...sent.entries()]) if (value instanceof File) sent.delete(name);
    sent.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    sent.set("page", form.elements.page.value);
    sent.set("place", form.dataset.place);
    sent.set("read", form.dataset.read);
    if (typed) sent.set("typed", "1");
    if (left) sent.set("left", "1");
    if (dirty) sent.set("dirty", "1");
    return sent;
  };

  const show = (html) => {
    const part = document.createElement("div");
    part.innerHTML = html;  // the portal's own fragment; it escapes what people wrote
    const kept = part.querySelector("[data-kept]");
    if (kept) { say(kept.textContent, "good"); kept.remove(); }
    if (others.innerHTML.trim() !== part.innerHTML.trim()) others.innerHTML = part.innerHTML;
  };

  const tell = async () => {
    if (gone || busy) return;
    busy = true;
    const typed = changed;
    changed = false;
    if (typed) say(said.dataset.keeping, "");
    try {
      const answer = await window.portalSend(form.dataset.together, () => body(typed, false));
      if (answer.redirected || answer.status === 401) { changed = typed; say(said.dataset.out, "bad"); }
      else if (answer.ok) show(await answer.text());
      else if (answer.status >= 500) { changed = typed; say(said.dataset.offline, "bad"); }
      else { say(said.dataset.refused, "bad"); }
    } catch {
      if (!gone) { changed = changed || typed; if (changed) say(said.dataset.offline, "bad"); }
    }
    busy = false;
  };

  const typed = () => {
    last = Date.now();
    dirty = true;
    changed = true;
    window.clearTimeout(timer);
    timer = window.setTimeout(tell, AFTER);
  };

  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", () => { gone = true; window.clearTimeout(timer); });
  for (const sign of ["pointermove", "keydown", "scroll"]) {
    document.addEventListener(sign, () => { last = Date.now(); }, { passive: true });
  }
  // Who does nothing for five minutes is not here any more; otherwise the page would keep the session alive for ever.
  window.setInterval(() => { if (document.visibilityState === "visible" && Date.now() - last < IDLE) tell(); }, EVERY);
  window.addEventListener("pagehide", () => {
    if (gone) return;
    gone = true;
    navigator.sendBeacon(form.dataset.together, body(changed, true));
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) gone = false; });

  box.hidden = false;
  say(said.dataset.quiet, "");
  tell();
})();
