// What calls the operator's eye and ear: the count in the tab's title (data-title-count="3") and a sound when a new case
// (data-sound="new-case", with an id) appears on a page that is already there.

const heard = new Set<string>();
let audio: AudioContext | null = null;

// Two soft tones, made here: no file to load in the moment it is needed.
export function ring() {
  audio ??= new AudioContext();
  const start = audio.currentTime;
  for (const [index, frequency] of [880, 1174.7, 880, 1174.7].entries()) {
    const at = start + index * 0.22;
    const tone = new OscillatorNode(audio, { frequency, type: "triangle" });
    const volume = new GainNode(audio, { gain: 0 });
    volume.gain.linearRampToValueAtTime(0.25, at + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.21);
  }
}

function listen(quiet: boolean) {
  for (const element of document.querySelectorAll<HTMLElement>("[data-sound=new-case][id]")) {
    if (heard.has(element.id)) continue;
    heard.add(element.id);
    if (!quiet) ring();
  }
}

function count() {
  const counted = document.querySelector<HTMLElement>("[data-title-count]")?.dataset["titleCount"];
  const bare = document.title.replace(/^\(\d+\) /, "");
  const title = counted && counted !== "0" ? `(${counted}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
}

addEventListener("turbo:load", () => {
  listen(true);
  count();
});
for (const changed of ["turbo:frame-render", "turbo:morph"]) {
  addEventListener(changed, () => {
    listen(false);
    count();
  });
}
// Browsers make a sound only after a person has touched the page; the first touch opens the way for the first call.
addEventListener("pointerdown", () => void (audio ??= new AudioContext()).resume(), { once: true });
addEventListener("keydown", () => void (audio ??= new AudioContext()).resume(), { once: true });
