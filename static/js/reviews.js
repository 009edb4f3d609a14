// The score form: the total while scoring, the draft kept while typing, and the keyboard.
// Without script the form works as any form; only nothing is kept before a button is pressed.
(() => {
  const form = document.querySelector("[data-scores]");
  if (!form) return;
  const shown = form.querySelector("[data-total]");
  const scores = [...form.querySelectorAll("[data-weight]")], bonuses = [...form.querySelectorAll("[data-bonus]")];
  const leftOut = (field) => form.elements[`${field.name}_insufficient`]?.checked;

  const count = () => {
    const judged = scores.filter((field) => !leftOut(field));
    const values = judged.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
    if (!judged.length || values.some(Number.isNaN)) { shown.textContent = "–"; return; }
    const weights = judged.map((field) => Number(field.dataset.weight));
    const points = values.reduce((sum, value, at) => sum + (value * weights[at] * 100) / Number(judged[at].dataset.max), 0);
    const extra = bonuses.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
    const total = Math.min(100, points / weights.reduce((sum, weight) => sum + weight, 0) + extra);
    shown.textContent = total.toFixed(2);
  };

  // Keeping. What the portal refuses is said beside the state; the fields themselves say it when a button is pressed.
  const AFTER = 1500;
  const said = form.querySelector("[data-said]");
  // dirty: typed since the last request; unkept: typed and not known to be kept, be it under way or refused.
  // out: refused because nobody was signed in; tried again when the person comes back to this window.
  let timer = 0, busy = false, dirty = false, unkept = false, gone = false, out = false;
  // late: what was sent on the way out and had not arrived when this page was filled with it again.
  let late = null;
  const say = (text, tone) => { said.textContent = text; said.dataset.tone = tone; };
  const entries = (of) => [...new FormData(of)].filter(([name]) => !["version", "csrfmiddlewaretoken"].includes(name));
  // 0 and 0.00 are the same score, an empty field is none.
  const bare = (value) => (value.trim() === "" || Number.isNaN(Number(value)) ? value.trim() : Number(value));
  const plain = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, bare(value)]));
  // Whether what changed in between is what this window itself had sent late: then its version is this form's.
  const ownChange = async () => {
    if (!late) return false;
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return false;
    const kept = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-scores]");
    if (!kept || plain(entries(kept)) !== plain(late)) return false;
    form.elements.version.value = kept.elements.version.value;
    late = null;
    return true;
  };
  const send = () => fetch(form.dataset.keep, {
    method: "POST", body: new FormData(form), credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
  });
  const keep = async () => {
    if (busy || gone || !dirty) return;
    busy = true;
    dirty = out = false;
    say(said.dataset.keeping, "");
    try {
      const answer = await window.portalSend(send);
      if (answer.redirected || answer.status === 401) { out = true; say(said.dataset.out, "bad"); }
      else if (answer.ok) {
        const kept = await answer.json();
        form.elements.version.value = kept.version;
        unkept = dirty;
        say(`${said.dataset.kept} ${kept.at}`, "good");
      } else if (answer.status === 409) {
        if (await ownChange()) dirty = true;
        else { gone = true; say((await answer.json()).detail, "bad"); }
      }
      else if (answer.status === 403 || answer.status === 404) { gone = true; say(said.dataset.refused, "bad"); }
      else if (answer.status === 422) say(Object.values((await answer.json()).errors).flat().join(" "), "bad");
      else { dirty = true; say(said.dataset.offline, "bad"); }
    } catch { dirty = true; say(said.dataset.offline, "bad"); }
    busy = false;
    if (dirty && !gone) plan();
  };
  const plan = () => { window.clearTimeout(timer); timer = window.setTimeout(keep, AFTER); };
  window.addEventListener("focus", () => { if (out) { dirty = true; keep(); } });
  const typed = () => { dirty = unkept = true; count(); plan(); };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  form.addEventListener("submit", (event) => {
    if (busy) {  // its answer brings the version this form must carry
      event.preventDefault();
      const again = () => (busy ? window.setTimeout(again, 50) : form.requestSubmit(event.submitter));
      again();
      return;
    }
    gone = true;
    window.clearTimeout(timer);
  });
  // What was typed a moment before leaving is sent on the way out. Whoever is back before it arrived waits for it a
  // moment; what the portal refused is in the fields again.
  const LEFT = `left:${form.dataset.keep}`;
  window.addEventListener("pagehide", () => {
    if (!unkept || gone) return;
    const left = { version: form.elements.version.value, tries: 0, values: entries(form), more: busy && dirty, late };
    sessionStorage.setItem(LEFT, JSON.stringify(left));
    navigator.sendBeacon(form.dataset.keep, new FormData(form));
  });
  const fill = (values) => {
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of values) {
      const field = form.elements[name];
      if (field?.type === "checkbox") field.checked = true;
      else if (field) field.value = value;
    }
    dirty = unkept = true;
    plan();
  };
  const arrived = () => {
    const left = JSON.parse(sessionStorage.getItem(LEFT) || "null");
    if (!left) return;
    sessionStorage.removeItem(LEFT);
    const now = form.elements.version.value;
    if (now !== left.version) {  // what was under way, or was sent before it, arrived; what was typed since did not
      const own = left.more || (left.late && plain(entries(form)) === plain(left.late));
      if (own && Number(now) === Number(left.version) + 1) fill(left.values);
      return;
    }
    if (left.tries >= 5) { late = left.values; fill(left.values); return; }
    sessionStorage.setItem(LEFT, JSON.stringify({ ...left, tries: left.tries + 1 }));
    window.setTimeout(() => { if (!dirty) window.location.reload(); }, 300);
  };
  // Whoever comes back to this page sees what is kept, not what the browser remembers of it.
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") window.location.reload();
  else arrived();

  // The keyboard: Enter goes on to the next score, the arrows change it by one, Page Up and Page Down by ten.
  const numbers = [...scores, ...bonuses];
  const STEPS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
  numbers.forEach((field, at) => field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      (numbers[at + 1] || form.elements.comment).focus();
      numbers[at + 1]?.select();
    } else if (event.key in STEPS) {
      event.preventDefault();
      const next = Math.min(Number(field.dataset.max), Math.max(0, (Number(field.value) || 0) + STEPS[event.key]));
      field.value = String(next);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }));
  count();
})();
