// The theme: the system's, until the reader chooses another. Runs before the first paint; no module for that reason.
(() => {
  const themes = ["system", "light", "dark"];
  const root = document.documentElement;

  function stored() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is forbidden: the choice lasts as long as the page
    }
  }

  function store(theme) {
    try {
      if (theme === "system") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // as above
    }
  }

  function show(theme) {
    root.dataset.theme = themes.includes(theme) ? theme : "system";
    const button = document.querySelector("[data-theme-button]");
    button?.setAttribute("aria-label", `Theme: ${root.dataset.theme}`);
  }

  show(stored());
  addEventListener("DOMContentLoaded", () => show(root.dataset.theme));
  addEventListener("storage", (event) => event.key === "theme" && show(event.newValue));
  addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-theme-button]")) return;
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    store(next);
    show(next);
  });
})();
