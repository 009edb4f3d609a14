// Brings a file in pieces: each is repeated until it has arrived, and an upload that broke off goes on where it stopped.
(() => {
  const box = document.querySelector("[data-upload]");
  const form = box?.querySelector("form");
  const file = form?.querySelector("input[type=file]");
  if (!file || !window.fetch) return;
  const bar = box.querySelector("[data-upload-bar]");
  const says = box.querySelector("[data-upload-says]");
  const progress = bar.querySelector("progress");
  const button = form.querySelector("button");
  const token = () => ({ "X-CSRFToken": form.elements.csrfmiddlewaretoken.value });
  const MB = 1048576;
  const TRIES = 6;
  let running = null;

  const say = (text, bad = false) => { says.textContent = text; bar.classList.toggle("is-bad", bad); };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
  const wait = (seconds) => new Promise((done) => { window.setTimeout(done, seconds * 1000); });
  class Refused extends Error {}

  // One request, repeated while the line or the server is down; what the portal refuses is not repeated.
  const ask = async (url, options) => {
    const send = () => fetch(url, {
      ...options, credentials: "same-origin", signal: running.signal, headers: { ...token(), ...options.headers },
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await window.portalSend(send);
        if (answer.redirected || answer.status === 401) throw new Refused(box.dataset.out);
        if (answer.status === 409) return { ...(await answer.json()), stale: true };
        if (answer.status >= 400 && answer.status < 500) {
          const said = await answer.json().catch(() => ({}));
          throw new Refused(said.error || box.dataset.refused);
        }
        if (!answer.ok) throw new Error(String(answer.status));
        return await answer.json();
      } catch (error) {
        if (error instanceof Refused || error.name === "AbortError") throw error;
        if (attempt >= TRIES) throw new Refused(box.dataset.broken);
        const seconds = 2 ** (attempt - 1);
        say(fill(box.dataset.again, { seconds }), true);
        await wait(seconds);
      }
    }
  };

  const show = (done, all) => {
    const percent = Math.floor((100 * done) / all);
    progress.value = percent;
    say(fill(box.dataset.going, { percent, done: (done / MB).toFixed(1), all: (all / MB).toFixed(1) }));
  };

  const bring = async (chosen) => {
    const what = new FormData(form);
    what.delete(file.name);
    what.append("name", chosen.name);
    what.append("size", chosen.size);
    what.append("modified", chosen.lastModified);
    let state = await ask(box.dataset.upload, { method: "POST", body: what });
    const { piece, finish } = state;
    running.piece = piece;
    while (state.received < chosen.size) {
      show(state.received, chosen.size);
      const part = chosen.slice(state.received, state.received + Number(box.dataset.piece));
      state = await ask(`${piece}?offset=${state.received}`, {
        method: "POST", body: part, headers: { "Content-Type": "application/octet-stream" },
      });
    }
    progress.value = 100;
    say(box.dataset.checking);
    const done = await ask(finish, { method: "POST" });
    if (!done.url) throw new Refused(done.error);
    window.location.assign(done.url);
  };

  form.addEventListener("submit", async (event) => {
    const chosen = file.files[0];
    if (!chosen || !form.querySelector("[name=title]").value.trim()) return; // the page itself says what is missing
    event.preventDefault();
    if (running) return;
    running = new AbortController();
    bar.hidden = false;
    button.disabled = true;
    try {
      await bring(chosen);
    } catch (error) {
      if (error.name !== "AbortError") say(error.message, true);
    } finally {
      running = null;
      button.disabled = false;
      delete form.dataset.sent;
    }
  });

  box.querySelector("[data-upload-stop]").addEventListener("click", async () => {
    const stopped = running;
    stopped?.abort();
    progress.value = 0;
    say(box.dataset.stopped);
    // Without a line its pieces stay until they are swept.
    if (stopped?.piece) fetch(stopped.piece, { method: "DELETE", credentials: "same-origin", headers: token() }).catch(() => {});
  });
})();
