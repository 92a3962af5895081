// A place where nobody is any more is locked: <dialog id="lock" data-idle="600">. The server locks the session, the dialog hides the page, and
// what was typed is still there once the person has proved who they are. All tabs go together. While something with data-in-use is shown
// (a patient at hand, a call with picture) somebody is at it without touching it.
import { ring } from "./attention";

const activeKey = "desk-active", lockedKey = "desk-locked";
const tellEvery = 60_000;
let active = Date.now();
let told = Date.now();

const dialog = () => document.querySelector<HTMLDialogElement>("dialog#lock");
const inUse = () => document.querySelector("[data-in-use]") !== null;
const part = (name: string) => dialog()?.querySelector<HTMLElement>(`[data-lock-${name}]`);

function post(path: string) {
  const token = dialog()?.querySelector<HTMLInputElement>("[name=__RequestVerificationToken]")?.value ?? "";
  return fetch(path, { method: "POST", body: new URLSearchParams({ __RequestVerificationToken: token }), redirect: "manual" });
}

function show() {
  const lock = dialog();
  if (!lock || lock.open) return;
  document.documentElement.dataset["locked"] = "";
  lock.showModal();
}

function hide() {
  delete document.documentElement.dataset["locked"];
  for (const name of ["news", "refused"]) part(name)?.setAttribute("hidden", "");
  dialog()?.querySelector("form")?.reset();
  dialog()?.close();
  active = told = Date.now();
}

function lock() {
  show();
  localStorage.setItem(lockedKey, "1");
  // Out of reach, the server finds by itself that nobody was there.
  post("/session/lock").catch(() => undefined);
}

/** Forms are bound to who is signed in, and who is locked out is nobody: the token of this page is worth nothing now. */
async function tokenOfLocked() {
  const page = new DOMParser().parseFromString(await (await fetch("/session/locked")).text(), "text/html");
  return page.querySelector<HTMLInputElement>("form[action='/session/unlock'] [name=__RequestVerificationToken]")?.value;
}

async function unlock(form: HTMLFormElement) {
  let token = await tokenOfLocked();
  if (token === undefined) {
    // It was out of reach when the desk was locked.
    await post("/session/lock");
    token = await tokenOfLocked();
  }
  const body = new URLSearchParams({ __RequestVerificationToken: token ?? "", proof: String(new FormData(form).get("proof") ?? "") });
  const response = await fetch("/session/unlock", { method: "POST", body, redirect: "manual" });
  if (response.type !== "opaqueredirect") return part("refused")?.removeAttribute("hidden");
  localStorage.setItem(lockedKey, "");
  hide();
  dispatchEvent(new Event("portal:unlocked"));
}

const idle = () => Number(dialog()?.dataset["idle"] ?? 0) * 1000;

function isOver() {
  const last = Math.max(active, Number(localStorage.getItem(activeKey) ?? 0));
  return idle() > 0 && !inUse() && Date.now() - last >= idle();
}

function look() {
  if (!idle() || dialog()?.open) return;
  if (inUse()) return act();
  if (isOver()) lock();
}

function act() {
  const now = Date.now();
  if (now - active < 1_000 || dialog()?.open !== false) return;
  // A machine that slept wakes up locked, whatever woke it.
  if (isOver()) return lock();
  active = now;
  localStorage.setItem(activeKey, String(now));
  if (now - told < tellEvery) return;
  told = now;
  post("/session/active").catch(() => undefined);
}

for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) addEventListener(type, act, { passive: true, capture: true });
setInterval(look, 1_000);

addEventListener("click", event => {
  const pressed = (event.target as Element | null)?.closest?.("[data-lock-now]");
  if (!pressed || !dialog()) return;
  event.preventDefault();
  lock();
});
addEventListener("submit", event => {
  const form = event.target as HTMLFormElement;
  if (form.parentElement?.id !== "lock") return;
  event.preventDefault();
  void unlock(form).catch(() => part("refused")?.removeAttribute("hidden"));
});
// Escape would close it.
addEventListener("cancel", event => { if ((event.target as Element).id === "lock") event.preventDefault(); }, { capture: true });
addEventListener("storage", event => {
  if (event.key !== lockedKey) return;
  if (event.newValue) show();
  else if (dialog()?.open) hide();
});
// Something happened while nobody could see it.
addEventListener("portal:locked", () => {
  if (dialog()?.open) {
    part("news")?.removeAttribute("hidden");
    ring();
  } else show();
});
