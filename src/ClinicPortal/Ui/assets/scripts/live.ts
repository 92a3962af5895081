// A push only says "changed", with topics; the frames that name one of them read themselves anew:
//   <meta name="live-token" content="…">
//   <turbo-frame id="board" src="/desk/board" complete refresh="morph" data-live="cases units">…</turbo-frame>
// (`complete` says that the page brought the frame's content already.)
import type { FrameElement } from "@hotwired/turbo";
import { HttpTransportType, type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";

const pollEvery = 30_000;
const waits = [500, 1_000, 2_000, 5_000, 10_000];

let connection: HubConnection | null = null;
let connecting = false;
let joined = "";
let poll: ReturnType<typeof setInterval> | undefined;
const reading = new Set<FrameElement>();
const again = new Set<FrameElement>();

// Not from words.ts: a module that two bundles share is a file of its own, and one more request.
const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? "";
const token = () => meta("live-token");
const frames = () => document.querySelectorAll<FrameElement>("turbo-frame[data-live][src]");

/** Follows the page that is shown: joins with its token, or lets go when it has none. Called after every page. */
export function follow(): void {
  const wanted = token();
  // The notice was part of the page before.
  if (poll !== undefined) show(meta("word-reconnecting"));
  if (!wanted) stop();
  else if (connection === null) start();
  else if (wanted !== joined && connection.state === HubConnectionState.Connected) join().then(readAll).catch(stopAndStart);
}

// What changed while the desk was locked.
addEventListener("portal:unlocked", readAll);

function start() {
  const opened = new HubConnectionBuilder()
    .withUrl("/live", { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .configureLogging(LogLevel.None)
    .build();
  connection = opened;
  opened.on("changed", (topics: string[]) => {
    // "*": the server itself was without news for a while.
    if (topics.includes("*")) return readAll();
    for (const frame of frames())
      if (frame.dataset["live"]?.split(" ").some(topic => topics.includes(topic))) void read(frame);
  });
  opened.onclose(() => void connect(opened));
  void connect(opened);
}

// SignalR's own reconnection gives up when a server says goodbye, as it does at every deployment; this never does.
async function connect(opened: HubConnection) {
  if (connecting) return;
  connecting = true;
  for (let tries = 0; connection === opened; tries++) {
    try {
      await opened.start();
      await join();
      quiet();
      // What happened in between is not told again, and something may have happened before the first Join.
      readAll();
      break;
    } catch {
      if (connection !== opened) break;
      down();
      await opened.stop();
      await new Promise(done => setTimeout(done, wait(tries)));
    }
  }
  connecting = false;
  // The page has gone on to another connection while this one was being tried.
  if (connection !== null && connection !== opened) void connect(connection);
}

async function join() {
  const wanted = token();
  try {
    await connection?.invoke("Join", wanted);
  } catch (failure) {
    if (String(failure).includes("stale")) await renew();
    throw failure;
  }
  joined = wanted;
}

/** What the reader may follow is not what it was when the page came (an agreement ended, say): asks for that alone, and leaves what is being typed. */
async function renew() {
  const answer = await fetch(location.href, { headers: { "Turbo-Frame": "live-token" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector<HTMLMetaElement>("meta[name=live-token]")?.content;
  if (fresh) document.querySelector<HTMLMetaElement>("meta[name=live-token]")?.setAttribute("content", fresh);
}

function stop() {
  const closed = connection;
  connection = null;
  joined = "";
  quiet();
  void closed?.stop();
}

function stopAndStart() {
  stop();
  start();
}

function down() {
  joined = "";
  show(meta("word-reconnecting"));
  poll ??= setInterval(readAll, pollEvery);
}

function quiet() {
  show("");
  clearInterval(poll);
  poll = undefined;
}

function readAll() {
  for (const frame of frames()) void read(frame);
}

/** At most one request for a frame is under way; whatever comes meanwhile is answered by one more after it. */
async function read(frame: FrameElement) {
  const sent = frame.querySelector("form[aria-busy]");
  if (sent) return readAfter(sent, frame);
  if (reading.has(frame)) {
    again.add(frame);
    return;
  }
  reading.add(frame);
  try {
    await Promise.race([frame.reload(), overtaken(frame)]);
  } finally {
    reading.delete(frame);
    if (again.delete(frame) && frame.isConnected) void read(frame);
  }
}

/** What a form in the frame was sent for is about to be shown in it (a link that is shown this once, say): that leads elsewhere, and is what is read anew. */
function readAfter(form: Element, frame: FrameElement) {
  const end = (event: Event) => {
    if ((event as CustomEvent<{ formSubmission: { formElement: Element } }>).detail.formSubmission.formElement !== form) return;
    removeEventListener("turbo:submit-end", end);
    if (frame.isConnected) void read(frame);
  };
  addEventListener("turbo:submit-end", end);
}

/** Turbo reads a frame anew itself when its page is shown again (after a form, say); it never settles the reading that this replaces. */
function overtaken(frame: FrameElement) {
  return new Promise<void>(done => {
    const next = (event: Event) => {
      if (event.target !== frame) return;
      frame.removeEventListener("turbo:before-fetch-request", next);
      done();
    };
    frame.addEventListener("turbo:before-fetch-request", next);
  });
}

// Spread over a quarter of the wait, so that a restarted server is not met by all desks at once.
function wait(tries: number) {
  const base = waits[Math.min(tries, waits.length - 1)]!;
  return base * (1 + Math.random() / 4);
}

function show(text: string) {
  let status = document.querySelector<HTMLElement>(".live-status");
  if (!status) {
    if (!text) return;
    status = document.createElement("div");
    status.className = "live-status";
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  if (status.textContent !== text) status.textContent = text;
}

// A live read that fails keeps what is on the screen. If it led elsewhere the page goes there; signed out, to the sign-in.
addEventListener("turbo:frame-missing", event => {
  const frame = event.target as HTMLElement;
  if (!frame.dataset["live"]) return;
  event.preventDefault();
  const { response, visit } = (event as CustomEvent<{ response: Response; visit: (to: Response) => Promise<void> }>).detail;
  if (response.redirected) void visit(response);
  else if (response.status === 423) dispatchEvent(new Event("portal:locked"));
  else if (response.status === 401) location.reload();
});
