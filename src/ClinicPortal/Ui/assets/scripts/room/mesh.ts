// The ways to the others of a call: each sends its picture and sound to each other.
import type { Devices } from "./devices";
import { Peer, type SignalMessage } from "./peer";
import type { Person } from "./state";
import type { Tiles } from "./tiles";

const askAgainAfter = 1_500;
const kinds: Record<string, string> = { host: "Host", srflx: "ServerReflexive", prflx: "PeerReflexive", relay: "Relay" };
const protocols: Record<string, string> = { udp: "Udp", tcp: "Tcp", tls: "Tcp" };

export interface Around {
  devices: Devices;
  tiles: Tiles;
  word: (name: string) => string;
  send: (to: string, message: SignalMessage) => void;
  reaches: (id: string) => boolean;
  /** A way was found, or broke. */
  changed: (state: RTCPeerConnectionState) => void;
}

export class Mesh {
  readonly #peers = new Map<string, Peer>();
  /** This page: after a reload it is another. */
  readonly #page = crypto.randomUUID();
  #self = "";
  #others: Person[] = [];
  #configuration: RTCConfiguration = {};
  #ways = 0;
  #closed = false;

  constructor(readonly around: Around) {}

  join(self: string, configuration: RTCConfiguration): void {
    [this.#self, this.#configuration] = [self, configuration];
  }

  /**
   * @param others Those of the call, without this page.
   * @param joined This page has just come in: others may know an earlier one.
   */
  keep(others: Person[], joined: boolean): void {
    this.#others = others;
    for (const [id, peer] of this.#peers) {
      if (others.some(one => one.id === id)) continue;
      peer.close();
      this.#peers.delete(id);
    }
    this.around.tiles.keep(others);
    for (const other of others) {
      const peer = this.#peers.get(other.id);
      if (peer && joined) {
        this.#greet(other.id);
        peer.resume();
      } else if (!peer) this.#reach(other, joined);
    }
  }

  hear(from: string, message: SignalMessage): void {
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

  /** The network may be another one. */
  check(): void {
    for (const peer of this.#peers.values()) void peer.check();
  }

  replace(track: MediaStreamTrack): void {
    for (const peer of this.#peers.values()) peer.replace(track);
  }

  /** What is told of the call: the worst of all ways; null when there is none. */
  async measure() {
    const all = await Promise.all([...this.#peers.values()].map(peer => peer.measure().catch(() => null)));
    const found = all.filter(one => one !== null);
    if (found.length === 0) return null;
    const worst = (of: (one: (typeof found)[number]) => number | null) => found.reduce<number | null>((most, one) => of(one) === null ? most : Math.max(most ?? 0, of(one)!), null);
    const [roundTrip, loss] = [worst(one => one.roundTrip), worst(one => one.loss)];
    return {
      roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
      lossPermille: loss === null ? null : Math.round(loss * 1000),
      candidate: kinds[found[0]!.candidate ?? ""] ?? null,
      protocol: protocols[found[0]!.protocol ?? ""] ?? null,
      reconnects: [...this.#peers.values()].reduce((sum, peer) => sum + peer.reconnects, 0),
    };
  }

  close(): void {
    this.#closed = true;
    for (const [id, peer] of this.#peers) {
      this.around.send(id, { kind: "bye", page: peer.own, for: peer.page, body: null });
      peer.close();
    }
    this.#peers.clear();
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

  #add(id: string, page: string | null): Peer {
    this.#peers.get(id)?.close();
    const { devices, tiles, word, send, reaches, changed } = this.around;
    const peer = new Peer(id, `${this.#page}/${++this.#ways}`, page, this.#isPolite(id), {
      stream: devices.stream,
      configuration: this.#configuration,
      send,
      reaches,
      changed: one => {
        tiles.show(one.id, one.stream, one.isConnected ? null : word("peer-connecting"));
        changed(one.connection.connectionState);
      },
    });
    this.#peers.set(id, peer);
    tiles.show(id, peer.stream, word("peer-connecting"));
    return peer;
  }

  #drop(id: string) {
    this.#peers.get(id)?.close();
    this.#peers.delete(id);
    this.around.tiles.show(id, new MediaStream(), this.around.word("peer-away"));
  }

  #isPolite(id: string) {
    return this.#self < id;
  }

  #greet(id: string) {
    this.around.send(id, { kind: "hello", page: this.#page, for: null, body: null });
  }
}
