// A consultation's room, for whoever takes part in it: picture and sound of up to four people, each sent to each other. The page brings
// the words and the buttons ([data-room-do]); the phase is written on the section, and the style sheet shows what belongs to it:
//   check → waiting → call, and back to waiting; left; over.
import { Devices } from "./room/devices";
import { Hub } from "./room/hub";
import { measure } from "./room/network";
import { Peer, type SignalMessage } from "./room/peer";
import { withoutTraces } from "./room/photo";
import { Tiles } from "./room/tiles";

interface Person { id: string; role: string; name: string; state: "Invited" | "Waiting" | "Admitted" | "Left" | "Removed"; connected: boolean }
interface State { status: string; mode: "Video" | "Phone"; people: Person[] }
interface Server { urls: string[]; username: string | null; credential: string | null }
interface Welcome { self: string; state: State; servers: Server[]; relayOnly: boolean; topology: string }
type Phase = "check" | "waiting" | "call" | "left" | "over";

const waits = [100, 300, 600, 1_000, 1_500, 2_000];
const askAgainAfter = 1_500;
const measureEvery = 2_000;
const reportEvery = 5;

let current: Room | null = null;

/** Called after every page: begins on a room's page, and lets go on any other. */
export function follow(): void {
  const section = document.querySelector<HTMLElement>("[data-room]");
  if (section === current?.section) return;
  current?.close();
  current = section ? new Room(section) : null;
  void current?.begin();
}

addEventListener("pagehide", () => current?.close());

class Room {
  readonly #devices = new Devices();
  readonly #peers = new Map<string, Peer>();
  /** This page: after a reload it is another. */
  readonly #page = crypto.randomUUID();
  readonly #tiles: Tiles;
  #hub: Hub;
  #self = "";
  #state: State | null = null;
  #configuration: RTCConfiguration = {};
  #closed = false;
  #connecting = false;
  #joinedOnce = false;
  #wantsIn = false;
  #redrawing: Promise<void> | null = null;
  #silence: () => void = () => undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #turn = 0;
  #ways = 0;
  #admittedAt = 0;
  #firstFrame: number | null = null;
  #reconnects = 0;
  readonly #away = new AbortController();

