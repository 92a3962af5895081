// data-hotkey="/" on a field takes the focus there, on anything else presses it. data-list-nav on a list lets the arrow keys,
// Home and End walk its links and buttons; Enter does what it does.

const editable = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true], fluent-text-input";
const item = "a[href], button, fluent-button, [tabindex='0']";

function press(target: HTMLElement) {
  if (target.matches(editable)) target.focus();
  else target.click();
}

function walk(event: KeyboardEvent, list: HTMLElement) {
  const entries = [...list.children].map(child => child.matches(item) ? child : child.querySelector(item)).filter(entry => entry !== null);
  const now = entries.findIndex(entry => entry.contains(document.activeElement));
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: entries.length - 1 }[event.key];
  if (next === undefined || !entries[next]) return;
  event.preventDefault();
  (entries[next] as HTMLElement).focus();
}

addEventListener("keydown", event => {
  // While a Japanese word is being composed its keys are the input method's.
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target as HTMLElement;
  const list = target.closest<HTMLElement>("[data-list-nav]");
  if (list && !target.matches(editable)) walk(event, list);
  if (target.matches(editable) || document.querySelector("dialog:modal")) return;
  const wanted = document.querySelector<HTMLElement>(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (wanted) {
    event.preventDefault();
    press(wanted);
  } else if (!list && (event.key === "ArrowDown" || event.key === "ArrowUp") && target === document.body) {
    const first = document.querySelector<HTMLElement>("[data-list-nav]");
    if (first) walk(event, first);
  }
});
