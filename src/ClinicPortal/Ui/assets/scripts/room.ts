// A consultation's room, for whoever takes part in it: picture and sound of up to four people, each sent to each other. The page brings
// the words and the buttons ([data-room-do]); the phase is written on the section, and the style sheet shows what belongs to it:
//   check → waiting → call, and back to waiting; left; over.
import { Devices } from "./room/devices";
import { Line } from "./room/line";
import { Mesh } from "./room/mesh";
import { measure } from "./room/network";
import type { SignalMessage } from "./room/peer";
import { withoutTraces } from "./room/photo";
import { Screen } from "./room/screen";
import type { Person, State, Welcome } from "./room/state";
import { Tiles } from "./room/tiles";

const measureEvery = 2_000;
const reportEvery = 5;

let current: Room | null = null;

/** Called after every page: begins on a room's page, and lets go on any other. */
export function follow(): void {
  const section = document.querySelector<HTMLElement>("[data-room]");
  if (section === (current?.section ?? null)) return;
  current?.close();
  current = section ? new Room(section) : null;
  void current?.begin();
}

addEventListener("pagehide", () => current?.close());

class Room {
  readonly #devices = new Devices();
  readonly #opening: ReturnType<Devices["open"]>;
  readonly #screen: Screen;
  readonly #tiles: Tiles;
  readonly #line: Line;
  readonly #mesh: Mesh;
  readonly #away = new AbortController();
  #self = "";
  #state: State | null = null;
  #closed = false;
  #joinedOnce = false;
  #wantsIn = false;
  #redrawing: Promise<void> | null = null;
  #silence: () => void = () => undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #turn = 0;
  #admittedAt = 0;
  #firstFrame: number | null = null;
  #reconnects = 0;

