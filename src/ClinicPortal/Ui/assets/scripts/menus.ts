// Menus are <details class="menu">: they open by themselves; here they close by Escape, a press elsewhere, or a new page.
const open = () => document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");

addEventListener("click", event => {
  const chosen = (event.target as Element).closest?.(".menu-item");
  for (const menu of open()) if (chosen || !menu.contains(event.target as Node)) menu.open = false;
});
addEventListener("focusin", event => {
  for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
});
addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
addEventListener("turbo:before-cache", () => open().forEach(menu => menu.open = false));
