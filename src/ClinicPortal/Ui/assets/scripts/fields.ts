// What fluent-text-input does not hand to the input in its shadow root: the mode of the on-screen keyboard, the texts that
// describe it (an id does not reach across the shadow boundary, an element does) and that its value was refused.

interface FluentTextInput extends HTMLElement {
  control?: HTMLInputElement;
}

let planned = false;

function hand(field: FluentTextInput) {
  const { control } = field;
  if (!control) return;
  control.inputMode = field.getAttribute("inputmode") ?? "";
  control.ariaLabel = field.getAttribute("aria-label");
  control.ariaInvalid = field.hasAttribute("data-invalid") ? "true" : null;
  const ids = field.dataset["describedby"]?.split(" ") ?? [];
  const described = ids.map(id => document.getElementById(id)).filter(element => element !== null);
  if ("ariaDescribedByElements" in control) control.ariaDescribedByElements = described;
  else (control as HTMLInputElement).ariaDescription = described.map(element => element.textContent).join(" ");
}

function plan() {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    document.querySelectorAll<FluentTextInput>("fluent-text-input").forEach(hand);
  });
}

new MutationObserver(plan).observe(document.documentElement, {
  subtree: true,
  childList: true,
  attributeFilter: ["inputmode", "aria-label", "data-describedby", "data-invalid"],
});
plan();

// fluent-text-input sends its form on Enter even while a Japanese word is being composed, when Enter only means "this word".
// (229 is what Safari says after the composition has ended.)
addEventListener("keydown", event => {
  if (event.key !== "Enter" || !(event.isComposing || event.keyCode === 229)) return;
  if ((event.target as Element).localName === "fluent-text-input") event.stopPropagation();
}, { capture: true });