  constructor(readonly section: HTMLElement) {
    this.#screen = new Screen(section);
    const word = (name: string) => this.#screen.word(name);
    this.#tiles = new Tiles(section.querySelector("[data-room-stage]")!, role => word(`role-${role.toLowerCase()}`), () => {
      this.#firstFrame ??= Math.round(performance.now() - this.#admittedAt);
    });
    this.#screen.say("connecting");
    this.#opening = this.#devices.open();
    this.#line = new Line(section.dataset["roomTicket"]!, this.#opening, {
      joined: welcome => this.#enter(welcome),
      lost: () => this.#screen.say("reconnecting"),
      refused: () => this.#end("gone"),
      told: {
        signal: (from: string, message: SignalMessage) => { if (this.#screen.phase === "call") this.#mesh.hear(from, message); },
        state: (state: State) => this.#take(state),
        said: () => this.#screen.reload("[data-room-said]"),
        over: (reason: string) => this.#end(reason),
      },
    });
    this.#mesh = new Mesh({
      devices: this.#devices, tiles: this.#tiles, word,
      // What is lost with the connection is said again once it is back.
      send: (to, message) => void this.#line.invoke("Send", to, message).catch(() => undefined),
      reaches: id => this.#line.isOpen && this.#state?.people.some(one => one.id === id && one.connected) === true,
      // Picture and sound try without a pause: they are the first to find out that the network is gone, or back.
      changed: state => {
        if (state === "connected") this.#line.wake();
        else if (state === "disconnected" || state === "failed") void this.#line.check();
      },
    });
    this.#listen({ signal: this.#away.signal });
  }

  async begin(): Promise<void> {
    void this.#line.connect();
    const trouble = await this.#opening;
    if (this.#closed) return;
    this.#tiles.showSelf(this.#devices.stream, this.#screen.word("self"));
    if (trouble !== "none") this.#screen.advise(trouble);
    this.#offerBlur();
    if (this.#devices.camera) this.#offerSwitch();
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
    this.#mesh.close();
    this.#line.close();
    this.#devices.close();
  }

  #listen(listening: AddEventListenerOptions) {
    this.section.addEventListener("click", event => {
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
    const network = () => { void this.#line.check(); this.#mesh.check(); };
    addEventListener("online", network, listening);
    (navigator as { connection?: EventTarget }).connection?.addEventListener("change", network, listening);
    // A phone that was in a pocket has not kept its time.
    document.addEventListener("visibilitychange", () => { if (!document.hidden) void this.#line.check(); }, listening);
  }

  #enter(welcome: Welcome) {
    // What this script knows; a room by a forwarding server needs another.
    if (welcome.topology !== "mesh") return this.#end("gone");
    this.#self = welcome.self;
    const configuration: RTCConfiguration = {
      iceServers: welcome.servers.map(({ urls, username, credential }) => username && credential ? { urls, username, credential } : { urls }),
      iceTransportPolicy: welcome.relayOnly ? "relay" : "all",
      bundlePolicy: "max-bundle",
    };
    this.#mesh.join(welcome.self, configuration);
    const again = this.#joinedOnce;
    // Told with the next measurement: the page may be gone before the one after.
    if (again) [this.#reconnects, this.#turn] = [this.#reconnects + 1, 0];
    this.#joinedOnce = true;
    this.#take(welcome.state, true);
    void this.#arrive();
    if (again) this.#screen.reload("[data-room-frame]");
    if (!again && this.#screen.phase === "check") void this.#checkNetwork(configuration);
  }

  /** @param joined This page has just come in. */
  #take(state: State, joined = false) {
    if (!this.#self) return;
    const before = this.#state;
    this.#state = state;
    const self = state.people.find(one => one.id === this.#self);
    if (!self) return;
    const admitted = self.state === "Admitted" && state.mode === "Video";
    // From when there is somebody to be seen: a doctor may be alone in the room for long.
    if (admitted && this.#others.length > 0 && this.#admittedAt === 0) this.#admittedAt = performance.now();
    if (state.mode === "Phone") this.#screen.show("waiting", "phone");
    else if (admitted) this.#screen.show("call", this.#others.length > 0 ? "in-call" : "alone");
    else if (self.state === "Waiting") this.#screen.show("waiting", before && this.#screen.phase === "call" ? "returned" : "waiting");
    else this.#screen.show("check", "check");
    this.#mesh.keep(admitted ? this.#others : [], joined);
    if (JSON.stringify(before) !== JSON.stringify(state)) this.#screen.reload("[data-room-frame]");
  }

  get #others(): Person[] {
    return this.#state?.people.filter(one => one.id !== this.#self && one.state === "Admitted") ?? [];
  }

  async #do(what: string, button: HTMLElement) {
    const track = what === "microphone" ? this.#devices.microphone : this.#devices.camera;
    if (what === "microphone" || what === "camera") {
      if (!track) return;
      track.enabled = !track.enabled;
      button.setAttribute("aria-pressed", String(!track.enabled));
      this.#screen.say(`${what}-${track.enabled ? "on" : "off"}`);
    } else if (what === "switch") {
      const next = await this.#devices.switchCamera();
      if (next) this.#mesh.replace(next);
      this.#tiles.showSelf(this.#devices.stream, this.#screen.word("self"));
      this.#offerBlur();
    } else if (what === "blur") {
      await this.#devices.blur(!this.#devices.isBlurred);
      this.#showBlur();
      this.#screen.say(`blur-${this.#devices.isBlurred ? "on" : "off"}`);
    } else if (what === "tone") await this.#devices.tone();
    else if (what === "again") location.reload();
    else if (what === "ready") {
      this.#wantsIn = true;
      await this.#arrive();
    } else if (what === "leave") {
      this.close();
      this.#leave("left", "left");
    }
  }

  /** Where there is another camera, which may be plugged in later. */
  #offerSwitch() {
    const show = async () => {
      const several = await this.#devices.hasSeveralCameras();
      for (const button of this.section.querySelectorAll<HTMLElement>("[data-room-do=switch]")) button.hidden = !several;
    };
    navigator.mediaDevices.addEventListener("devicechange", () => void show(), { signal: this.#away.signal });
    void show();
  }

  /** Each camera may, or may not; and the person's system may switch it too. */
  #offerBlur() {
    this.#devices.camera?.addEventListener("configurationchange", () => this.#showBlur(), { signal: this.#away.signal });
    this.#showBlur();
  }

  #showBlur() {
    const blurred = this.#devices.isBlurred;
    for (const button of this.section.querySelectorAll<HTMLElement>("[data-room-do=blur]")) {
      button.hidden = blurred === null;
      button.setAttribute("aria-pressed", String(blurred === true));
    }
  }

  /** Whoever pressed before the connection was there comes in with it. */
  async #arrive() {
    if (!this.#wantsIn || !this.#self) return;
    const obstacle = await this.#line.invoke<string | null>("Arrive").catch(() => "reconnecting");
    if (obstacle === "reconnecting") return;
    this.#wantsIn = false;
    if (obstacle) this.#screen.say(obstacle.replace("room.", ""));
  }

  async #checkNetwork(configuration: RTCConfiguration) {
    const target = this.section.querySelector<HTMLElement>("[data-room-network]");
    if (!target) return;
    target.textContent = this.#screen.word("network-measuring");
    const { candidate, protocol, roundTrip } = await measure(configuration);
    if (this.#closed) return;
    const grade = roundTrip === null ? "none" : roundTrip > 400 ? "slow" : "good";
    target.dataset["grade"] = grade;
    target.textContent = this.#screen.word(`network-${grade}`).replace("{0}", String(roundTrip));
    const way = this.section.querySelector<HTMLElement>("[data-room-way]");
    if (way && candidate) way.textContent = this.#screen.word(candidate === "relay" ? "way-relay" : "way-direct").replace("{0}", (protocol ?? "").toUpperCase());
    if (grade !== "good") this.#screen.advise(`network-${grade}`);
  }

  async #measure() {
    const figures = await this.#mesh.measure();
    if (!figures || this.#turn++ % reportEvery !== 0) return;
    void this.#line.invoke("Report", { ...figures, firstFrameMs: this.#firstFrame, reconnects: this.#reconnects + figures.reconnects }).catch(() => undefined);
  }

  #end(reason: string) {
    this.close();
    this.section.dataset["reason"] = reason;
    this.#leave("over", `over-${reason}`);
    // What could be written to the others cannot any more.
    if (reason === "ended") this.#screen.reload(":is([data-room-frame], [data-room-said])");
  }

  #leave(phase: "left" | "over", word: string) {
    this.#screen.show(phase, word);
    this.#tiles.keep([]);
  }
}
