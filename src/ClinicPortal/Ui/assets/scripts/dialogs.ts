// Dialogs: data-dialog-open="id" opens, data-dialog-close closes, data-open opens with the page (after a refused form).
// data-confirm="question" on a form or on the button that sends it asks first; data-confirm-action names what will be done.
import { word } from "./words";

const confirmed = new WeakSet<HTMLFormElement>();

addEventListener("click", event => {
  const target = event.target as Element | null;
  const opener = target?.closest?.<HTMLElement>("[data-dialog-open]");
  if (opener) document.querySelector<HTMLDialogElement>(`#${CSS.escape(opener.dataset["dialogOpen"] ?? "")}`)?.showModal();
  else if (target?.closest?.("[data-dialog-close]")) target.closest("dialog")?.close();
  else if (target instanceof HTMLDialogElement && target.role !== "alertdialog" && outside(target, event)) target.close();
});

function outside(dialog: HTMLDialogElement, event: MouseEvent) {
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

// A dialog has done its work when its form was accepted; a morph would leave it open.
addEventListener("turbo:submit-end", event => {
  const { success } = (event as CustomEvent<{ success: boolean }>).detail;
  if (success) (event.target as Element).closest("dialog")?.close();
});

function openAsked() {
  const asked = document.querySelector<HTMLDialogElement>("dialog[data-open]");
  if (asked && !asked.open) asked.showModal();
}
addEventListener("turbo:load", openAsked);
addEventListener("turbo:render", openAsked);

addEventListener("submit", event => {
  const form = event.target as HTMLFormElement;
  if (confirmed.delete(form)) return;
  const submitter = event.submitter;
  // fluent-button sends by a hidden button inside itself.
  const asking = submitter?.closest<HTMLElement>("[data-confirm]:not(form)") ?? (form.hasAttribute("data-confirm") ? form : null);
  if (!asking) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const action = asking.dataset["confirmAction"] ?? word("confirm");
  void ask(asking.dataset["confirm"] ?? "", action).then(agreed => {
    if (!agreed) return;
    confirmed.add(form);
    form.requestSubmit(submitter);
  });
}, { capture: true });

function ask(question: string, action: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.role = "alertdialog";
  const text = document.createElement("p");
  text.className = "preserve-lines";
  text.id = "confirm-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const actions = document.createElement("div");
  actions.className = "dialog-actions";
  actions.append(button(word("cancel"), "button", () => dialog.close()), button(action, "button button-primary", () => dialog.close("yes")));
  dialog.append(text, actions);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(answered => dialog.addEventListener("close", () => {
    dialog.remove();
    answered(dialog.returnValue === "yes");
  }));
}

function button(label: string, className: string, pressed: () => void) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = label;
  made.addEventListener("click", pressed);
  return made;
}
