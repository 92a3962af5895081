// Camera, microphone and speaker of this person.

const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
const voice = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Of the W3C's MediaCapture Extensions, which the compiler does not know yet. */
interface Blurring<T> { backgroundBlur?: T }

export type Trouble = "none" | "refused" | "no-camera" | "no-microphone" | "nothing";

export class Devices {
  readonly stream = new MediaStream();
  #facing: "user" | "environment" = "user";
  #audio: AudioContext | null = null;

  /** Both, or whichever there is: who has no camera can still be heard. */
  async open(): Promise<Trouble> {
    try {
      this.#add(await navigator.mediaDevices.getUserMedia({ audio: voice, video: { ...size, facingMode: this.#facing } }));
      return "none";
    } catch (refusal) {
      const sound = await this.#only({ audio: voice });
      const picture = sound ? false : await this.#only({ video: size });
      if (sound) return "no-camera";
      if (picture) return "no-microphone";
      return (refusal as DOMException).name === "NotAllowedError" ? "refused" : "nothing";
    }
  }

  get microphone(): MediaStreamTrack | undefined {
    return this.stream.getAudioTracks()[0];
  }

  get camera(): MediaStreamTrack | undefined {
    return this.stream.getVideoTracks()[0];
  }

  async hasSeveralCameras(): Promise<boolean> {
    return (await navigator.mediaDevices.enumerateDevices()).filter(one => one.kind === "videoinput").length > 1;
  }

  /** The camera at the back of a phone, or the next one of a computer. */
  async switchCamera(): Promise<MediaStreamTrack | null> {
    const before = this.camera;
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(one => one.kind === "videoinput");
    const now = before?.getSettings();
    this.#facing = now?.facingMode === "environment" ? "user" : "environment";
    const next = cameras[(cameras.findIndex(one => one.deviceId === now?.deviceId) + 1) % Math.max(1, cameras.length)];
    // Many phones open one camera at a time.
    before?.stop();
    const wanted = now?.facingMode ? { facingMode: { ideal: this.#facing } } : next ? { deviceId: { exact: next.deviceId } } : {};
    const track = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...wanted } }).then(stream => stream.getVideoTracks()[0] ?? null, () => null)
      ?? await navigator.mediaDevices.getUserMedia({ video: size }).then(stream => stream.getVideoTracks()[0] ?? null, () => null);
    if (before) this.stream.removeTrack(before);
    if (!track) return null;
    track.enabled = before?.enabled ?? true;
    this.stream.addTrack(track);
    return track;
  }

  /** Whether what is behind the person is blurred; null where the camera's own system cannot switch it: a page's own way would cost a phone its battery. */
  get isBlurred(): boolean | null {
    const can = (this.camera?.getCapabilities?.() as Blurring<boolean[]> | undefined)?.backgroundBlur;
    return can?.includes(true) && can.includes(false) ? (this.camera!.getSettings() as Blurring<boolean>).backgroundBlur ?? false : null;
  }

  /** What a camera was opened with stays as it was. */
  async blur(blurred: boolean): Promise<void> {
    await this.camera?.applyConstraints({ ...this.camera.getConstraints(), backgroundBlur: blurred } as MediaTrackConstraints).catch(() => undefined);
  }

  /** Tells how loud it is, from 0 to 1, about twenty times a second. */
  listen(heard: (level: number) => void): () => void {
    if (!this.microphone) return () => undefined;
    const context = this.#context();
    const source = context.createMediaStreamSource(new MediaStream([this.microphone]));
    const analyser = new AnalyserNode(context, { fftSize: 512 });
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((total, one) => total + one * one, 0) / samples.length;
      heard(Math.min(1, Math.sqrt(power) * 4));
    }, 50);
    return () => {
      clearInterval(timer);
      source.disconnect();
    };
  }

  /** Two tones, made here. */
  async tone(): Promise<void> {
    const context = this.#context();
    await context.resume();
    for (const [index, frequency] of [523.25, 659.25].entries()) {
      const at = context.currentTime + index * 0.4;
      const tone = new OscillatorNode(context, { frequency });
      const volume = new GainNode(context, { gain: 0 });
      volume.gain.linearRampToValueAtTime(0.3, at + 0.05);
      volume.gain.linearRampToValueAtTime(0, at + 0.38);
      tone.connect(volume).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.4);
    }
  }

  close(): void {
    for (const track of this.stream.getTracks()) track.stop();
    void this.#audio?.close();
    this.#audio = null;
  }

  #context() {
    return this.#audio ??= new AudioContext();
  }

  async #only(wanted: MediaStreamConstraints): Promise<boolean> {
    try {
      this.#add(await navigator.mediaDevices.getUserMedia(wanted));
      return true;
    } catch {
      return false;
    }
  }

  #add(stream: MediaStream) {
    for (const track of stream.getTracks()) {
      if (track.kind === "audio") track.contentHint = "speech";
      this.stream.addTrack(track);
    }
  }
}
