// One other participant: the way to them (perfect negotiation as the WebRTC specification describes it), and what comes over it.
import { type Loss, Pace } from "./pace";

export interface SignalMessage { kind: "hello" | "offer" | "answer" | "candidate" | "bye"; page: string; for: string | null; body: string | null }

export interface Here {
  stream: MediaStream;
  configuration: RTCConfiguration;
  send: (to: string, message: SignalMessage) => void;
  /** What is sent to them now arrives. */
  reaches: (id: string) => boolean;
  /** The way was found, broke, or the picture came. */
  changed: (peer: Peer) => void;
}

const patience = 1_500;
const carriesWithin = 700;
const looksEvery = 150;

export class Peer {
  readonly connection: RTCPeerConnection;
  readonly stream = new MediaStream();
  readonly #pace: Pace;
  /** The other's end of this way, by name; null until it has answered. */
  page: string | null;
  reconnects = 0;
  #makingOffer = false;
  #ignoresOffer = false;
  #settingAnswer = false;
  #wasConnected = false;
  #heard = -1;
  /** Nothing has come for a while. */
  #stalled = false;
  #broken: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param own This end, by name: a second way to the same page must not be taken for the first.
   * @param polite Of two offers at once the polite one's gives way.
   */
  constructor(readonly id: string, readonly own: string, page: string | null, readonly polite: boolean, readonly here: Here) {
    this.page = page;
    this.connection = new RTCPeerConnection(here.configuration);
    this.connection.onnegotiationneeded = () => void this.#offer();
    this.connection.onicecandidate = ({ candidate }) => this.#send("candidate", JSON.stringify(candidate));
    this.connection.ontrack = ({ track }) => this.#receive(track);
    this.connection.onconnectionstatechange = () => this.#watch();
    // Sound first: it comes before the picture, and goes before it where there is little room.
    for (const kind of ["audio", "video"] as const) {
      const track = here.stream.getTracks().find(one => one.kind === kind);
      if (track) this.connection.addTrack(track, here.stream);
      else this.connection.addTransceiver(kind, { direction: "recvonly" });
    }
    this.#pace = new Pace(this.connection);
  }

  get isConnected(): boolean {
    return this.connection.connectionState === "connected";
  }

  async hear(message: SignalMessage): Promise<void> {
    if (message.kind === "candidate") {
      const candidate = JSON.parse(message.body!) as RTCIceCandidateInit | null;
      try {
        if (candidate) await this.connection.addIceCandidate(candidate);
      } catch (refused) {
        if (!this.#ignoresOffer) throw refused;
      }
      return;
    }
    const description = JSON.parse(message.body!) as RTCSessionDescriptionInit;
    const ready = !this.#makingOffer && (this.connection.signalingState === "stable" || this.#settingAnswer);
    this.#ignoresOffer = !this.polite && description.type === "offer" && !ready;
    if (this.#ignoresOffer) return;
    this.page = message.page;
    this.#settingAnswer = description.type === "answer";
    await this.connection.setRemoteDescription(description);
    this.#settingAnswer = false;
    if (description.type !== "offer") return;
    await this.connection.setLocalDescription();
    this.#describe();
  }

  /** The other side, or the connection to the portal, is back: what may have been lost is said again. */
  resume(): void {
    if (this.connection.signalingState === "have-local-offer") this.#describe();
    else if (!this.isConnected) this.connection.restartIce();
  }

  /** What could not be agreed on now would be in the way later: whoever comes back resumes. */
  restart(): void {
    if (this.here.reaches(this.id)) this.connection.restartIce();
  }

  /** The network may be another one. A way that still carries something is kept: most come back by themselves, and sooner. */
  async check(): Promise<void> {
    const before = await this.#received();
    await new Promise(done => setTimeout(done, carriesWithin));
    if (this.connection.connectionState !== "closed" && (!this.isConnected || await this.#received() === before)) this.restart();
  }

  replace(track: MediaStreamTrack): void {
    const sender = this.connection.getTransceivers().find(one => one.receiver.track.kind === track.kind)?.sender;
    void sender?.replaceTrack(track);
  }

  /** Measures, and spares the picture where the sound would suffer. */
  async measure(): Promise<Loss> {
    const measured = await this.#pace.measure();
    if (measured.received === this.#heard) void this.#awaitReturn(measured.received);
    this.#heard = measured.received;
    return measured;
  }

  close(): void {
    clearTimeout(this.#broken);
    this.connection.onconnectionstatechange = null;
    this.connection.close();
  }

  /** A short cut changes no state of the connection: that it is over shows in what comes. */
  async #awaitReturn(before: number) {
    if (this.#stalled) return;
    this.#stalled = true;
    while (this.#stalled && this.connection.connectionState !== "closed") {
      await new Promise(done => setTimeout(done, looksEvery));
      if (await this.#received() !== before && this.#stalled) this.#recover();
    }
  }

  #recover() {
    this.#stalled = false;
    void this.#pace.recover();
  }

  async #offer() {
    try {
      this.#makingOffer = true;
      await this.connection.setLocalDescription();
      this.#describe();
    } finally {
      this.#makingOffer = false;
    }
  }

  #describe() {
    const description = this.connection.localDescription;
    if (description) this.#send(description.type as "offer" | "answer", JSON.stringify(description));
  }

  #send(kind: "offer" | "answer" | "candidate", body: string) {
    this.here.send(this.id, { kind, page: this.own, for: this.page, body });
  }

  #receive(track: MediaStreamTrack) {
    this.stream.addTrack(track);
    this.here.changed(this);
  }

  #watch() {
    clearTimeout(this.#broken);
    const state = this.connection.connectionState;
    if (state === "connected") {
      if (this.#wasConnected) {
        this.reconnects++;
        this.#recover();
      }
      this.#wasConnected = true;
    } else if (state === "failed") this.restart();
    else if (state === "disconnected") this.#broken = setTimeout(() => this.restart(), patience);
    this.here.changed(this);
  }

  async #received(): Promise<number> {
    const stats = [...(await this.connection.getStats()).values()] as { type: string; packetsReceived?: number }[];
    return stats.reduce((sum, one) => sum + (one.type === "inbound-rtp" ? one.packetsReceived ?? 0 : 0), 0);
  }
}
