// What the room's section shows and says. The words are part of the page, in its language.

export type Phase = "check" | "waiting" | "call" | "left" | "over";

export class Screen {
  constructor(readonly section: HTMLElement) {}

  get phase(): Phase {
    return this.section.dataset["phase"] as Phase;
  }

  word(name: string): string {
    return this.section.querySelector<HTMLElement>(`[data-word="${name}"]`)?.textContent ?? "";
  }

  show(phase: Phase, word: string): void {
    const changed = this.phase !== phase;
    this.section.dataset["phase"] = phase;
    this.say(word);
    if (changed) this.section.dispatchEvent(new CustomEvent("room:phase", { bubbles: true }));
  }

  say(word: string): void {
    const [status, text] = [this.section.querySelector("[data-room-status]"), this.word(word)];
    if (status && text && status.textContent !== text) status.textContent = text;
  }

  advise(what: string): void {
    const [list, text] = [this.section.querySelector("[data-room-advice]"), this.word(`advice-${what}`)];
    if (!list || !text) return;
    const item = document.createElement("li");
    item.textContent = text;
    list.append(item);
  }

  /** Frames of the page that show something of the room. */
  reload(frames: string): void {
    for (const frame of document.querySelectorAll<HTMLElement & { reload(): Promise<void> }>(`turbo-frame${frames}`)) void frame.reload();
  }
}
