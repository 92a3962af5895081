// The line to the portal: made anew, with a ticket of its own each time, until it holds. A lost one must be back within seconds.
import { Hub } from "./hub";
import type { Welcome } from "./state";

const waits = [100, 300, 600, 1_000];
/** A slow network needs its round trips; a dead one answers none, however long one waits. */
const patience = [3_000, 5_000, 8_000, 12_000];
/** Younger attempts are not begun anew because the network is said to be back. */
const young = 800;
const answersWithin = 2_500;

export interface Heard {
  joined: (welcome: Welcome) => void;
  lost: () => void;
  /** There is nothing to join (any more). */
  refused: () => void;
  told: Record<string, (...values: never[]) => void>;
}

export class Line {
  #hub: Hub | null = null;
  #closed = false;
  #connecting = false;
  #isIn = false;
  #began = 0;
  #woken = false;
  /** Ends the attempt, or the wait, that is under way. */
  #next: () => void = () => undefined;

  constructor(readonly ticket: string, readonly ready: Promise<unknown>, readonly heard: Heard) {}

  get isOpen(): boolean {
    return this.#isIn;
  }

  async connect(): Promise<void> {
    if (this.#connecting) return;
    this.#connecting = true;
    for (let tries = 0; !this.#closed; tries++) {
      this.#woken = false;
      try {
        await this.#join(patience[Math.min(tries, patience.length - 1)]!);
        break;
      } catch {
        if (this.#woken) tries = -1;
        else if (!this.#closed) await this.#pause(waits[Math.min(tries, waits.length - 1)]!);
      }
    }
    this.#connecting = false;
  }

  /** The network may be back: whatever is waited for is begun anew. */
  wake(): void {
    if (!this.#connecting || performance.now() - this.#began < young) return;
    this.#woken = true;
    this.#next();
  }

  /** The network may have changed: a line that no longer answers is made anew at once, instead of when its silence is noticed. */
  async check(): Promise<void> {
    const hub = this.#hub;
    if (!hub || !this.#isIn) return this.wake();
    const late = setTimeout(() => hub.drop(), answersWithin);
    await hub.invoke("Echo").catch(() => undefined);
    clearTimeout(late);
  }

  invoke<T>(target: string, ...values: unknown[]): Promise<T> {
    return this.#hub?.invoke<T>(target, ...values) ?? Promise.reject(new Error("closed"));
  }

  close(): void {
    this.#closed = true;
    this.#isIn = false;
    this.#next();
    this.#hub?.close();
  }

  #pause(milliseconds: number): Promise<void> {
    this.#began = -young;
    return new Promise(done => {
      const timer = setTimeout(done, milliseconds);
      this.#next = () => { clearTimeout(timer); done(); };
    });
  }

  /** Ticket and connection at the same time: each takes some round trips. */
  async #join(atMost: number) {
    const [hub, stop] = [new Hub("/room"), new AbortController()];
    this.#hub?.close();
    this.#hub = hub;
    this.#began = performance.now();
    const timer = setTimeout(() => stop.abort(), atMost);
    this.#next = () => stop.abort();
    stop.signal.addEventListener("abort", () => hub.close());
    for (const [target, handler] of Object.entries(this.heard.told)) hub.on(target, handler);
    try {
      const [ticket] = await Promise.all([this.#ask(stop.signal), hub.open()]);
      if (ticket === null) return this.heard.refused();
      const welcome = await hub.invoke<Welcome>("Join", ticket);
      clearTimeout(timer);
      this.#next = () => undefined;
      await this.ready;
      if (this.#closed) return;
      hub.onclose = () => this.#lost(hub);
      if (!hub.isOpen) throw new Error("closed");
      this.#isIn = true;
      this.heard.joined(welcome);
    } catch (failure) {
      stop.abort();
      throw failure;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(signal: AbortSignal): Promise<string | null> {
    const answer = await fetch(this.ticket, { signal, headers: { accept: "text/plain" } });
    if (answer.status === 404 || answer.status === 401) return null;
    if (!answer.ok || answer.redirected) throw new Error("refused");
    return answer.text();
  }

  #lost(hub: Hub) {
    if (this.#hub !== hub || this.#closed) return;
    this.#isIn = false;
    this.heard.lost();
    void this.connect();
  }
}
