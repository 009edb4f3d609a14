// Security keys: asks the browser for one, and says in words what went wrong. A form names what it wants: create or get.
(() => {
  const form = document.querySelector("form[data-key]");
  if (!form) return;
  const says = form.querySelector("[data-key-says]");
  const button = form.querySelector("button");
  const say = (what, mild) => {
    says.hidden = !what;
    says.className = `notice notice--${mild ? "info" : "error"}`;
    says.textContent = what || "";
  };
  // Without https, or under a number in place of a name, a browser gives no keys.
  const numbered = /^[\d.]+$|^\[/.test(window.location.hostname);
  if (!window.isSecureContext || numbered) say(says.dataset.address);
  else if (!window.webauthnJSON.supported()) say(says.dataset.none);
  if (!says.hidden) {
    button.disabled = true;
    return;
  }
  const [options] = Object.values(JSON.parse(document.getElementById("js_data").textContent));
  const WORDS = { NotAllowedError: "cancelled", AbortError: "cancelled", SecurityError: "address", InvalidStateError: "known" };
  let waits = false;
  // Back from the next page, the button is there again.
  window.addEventListener("pageshow", (event) => { if (event.persisted) waits = button.disabled = false; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (waits) return;
    waits = button.disabled = true;
    document.querySelectorAll("main .error-summary").forEach((old) => old.remove());
    say(says.dataset.touch, true);
    try {
      const answer = await window.webauthnJSON[form.dataset.key](options);
      form.elements.credential.value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      waits = button.disabled = false;
      say(says.dataset[WORDS[error.name]] || says.dataset.failed);
      button.focus();
    }
  });
})();