  constructor(readonly section: HTMLElement) {
    this.#tiles = new Tiles(section.querySelector("[data-room-stage]")!, role => this.#word(`role-${role.toLowerCase()}`), () => this.#framed());
    this.#hub = this.#newHub();
    const listening = { signal: this.#away.signal };
    section.addEventListener("click", event => {
      const button = (event.target as Element).closest<HTMLElement>("[data-room-do]");
      if (button) void this.#do(button.dataset["roomDo"]!, button);
    }, listening);
    addEventListener("change", event => {
      const input = event.target as HTMLInputElement;
      if (input.matches("input[type=file][data-room-photo]")) this.#redrawing = withoutTraces(input).finally(() => { this.#redrawing = null; });
    }, listening);
    // Sent before it is redrawn, it waits for that.
    addEventListener("submit", event => {
      const form = event.target as HTMLFormElement;
      if (!this.#redrawing || !form.querySelector("[data-room-photo]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void this.#redrawing.then(() => form.requestSubmit());
    }, { ...listening, capture: true });
    addEventListener("online", () => this.#networkChanged(), listening);
    (navigator as { connection?: EventTarget }).connection?.addEventListener("change", () => this.#networkChanged(), listening);
  }

  async begin(): Promise<void> {
    this.#say("connecting");
    const opening = this.#devices.open();
    void this.#connect(opening);
    const trouble = await opening;
    if (this.#closed) return;
    this.#tiles.showSelf(this.#devices.stream, this.#word("self"));
    if (trouble !== "none") this.#advise(trouble);
    const meter = this.section.querySelector<HTMLMeterElement>("[data-room-meter]");
    if (meter) this.#silence = this.#devices.listen(level => { meter.value = level; });
    this.#timer = setInterval(() => void this.#measure(), measureEvery);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#away.abort();
    clearInterval(this.#timer);
    this.#silence();
    for (const [id, peer] of this.#peers) {
      this.#send(id, { kind: "bye", page: peer.own, for: peer.page, body: null });
      peer.close();
    }
    this.#peers.clear();
    this.#hub.close();
    this.#devices.close();
  }

  #newHub(): Hub {
    const hub = new Hub("/room", () => {
      if (this.#closed || this.#phase === "over") return;
      this.#say("reconnecting");
      void this.#connect(Promise.resolve());
    });
    hub.on("signal", (from: string, message: SignalMessage) => this.#hear(from, message));
    hub.on("state", (state: State) => this.#take(state));
    hub.on("said", () => this.#reload("[data-room-said]"));
    hub.on("over", (reason: string) => this.#end(reason));
    return hub;
  }

  /** Tries until it is in: a lost connection must be back within seconds. */
  async #connect(ready: Promise<unknown>) {
    if (this.#connecting) return;
    this.#connecting = true;
    for (let tries = 0; !this.#closed && this.#phase !== "over" && this.#phase !== "left"; tries++) {
      try {
        const answer = await fetch(this.section.dataset["roomTicket"]!, { signal: AbortSignal.timeout(4_000), headers: { accept: "text/plain" } });
        if (answer.status === 404 || answer.status === 401) {
          this.#end("gone");
          break;
        }
        if (!answer.ok || answer.redirected) throw new Error("refused");
        this.#hub.close();
        this.#hub = this.#newHub();
        await this.#hub.open();
        const welcome = await this.#hub.invoke<Welcome>("Join", await answer.text());
        await ready;
        if (this.#closed) break;
        this.#enter(welcome);
        break;
      } catch {
        await new Promise(done => setTimeout(done, waits[Math.min(tries, waits.length - 1)]));
      }
    }
    this.#connecting = false;
  }

  #enter(welcome: Welcome) {
    // What this script knows; a room by a forwarding server needs another.
    if (welcome.topology !== "mesh") return this.#end("gone");
    this.#self = welcome.self;
    this.#configuration = {
      iceServers: welcome.servers.map(({ urls, username, credential }) => username && credential ? { urls, username, credential } : { urls }),
      iceTransportPolicy: welcome.relayOnly ? "relay" : "all",
      bundlePolicy: "max-bundle",
    };
    if (this.#joinedOnce) this.#reconnects++;
    const again = this.#joinedOnce;
    this.#joinedOnce = true;
    this.#take(welcome.state, true);
    void this.#arrive();
    if (again) this.#reload("[data-room-frame]");
    if (!again && this.#phase === "check") void this.#checkNetwork();
  }

  /** @param joined This page has just come in: others may know an earlier one. */
  #take(state: State, joined = false) {
    if (!this.#self) return;
    const before = this.#state;
    this.#state = state;
    const self = state.people.find(one => one.id === this.#self);
    if (!self) return;
    const admitted = self.state === "Admitted" && state.mode === "Video";
    if (admitted && this.#admittedAt === 0) this.#admittedAt = performance.now();
    if (state.mode === "Phone") this.#show("waiting", "phone");
    else if (admitted) this.#show("call", this.#others.length > 0 ? "in-call" : "alone");
    else if (self.state === "Waiting") this.#show("waiting", before && this.#phase === "call" ? "returned" : "waiting");
    else this.#show("check", "check");
    const others = admitted ? this.#others : [];
    for (const [id, peer] of this.#peers) {
      if (others.some(one => one.id === id)) continue;
      peer.close();
      this.#peers.delete(id);
    }
    this.#tiles.keep(others);
    for (const other of others) {
      const peer = this.#peers.get(other.id);
      if (peer && joined) {
        this.#greet(other.id);
        peer.resume();
      } else if (!peer) this.#reach(other, joined);
    }
    if (JSON.stringify(before) !== JSON.stringify(state)) this.#reload("[data-room-frame]");
  }

  get #others(): Person[] {
    return this.#state?.people.filter(one => one.id !== this.#self && one.state === "Admitted") ?? [];
  }

  /** One of the two offers, and the other greets when it has come too late to be offered anything. */
  #reach(other: Person, joined: boolean) {
    if (!this.#isPolite(other.id)) {
      if (other.connected) this.#add(other.id, null);
    } else if (joined) this.#greet(other.id);
    else setTimeout(() => {
      if (!this.#closed && !this.#peers.has(other.id) && this.#others.some(one => one.id === other.id)) this.#greet(other.id);
    }, askAgainAfter);
  }

  #hear(from: string, message: SignalMessage) {
    if (this.#phase !== "call") return;
    let peer = this.#peers.get(from);
    if (message.kind === "hello") {
      if (peer?.page?.startsWith(`${message.page}/`)) peer.resume();
      else this.#add(from, null);
      return;
    }
    if (message.for !== null && message.for !== peer?.own) return;
    if (message.kind === "bye") {
      if (peer?.page === message.page) this.#drop(from);
      return;
    }
    if (message.kind === "offer" && (peer === undefined || peer.page !== null && peer.page !== message.page)) peer = this.#add(from, message.page);
    if (peer && (peer.page === message.page || peer.page === null && message.kind !== "candidate")) void peer.hear(message).catch(() => peer.restart());
  }

  #add(id: string, page: string | null): Peer {
    this.#peers.get(id)?.close();
    const peer = new Peer(id, `${this.#page}/${++this.#ways}`, page, this.#isPolite(id), {
      stream: this.#devices.stream,
      configuration: this.#configuration,
      send: (to, message) => this.#send(to, message),
      changed: changed => this.#tiles.show(changed.id, changed.stream, changed.isConnected ? null : this.#word("peer-connecting")),
    });
    this.#peers.set(id, peer);
    this.#tiles.show(id, peer.stream, this.#word("peer-connecting"));
    return peer;
  }

  #drop(id: string) {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
    this.#tiles.show(id, new MediaStream(), this.#word("peer-away"));
  }

  #isPolite(id: string) {
    return this.#self < id;
  }

  #greet(id: string) {
    this.#send(id, { kind: "hello", page: this.#page, for: null, body: null });
  }

  #send(to: string, message: SignalMessage) {
    // What is lost with the connection is said again once it is back.
    void this.#hub.invoke("Send", to, message).catch(() => undefined);
  }

  #networkChanged() {
    for (const peer of this.#peers.values()) peer.restart();
    if (!this.#hub.isOpen) void this.#connect(Promise.resolve());
  }

  async #do(what: string, button: HTMLElement) {
    const track = what === "microphone" ? this.#devices.microphone : this.#devices.camera;
    if (what === "microphone" || what === "camera") {
      if (!track) return;
      track.enabled = !track.enabled;
      button.setAttribute("aria-pressed", String(!track.enabled));
      this.#announce(this.#word(`${what}-${track.enabled ? "on" : "off"}`));
    } else if (what === "switch") {
      const next = await this.#devices.switchCamera();
      if (next) for (const peer of this.#peers.values()) peer.replace(next);
      this.#tiles.showSelf(this.#devices.stream, this.#word("self"));
    } else if (what === "tone") await this.#devices.tone();
    else if (what === "again") location.reload();
    else if (what === "ready") {
      this.#wantsIn = true;
      await this.#arrive();
    } else if (what === "leave") {
      this.close();
      this.#show("left", "left");
    }
  }

  /** Whoever pressed before the connection was there comes in with it. */
  async #arrive() {
    if (!this.#wantsIn || !this.#self) return;
    const obstacle = await this.#hub.invoke<string | null>("Arrive").catch(() => "reconnecting");
    if (obstacle === "reconnecting") return;
    this.#wantsIn = false;
    if (obstacle) this.#say(obstacle.replace("room.", ""));
  }

  async #checkNetwork() {
    const target = this.section.querySelector<HTMLElement>("[data-room-network]");
    if (!target) return;
    target.textContent = this.#word("network-measuring");
    const { candidate, protocol, roundTrip } = await measure(this.#configuration);
    if (this.#closed) return;
    const grade = roundTrip === null ? "none" : roundTrip > 400 ? "slow" : "good";
    target.dataset["grade"] = grade;
    target.textContent = this.#word(`network-${grade}`).replace("{0}", String(roundTrip));
    const way = this.section.querySelector<HTMLElement>("[data-room-way]");
    if (way && candidate) way.textContent = this.#word(candidate === "relay" ? "way-relay" : "way-direct").replace("{0}", (protocol ?? "").toUpperCase());
    if (grade !== "good") this.#advise(`network-${grade}`);
  }

  #advise(what: string) {
    const list = this.section.querySelector("[data-room-advice]");
    const text = this.#word(`advice-${what}`);
    if (!list || !text) return;
    const item = document.createElement("li");
    item.textContent = text;
    list.append(item);
  }

  #framed() {
    this.#firstFrame ??= Math.round(performance.now() - this.#admittedAt);
  }

  async #measure() {
    if (this.#peers.size === 0) return;
    const all = await Promise.all([...this.#peers.values()].map(peer => peer.measure().catch(() => null)));
    const found = all.filter(one => one !== null);
    if (found.length === 0 || this.#turn++ % reportEvery !== 0) return;
    const worst = (of: (one: (typeof found)[number]) => number | null) => found.reduce<number | null>((most, one) => of(one) === null ? most : Math.max(most ?? 0, of(one)!), null);
    const [roundTrip, loss] = [worst(one => one.roundTrip), worst(one => one.loss)];
    const kinds: Record<string, string> = { host: "Host", srflx: "ServerReflexive", prflx: "PeerReflexive", relay: "Relay" };
    void this.#hub.invoke("Report", {
      firstFrameMs: this.#firstFrame,
      roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
      lossPermille: loss === null ? null : Math.round(loss * 1000),
      candidate: kinds[found[0]!.candidate ?? ""] ?? null,
      protocol: { udp: "Udp", tcp: "Tcp", tls: "Tcp" }[found[0]!.protocol ?? ""] ?? null,
      reconnects: this.#reconnects + [...this.#peers.values()].reduce((sum, peer) => sum + peer.reconnects, 0),
    }).catch(() => undefined);
  }

  #end(reason: string) {
    this.close();
    this.#show("over", `over-${reason}`);
  }

  get #phase(): Phase {
    return this.section.dataset["phase"] as Phase;
  }

  #show(phase: Phase, word: string) {
    const changed = this.#phase !== phase;
    this.section.dataset["phase"] = phase;
    this.#say(word);
    if (changed) {
      this.section.dispatchEvent(new CustomEvent("room:phase", { bubbles: true }));
      if (phase === "over" || phase === "left") this.#tiles.keep([]);
    }
  }

  #say(word: string) {
    this.#announce(this.#word(word));
  }

  #announce(text: string) {
    const status = this.section.querySelector("[data-room-status]");
    if (status && text && status.textContent !== text) status.textContent = text;
  }

  #reload(frames: string) {
    for (const frame of document.querySelectorAll<HTMLElement & { reload(): Promise<void> }>(`turbo-frame${frames}`)) void frame.reload();
  }

  #word(name: string): string {
    return this.section.querySelector<HTMLElement>(`[data-word="${name}"]`)?.textContent ?? "";
  }
}
