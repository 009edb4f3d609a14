// What is left of a deadline, counted from the server's clock and not from the machine's own.
(() => {
  const two = (number) => String(number).padStart(2, "0");
  document.querySelectorAll(".countdown[data-until]").forEach((place) => {
    if (place.dataset.counts) return;
    place.dataset.counts = "1";
    const { until, now, left, over } = place.dataset;
    const end = Date.parse(until);
    const began = Date.parse(now);
    const here = performance.now();
    const shown = place.querySelector(".countdown__left");
    const clock = place.querySelector(".countdown__clock");
    const tick = () => {
      const present = began + performance.now() - here;
      const seconds = Math.floor((end - present) / 1000) + 1;  // the last second counts
      if (clock) clock.textContent = new Date(present + 8 * 3600000).toISOString().slice(11, 19);
      shown.hidden = false;
      if (seconds <= 0) {
        shown.textContent = over;
        return;
      }
      const rest = seconds % 86400;
      const time = `${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}`;
      shown.textContent = left.replace("{days}", Math.floor(seconds / 86400)).replace("{time}", time);
      window.setTimeout(tick, 1000);
    };
    tick();
  });
})();
