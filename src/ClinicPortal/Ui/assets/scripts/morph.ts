// What a morph must leave alone. The server's page knows nothing of what a person has typed, chosen or opened, nor of what
// elements have set on themselves; without this, every live refresh would take it for something to be undone.

/** Native controls that the person has changed since the page came or the form was sent. */
const touched = new WeakSet<Element>();
const values = ["value", "checked", "selected"];
// fluent-button and the others set these on themselves; without tabindex they are out of the keyboard's reach.
const own = ["tabindex", "type"];

function keeps(element: Element, attribute: string, kind: string): boolean {
  if (attribute.startsWith("current-")) return true;
  if (attribute === "open") return element.matches("dialog, details");
  if (own.includes(attribute)) return kind === "remove" && element.localName.startsWith("fluent-");
  return values.includes(attribute) && touched.has(element.closest("select") ?? element);
}

addEventListener("turbo:before-morph-attribute", event => {
  const { attributeName, mutationType } = (event as CustomEvent<{ attributeName: string; mutationType: string }>).detail;
  if (keeps(event.target as Element, attributeName, mutationType)) event.preventDefault();
});

addEventListener("input", event => {
  const control = event.target as Element;
  touched.add(control);
  // Choosing one radio button changes its whole group.
  if (control instanceof HTMLInputElement && control.type === "radio") {
    const scope = control.form ?? document;
    for (const other of scope.querySelectorAll(`input[type=radio][name="${CSS.escape(control.name)}"]`)) touched.add(other);
  }
});

function forget(form: EventTarget | null) {
  if (form instanceof HTMLFormElement) for (const control of form.elements) touched.delete(control);
}
addEventListener("reset", event => forget(event.target));
addEventListener("turbo:submit-end", event => {
  if ((event as CustomEvent<{ success: boolean }>).detail.success) forget(event.target);
});
