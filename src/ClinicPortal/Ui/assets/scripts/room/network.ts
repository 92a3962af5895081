// How good the network is, measured and not asked: two connections of this page find a way to each other, by the relay where there is one.

export interface Measured {
  /** As RTCIceCandidateStats names it: "relay" is by the portal's relay, "host" within this machine. */
  candidate: string | null;
  protocol: string | null;
  /** In milliseconds; null when none was found. */
  roundTrip: number | null;
}

const atMost = 10_000;

export async function measure(configuration: RTCConfiguration): Promise<Measured> {
  const relayed = configuration.iceServers?.some(server => [server.urls].flat().some(url => url.startsWith("turn"))) ?? false;
  // By the relay where there is one: it is on the way that picture and sound take at worst.
  const wanted: RTCConfiguration = relayed ? { ...configuration, iceTransportPolicy: "relay" } : configuration;
  const [one, other] = [new RTCPeerConnection(wanted), new RTCPeerConnection(wanted)];
  try {
    one.onicecandidate = ({ candidate }) => void other.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    other.onicecandidate = ({ candidate }) => void one.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    const channel = one.createDataChannel("measure");
    other.ondatachannel = ({ channel: back }) => {
      back.onmessage = ({ data }) => back.send(String(data));
    };
    await one.setLocalDescription();
    await other.setRemoteDescription(one.localDescription!);
    await other.setLocalDescription();
    await one.setRemoteDescription(other.localDescription!);
    await within(atMost, new Promise<void>(done => { channel.onopen = () => done(); }));
    const times: number[] = [];
    for (let i = 0; i < 5; i++) times.push(await within(atMost, echo(channel)));
    const report = await one.getStats();
    const transport = [...report.values()].find(stat => stat.type === "transport") as { selectedCandidatePairId?: string } | undefined;
    const pair = report.get(transport?.selectedCandidatePairId ?? "") as { localCandidateId?: string } | undefined;
    const local = report.get(pair?.localCandidateId ?? "") as { candidateType?: string; relayProtocol?: string; protocol?: string } | undefined;
    return { candidate: local?.candidateType ?? null, protocol: local?.relayProtocol ?? local?.protocol ?? null, roundTrip: Math.round(times.sort((a, b) => a - b)[2]!) };
  } catch {
    return { candidate: null, protocol: null, roundTrip: null };
  } finally {
    one.close();
    other.close();
  }
}

function echo(channel: RTCDataChannel): Promise<number> {
  const began = performance.now();
  return new Promise(done => {
    channel.onmessage = () => done(performance.now() - began);
    channel.send("?");
  });
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<never>((_, late) => setTimeout(() => late(new Error("late")), milliseconds))]);
}
