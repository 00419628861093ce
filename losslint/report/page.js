
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const stored = () => { try { return localStorage.getItem("losslint-theme"); } catch { return null; } };
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => theme.setAttribute("aria-pressed", String(dark()));
  const known = stored();
  if (known === "dark" || known === "light") root.dataset.theme = known;
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("losslint-theme", root.dataset.theme); } catch { /* a page without storage forgets it */ }
    show();
  });
  system.addEventListener("change", show);
  show();
  theme.hidden = false;

  const filter = document.getElementById("filter");
  if (!filter) return;
  const findings = [...document.querySelectorAll(".finding")];
  const files = [...document.querySelectorAll(".file")];
  filter.addEventListener("change", () => {
    const { rule, severity } = filter.elements;
    for (const finding of findings) {
      finding.hidden =
        (rule.value !== "" && finding.dataset.rule !== rule.value) ||
        (severity.value !== "" && finding.dataset.severity !== severity.value);
    }
    for (const file of files) file.hidden = !file.querySelector(".finding:not([hidden])");
    const shown = findings.filter((finding) => !finding.hidden).length;
    document.getElementById("shown").textContent = `${shown} of ${findings.length} findings`;
  });
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.hidden = false;
})();
