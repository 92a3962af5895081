// As much of SignalR's JSON protocol as the room needs, over a WebSocket: its own client would be a second copy of fifty kilobytes,
// and waits longer before it tries again than a consultation may.

const end = "\x1e";
const pingEvery = 5_000;
const silentFor = 12_000;

type Handler = (...values: never[]) => void;
interface Message { type?: number; target?: string; arguments?: unknown[]; invocationId?: string; result?: unknown; error?: string }

export class Hub {
  #socket: WebSocket | null = null;
  #waiting = new Map<string, { done: (value: unknown) => void; failed: (why: Error) => void }>();
  #handlers = new Map<string, Handler>();
  #count = 0;
  #ping: ReturnType<typeof setInterval> | undefined;
  #heard = 0;

  /** Called once, when the connection ends otherwise than by this page's wish. */
  onclose: () => void = () => undefined;

  constructor(readonly path: string) {}

  get isOpen(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  on(target: string, handler: Handler): void {
    this.#handlers.set(target, handler);
  }

  async open(): Promise<void> {
    const address = new URL(this.path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    await new Promise<void>((done, failed) => {
      socket.onopen = () => socket.send(JSON.stringify({ protocol: "json", version: 1 }) + end);
      socket.onerror = socket.onclose = () => failed(new Error("closed"));
      socket.onmessage = ({ data }) => String(data).startsWith("{}") ? done() : failed(new Error("refused"));
    });
    this.#heard = Date.now();
    socket.onerror = null;
    socket.onmessage = ({ data }) => this.#read(String(data));
    socket.onclose = () => this.#closed(socket);
    this.#ping = setInterval(() => {
      // A network that is gone closes nothing by itself.
      if (Date.now() - this.#heard > silentFor) this.drop();
      else this.#write({ type: 6 });
    }, pingEvery);
  }

  invoke<T>(target: string, ...values: unknown[]): Promise<T> {
    const invocationId = String(++this.#count);
    return new Promise<T>((done, failed) => {
      if (!this.#write({ type: 1, invocationId, target, arguments: values })) failed(new Error("closed"));
      else this.#waiting.set(invocationId, { done: done as (value: unknown) => void, failed });
    });
  }

  /** It does not answer: gone, whatever the browser thinks. */
  drop(): void {
    if (this.#socket) this.#closed(this.#socket);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#ping);
    socket?.close();
    this.#fail();
  }

  #write(message: Message): boolean {
    if (!this.isOpen) return false;
    this.#socket!.send(JSON.stringify(message) + end);
    return true;
  }

  #read(text: string) {
    this.#heard = Date.now();
    for (const part of text.split(end)) {
      if (!part) continue;
      const message = JSON.parse(part) as Message;
      if (message.type === 1) this.#handlers.get(message.target!)?.(...(message.arguments as never[]));
      else if (message.type === 3) {
        const waiting = this.#waiting.get(message.invocationId!);
        this.#waiting.delete(message.invocationId!);
        if (message.error !== undefined) waiting?.failed(new Error(message.error));
        else waiting?.done(message.result);
      } else if (message.type === 7) this.#socket?.close();
    }
  }

  #closed(socket: WebSocket) {
    if (this.#socket !== socket) return;
    this.close();
    socket.onclose = null;
    this.onclose();
  }

  #fail() {
    for (const { failed } of this.#waiting.values()) failed(new Error("closed"));
    this.#waiting.clear();
  }
}
