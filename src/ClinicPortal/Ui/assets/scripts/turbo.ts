import * as Turbo from "@hotwired/turbo";

// Turbo's progress bar is without its style here (see build.mjs) and never shows; base.css draws one instead.
Turbo.config.drive.progressBarDelay = 2 ** 31 - 1;

// A reading that is cut short because a newer one replaces it, or because its page is left, is no fault; Turbo lets the promise
// of the half-read answer go unheard.
addEventListener("unhandledrejection", event => {
  if (event.reason instanceof DOMException && event.reason.name === "AbortError") event.preventDefault();
});

// A second press while the first is under way is swallowed; idempotency keys cover what slips through.
addEventListener("click", event => {
  const button = (event.target as Element | null)?.closest?.("fluent-button[type=submit], button");
  if (!button?.closest("form[aria-busy=true]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, { capture: true });

// A form that stays on the page after it was sent is emptied only if it says so: <form data-clear>.
addEventListener("turbo:submit-end", event => {
  const { success } = (event as CustomEvent<{ success: boolean }>).detail;
  if (success && event.target instanceof HTMLFormElement && event.target.hasAttribute("data-clear")) event.target.reset();
});

// A refused form (422) takes the focus to what is wrong.
addEventListener("turbo:submit-end", event => {
  const response = (event as CustomEvent<{ fetchResponse?: { statusCode: number } }>).detail.fetchResponse;
  if (response?.statusCode !== 422) return;
  const show = () => {
    removeEventListener("turbo:render", show);
    removeEventListener("turbo:frame-render", show);
    const wrong = document.querySelector<HTMLElement>(".error-summary, [data-invalid], [aria-invalid=true]");
    wrong?.focus();
  };
  addEventListener("turbo:render", show);
  addEventListener("turbo:frame-render", show);
});
