// Turbo ships no types; this is the part of it that the portal uses.
declare module "@hotwired/turbo" {
  export const config: {
    drive: { progressBarDelay: number };
    forms: { confirm: (message: string, form: HTMLFormElement, submitter: HTMLElement | null) => Promise<boolean> };
  };
  export function visit(location: string, options?: { action?: "advance" | "replace" }): void;

  export interface FrameElement extends HTMLElement {
    src: string | null;
    reload(): Promise<void>;
  }
}
