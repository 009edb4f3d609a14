// A form that was sent after the session had ended is not taken: what was typed waits in the tab for the sign-in of the
// same person, and stands in the form again. Forms that keep what is typed do it themselves; passwords and files never
// wait.
(() => {
  const KEY = "unsent", ASKED = "asked", HOURS = 12;
  const person = document.querySelector(".person-menu") ? document.body.dataset.person : "";
  const words = document.getElementById("unsent-words")?.dataset;
  const here = window.location.pathname + window.location.search;
  const ofAccount = window.location.pathname.startsWith("/account/");
  const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
  const write = (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)); } catch { /* too long */ } };

  // The page itself may be the answer to what was sent; the one before it can be asked for.
  const asked = "answer" in document.body.dataset ? read(ASKED) || here : here;

  const TYPED = "input:not([type=hidden], [type=password], [type=file], [type=submit], [type=button]), textarea, select";
  const alike = (form) => [...document.forms].filter((one) => one.method === "post" && one.action === form.action);
  const label = (field) => (field.labels?.[0] || field.closest("fieldset")?.querySelector("legend"))?.textContent.trim();
  const chosen = (field) => [...field.selectedOptions].map((option) => option.value);
  const state = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    return field.tagName === "SELECT" ? chosen(field) : field.value;
  };
  const put = (field, value) => {
    if (typeof value === "boolean") field.checked = value;
    else if (Array.isArray(value)) [...field.options].forEach((option) => { option.selected = value.includes(option.value); });
    else field.value = value;
  };
  // Fields of one name are told apart by their value where they are chosen, else by their place.
  const same = (form, { name, at, of }) => {
    const found = [...form.elements].filter((field) => field.name === name);
    return of === undefined ? found[at] : found.find((field) => field.value === of);
  };
  const describe = (form, field) => ({
    name: field.name, value: state(field), hidden: field.type === "hidden", label: label(field),
    at: [...form.elements].filter((one) => one.name === field.name).indexOf(field),
    of: typeof state(field) === "boolean" ? field.value : undefined,
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!person || event.defaultPrevented || form.method !== "post" || form.action.includes("/account/")) return;
    sessionStorage.removeItem(KEY);
    const typed = [...form.elements].filter((field) => field.name && field.matches(TYPED));
    if ("together" in form.dataset || !typed.length || form.querySelector("[type=password]")) return;
    const marks = [...form.elements].filter((field) => field.type === "hidden" && field.name !== "csrfmiddlewaretoken");
    write(KEY, {
      person, page: asked, action: form.action, form: alike(form).indexOf(form), when: Date.now(), refused: false,
      files: [...form.querySelectorAll("[type=file]")].some((field) => field.value),
      fields: [...typed, ...marks].map((field) => describe(form, field)),
    });
  });

  const notice = (text, ...more) => {
    const box = document.createElement("div");
    box.className = "notice notice--warning";
    box.setAttribute("role", "status");
    box.tabIndex = -1;
    box.append(text, ...more);
    return box;
  };
  const link = (page) => {
    const made = document.createElement("a");
    made.href = page;
    made.textContent = words.back;
    return made;
  };
  const top = (box) => { document.getElementById("main").prepend(box); box.focus(); };

  // What found no field, to be copied.
  const leftover = (fields) => {
    const list = document.createElement("dl");
    fields.forEach(({ label: of, name, value }) => {
      const term = document.createElement("dt"), text = document.createElement("dd");
      term.textContent = of || name;
      text.textContent = value;
      list.append(term, text);
    });
    return list;
  };
  const bring = (kept) => {
    const form = alike({ action: kept.action })[kept.form];
    const nowhere = kept.fields.filter((field) => {
      const found = form && same(form, field);
      if (!found) return true;
      put(found, field.value);
      if (!field.hidden) for (const kind of ["input", "change"]) found.dispatchEvent(new Event(kind, { bubbles: true }));
      return false;
    });
    const lost = nowhere.filter(({ value, hidden }) => !hidden && typeof value === "string" && value.trim());
    const texts = [form ? words.again : words.noForm, kept.files ? words.files : ""].filter(Boolean).join(" ");
    const box = notice(texts, ...(lost.length ? [leftover(lost)] : []));
    if (!form) { top(box); return; }
    form.before(box);
    box.scrollIntoView({ block: "center" });
    box.focus({ preventScroll: true });
  };

  // What a page keeps for the way back is its person's: where nobody or somebody else is signed in, nothing of it stays
  // in the tab but what waits for the sign-in.
  let kept = read(KEY);
  sessionStorage.removeItem(KEY);
  if (kept && (Date.now() - kept.when > HOURS * 3600000 || (person ? person !== kept.person : !ofAccount))) kept = null;
  if (kept && person && !kept.refused) kept = null;  // this page is its answer
  if (sessionStorage.getItem("person") !== person) sessionStorage.clear();
  if (person) sessionStorage.setItem("person", person);
  if (person && !("answer" in document.body.dataset)) write(ASKED, here);
  if (!kept) return;

  const signIn = document.querySelector("#main form[data-sign-in]");
  if (person && here === kept.page) { bring(kept); return; }
  write(KEY, { ...kept, refused: true });
  if (person && !ofAccount) top(notice(`${words.elsewhere} `, link(kept.page)));
  if (signIn) {
    const next = signIn.elements.next || signIn.appendChild(document.createElement("input"));
    Object.assign(next, { type: "hidden", name: "next", value: kept.page });
    signIn.before(notice(words.waits));
  }
})();
