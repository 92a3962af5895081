// Running clocks: <time class="clock" data-clock-from="2026-11-22T14:40:00Z" data-clock-amber="900" data-clock-red="1800">.
// Seconds of age at which the clock turns; the sign before the figures and the spoken label say it without colour.
import { word } from "./words";

const marks = ["clock-amber", "clock-red"];

export function figures(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return (hours > 0 ? `${hours}:${two(minutes)}` : String(minutes)) + ":" + two(seconds % 60);
}

function spoken(seconds: number, state: string) {
  const lang = document.documentElement.lang || "ja";
  const minutes = new Intl.NumberFormat(lang, { style: "unit", unit: "minute", unitDisplay: "long" }).format(Math.floor(seconds / 60));
  const elapsed = word("elapsed").replace("{0}", minutes);
  return state ? `${elapsed} · ${state}` : elapsed;
}

function tick() {
  for (const clock of document.querySelectorAll<HTMLElement>("time[data-clock-from]")) {
    const { clockFrom = "", clockAmber, clockRed } = clock.dataset;
    const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(clockFrom)) / 1000));
    const late = clockRed !== undefined && seconds >= Number(clockRed);
    const soon = !late && clockAmber !== undefined && seconds >= Number(clockAmber);
    const mark = late ? "clock-red" : soon ? "clock-amber" : "";
    if (mark === "" || !clock.classList.contains(mark)) clock.classList.remove(...marks);
    if (mark !== "") clock.classList.add(mark);
    const text = figures(seconds);
    if (clock.textContent !== text) clock.textContent = text;
    const label = spoken(seconds, late ? word("red") : soon ? word("amber") : "");
    if (clock.ariaLabel !== label) clock.ariaLabel = label;
  }
}

setInterval(tick, 1000);
for (const drawn of ["turbo:load", "turbo:render", "turbo:frame-render", "turbo:morph"]) addEventListener(drawn, tick);
