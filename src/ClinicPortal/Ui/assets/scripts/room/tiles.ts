// The pictures of those who take part, and what is to be said of each.

interface Person { id: string; role: string; name: string }

export class Tiles {
  readonly #tiles = new Map<string, HTMLElement>();

  constructor(readonly stage: HTMLElement, readonly role: (role: string) => string, readonly framed: () => void) {}

  showSelf(stream: MediaStream, name: string): void {
    let tile = this.stage.querySelector<HTMLElement>(".room-self");
    if (!tile) {
      tile = figure(name);
      tile.classList.add("room-self");
      this.stage.append(tile);
    }
    const video = tile.querySelector("video")!;
    // One's own voice comes back as an echo.
    video.muted = true;
    play(video, stream);
  }

  /** Those of the call, and nobody else any more. */
  keep(people: Person[]): void {
    for (const [id, tile] of this.#tiles) {
      if (people.some(one => one.id === id)) continue;
      tile.remove();
      this.#tiles.delete(id);
    }
    for (const { id, role, name } of people) {
      if (this.#tiles.has(id)) continue;
      const tile = figure(`${name} (${this.role(role)})`);
      tile.dataset["person"] = id;
      tile.querySelector("video")!.requestVideoFrameCallback?.(() => this.framed());
      this.stage.prepend(tile);
      this.#tiles.set(id, tile);
    }
    this.stage.dataset["count"] = String(this.#tiles.size);
  }

  /** @param note What is to be known in place of a picture; null when there is one. */
  show(id: string, stream: MediaStream, note: string | null): void {
    const tile = this.#tiles.get(id);
    if (!tile) return;
    play(tile.querySelector("video")!, stream);
    const text = tile.querySelector(".room-note")!;
    if (text.textContent !== (note ?? "")) text.textContent = note ?? "";
  }
}

function figure(name: string): HTMLElement {
  const tile = document.createElement("figure");
  tile.className = "room-tile";
  const video = document.createElement("video");
  video.autoplay = video.playsInline = true;
  video.setAttribute("aria-label", name);
  const note = document.createElement("p");
  note.className = "room-note";
  const caption = document.createElement("figcaption");
  caption.textContent = name;
  tile.append(video, note, caption);
  return tile;
}

function play(video: HTMLVideoElement, stream: MediaStream) {
  if (video.srcObject !== stream) video.srcObject = stream;
  // Refused until the page is touched, on some phones: then it plays with the next touch.
  void video.play().catch(() => addEventListener("click", () => void video.play().catch(() => undefined), { once: true }));
}
