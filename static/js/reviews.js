// The total while scoring; the portal works it out itself when the draft is kept.
(() => {
  const form = document.querySelector("[data-scores]");
  const shown = form?.querySelector("[data-total]");
  if (!shown) return;
  const fields = [...form.querySelectorAll("[data-weight]")];
  const count = () => {
    const values = fields.map((field) => (field.value.trim() === "" ? NaN : Number(field.value)));
    if (values.some(Number.isNaN)) { shown.textContent = "–"; return; }
    const weights = fields.map((field) => Number(field.dataset.weight));
    const sum = values.reduce((total, value, at) => total + value * weights[at], 0);
    shown.textContent = (sum / weights.reduce((total, weight) => total + weight, 0)).toFixed(2);
  };
  form.addEventListener("input", count);
})();
