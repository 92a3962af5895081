// The theme is a cookie so that the server can draw the page in it at once; without one the system decides.
const year = 365 * 24 * 3600;

function show() {
  const current = document.documentElement.dataset["theme"] ?? "system";
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-set]"))
    button.setAttribute("aria-pressed", String(button.dataset["themeSet"] === current));
}

addEventListener("click", event => {
  const chosen = (event.target as Element | null)?.closest?.<HTMLElement>("[data-theme-set]")?.dataset["themeSet"];
  if (!chosen) return;
  const system = chosen === "system";
  if (system) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  document.cookie = `__Host-theme=${chosen}; path=/; max-age=${system ? 0 : year}; samesite=lax; secure`;
  show();
});
addEventListener("turbo:load", show);
addEventListener("turbo:render", show);
