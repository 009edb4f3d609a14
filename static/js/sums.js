// Adds up a table of amounts while people type: rows, columns, all of it, and what is missing to the aims.
// Amounts are whole fen in BigInt, so that no sum is off by a fen.
(() => {
  const table = document.querySelector("[data-sums]");
  if (!table) return;
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("input")]);
  const aims = document.querySelector("[data-aims]");

  // An amount as people type it, in fen; null when it is none.
  const fen = (text) => {
    const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
    if (plain === "") return 0n;
    const found = /^(\d+)(?:\.(\d{1,2}))?$/.exec(plain);
    return found ? BigInt(found[1]) * 100n + BigInt((found[2] || "").padEnd(2, "0")) : null;
  };
  const yuan = (amount) => {
    const sign = amount < 0n ? "−" : "", value = amount < 0n ? -amount : amount;
    const whole = (value / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    return `${sign}${whole}.${(value % 100n).toString().padStart(2, "0")}`;
  };
  const sum = (amounts) => (amounts.includes(null) ? null : amounts.reduce((all, one) => all + one, 0n));
  const show = (output, amount) => { if (output) output.textContent = amount === null ? "?" : yuan(amount); };

  const add = () => {
    const amounts = rows.map((row) => row.map((input) => fen(input.value)));
    table.querySelectorAll("[data-row]").forEach((output, at) => show(output, sum(amounts[at])));
    const columns = rows[0].map((_input, at) => sum(amounts.map((row) => row[at])));
    table.querySelectorAll("[data-column]").forEach((output, at) => show(output, columns[at]));
    const all = sum(columns);
    show(table.querySelector("[data-all]"), all);
    if (aims) compare(all, columns[0]);
  };

  const compare = (all, central) => {
    if (all === null || central === null) return;
    const missing = fen(aims.dataset.total) - all, off = central - fen(aims.dataset.central);
    const said = [];
    if (missing > 0n) said.push(`${aims.dataset.missing} ${yuan(missing)}`);
    if (missing < 0n) said.push(`${aims.dataset.above} ${yuan(-missing)}`);
    if (off !== 0n) said.push(`${aims.dataset.centralOff} ${yuan(off)}`);
    const text = said.length ? said.join(" ") : aims.dataset.fits;
    aims.hidden = false;
    aims.classList.toggle("callout--good", !said.length);
    aims.classList.toggle("callout--wait", Boolean(said.length));
    if (aims.textContent !== text) aims.textContent = text;
  };

  table.addEventListener("input", add);
  add();
})();
