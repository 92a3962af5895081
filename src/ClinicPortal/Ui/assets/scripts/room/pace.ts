// How much of the picture a way carries. Sound comes first: it is never thinned, and where there is too little room for both the picture
// gets smaller step by step, and is paused in the end.

export interface Loss {
  loss: number | null;
  roundTrip: number | null;
  candidate: string | null;
  protocol: string | null;
  frames: number;
  /** Packets, so far. */
  received: number;
}

const steps = [
  { active: true, maxBitrate: 1_200_000, scaleResolutionDownBy: 1 },
  { active: true, maxBitrate: 500_000, scaleResolutionDownBy: 2 },
  { active: true, maxBitrate: 150_000, scaleResolutionDownBy: 4 },
  { active: false, maxBitrate: 150_000, scaleResolutionDownBy: 4 },
];
const small = 2;
const audioBitrate = 40_000;
const badLoss = 0.08;
const badRoundTrip = 0.7;
const goodLoss = 0.02;
const goodRoundTrip = 0.4;
const badBefore = 2;
const goodBefore = 5;

/** Names as RTCStatsReport has them. */
interface Stat {
  type: string; kind?: string; fractionLost?: number; roundTripTime?: number; framesDecoded?: number; packetsLost?: number; packetsReceived?: number;
  selectedCandidatePairId?: string; currentRoundTripTime?: number; availableOutgoingBitrate?: number; localCandidateId?: string; candidateType?: string;
  protocol?: string; relayProtocol?: string;
}

export class Pace {
  #step = 0;
  #bad = 0;
  #good = 0;
  #applied = -1;
  #received = -1;

  constructor(readonly connection: RTCPeerConnection) {}

  async measure(): Promise<Loss> {
    const report = await this.connection.getStats();
    const stats = [...report.values()] as Stat[];
    const inbound = stats.filter(one => one.type === "inbound-rtp");
    const remote = stats.filter(one => one.type === "remote-inbound-rtp");
    const pair = report.get(stats.find(one => one.type === "transport")?.selectedCandidatePairId ?? "") as Stat | undefined;
    const local = report.get(pair?.localCandidateId ?? "") as Stat | undefined;
    const received = sum(inbound, one => one.packetsReceived), lost = sum(inbound, one => one.packetsLost);
    const roundTrip = pair?.currentRoundTripTime ?? null;
    // What is lost while nothing passes at all says nothing about the room that there is.
    const passes = received !== this.#received;
    this.#received = received;
    if (this.connection.connectionState === "connected" && passes) {
      const sent = Math.max(0, ...remote.map(one => one.fractionLost ?? 0));
      await this.#judge(sent, roundTrip ?? 0, pair?.availableOutgoingBitrate ?? Number.POSITIVE_INFINITY);
    }
    return {
      loss: received + lost > 0 ? Math.max(0, lost) / (received + lost) : null,
      roundTrip,
      candidate: local?.candidateType ?? null,
      protocol: local?.relayProtocol ?? local?.protocol ?? null,
      frames: sum(inbound, one => one.framesDecoded),
      received,
    };
  }

  /**
   * The way was lost and is back: those who look wait for a whole picture, which a decoder asks for late and a way that has just come back carries
   * slowly. A change of size makes one at once, and a small one is there first.
   */
  async recover(): Promise<void> {
    if (this.#step === small) {
      this.#step = small - 1;
      await this.#apply();
    }
    [this.#step, this.#bad, this.#good] = [small, 0, goodBefore - 1];
    await this.#apply();
  }

  async #judge(loss: number, roundTrip: number, room: number) {
    const tight = room < audioBitrate + steps[Math.min(this.#step, 2)]!.maxBitrate / 4;
    if (loss > badLoss || roundTrip > badRoundTrip || tight) {
      this.#good = 0;
      if (++this.#bad >= badBefore && this.#step < steps.length - 1) [this.#step, this.#bad] = [this.#step + 1, 0];
    } else if (loss < goodLoss && roundTrip < goodRoundTrip) {
      this.#bad = 0;
      if (++this.#good >= goodBefore && this.#step > 0) [this.#step, this.#good] = [this.#step - 1, 0];
    }
    if (this.#applied !== this.#step) await this.#apply();
  }

  async #apply() {
    const step = this.#step;
    for (const sender of this.connection.getSenders()) {
      const parameters = sender.getParameters();
      const encoding = parameters.encodings[0];
      if (!encoding || !sender.track) continue;
      if (sender.track.kind === "audio") {
        encoding.maxBitrate = audioBitrate;
        encoding.priority = encoding.networkPriority = "high";
      } else {
        const { active, maxBitrate, scaleResolutionDownBy } = steps[step]!;
        [encoding.active, encoding.maxBitrate, encoding.scaleResolutionDownBy] = [active, maxBitrate, scaleResolutionDownBy];
        encoding.priority = encoding.networkPriority = "low";
        (parameters as { degradationPreference?: string }).degradationPreference = "balanced";
      }
      try {
        await sender.setParameters(parameters);
      } catch {
        // Some browsers take no priorities; what they do take is set the next time.
      }
    }
    this.#applied = step;
  }
}

function sum(stats: Stat[], of: (stat: Stat) => number | undefined): number {
  return stats.reduce((total, one) => total + (of(one) ?? 0), 0);
}
