// A push only says "changed", with topics; the frames that name one of them read themselves anew:
//   <meta name="live-token" content="…">
//   <turbo-frame id="board" src="/desk/board" complete refresh="morph" data-live="cases units">…</turbo-frame>
// (`complete` says that the page brought the frame's content already.)
import type { FrameElement } from "@hotwired/turbo";
import { HttpTransportType, type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from "@microsoft/signalr";
import { word } from "./words";

const pollEvery = 30_000;
const waits = [0, 500, 1_000, 2_000, 5_000, 10_000];

let connection: HubConnection | null = null;
let joined = "";
let poll: ReturnType<typeof setInterval> | undefined;
const reading = new Set<FrameElement>();
const again = new Set<FrameElement>();

const token = () => document.querySelector<HTMLMetaElement>("meta[name=live-token]")?.content ?? "";
const frames = () => document.querySelectorAll<FrameElement>("turbo-frame[data-live][src]");

/** Follows the page that is shown: joins with its token, or lets go when it has none. Called after every page. */
export function follow(): void {
  const wanted = token();
  if (!wanted) return stop();
  if (connection === null) void start();
  else if (wanted !== joined && connection.state === HubConnectionState.Connected) join().then(readAll).catch(restart);
}

/** A link over which the server refuses to tell this page anything is as good as none. */
function restart() {
  stop();
  void start();
}

async function start() {
  const opened = new HubConnectionBuilder()
    .withUrl("/live", { transport: HttpTransportType.WebSockets, skipNegotiation: true })
    .withAutomaticReconnect({ nextRetryDelayInMilliseconds: ({ previousRetryCount }) => wait(previousRetryCount) })
    .configureLogging(LogLevel.None)
    .build();
  connection = opened;
  opened.on("changed", (topics: string[]) => {
    // "*": the server itself was without news for a while.
    if (topics.includes("*")) return readAll();
    for (const frame of frames())
      if (frame.dataset["live"]?.split(" ").some(topic => topics.includes(topic))) void read(frame);
  });
  opened.onreconnecting(down);
  opened.onreconnected(() => up().catch(restart));
  for (let tries = 0; connection === opened; tries++) {
    try {
      await opened.start();
      return await up();
    } catch {
      // Automatic reconnection begins only after a first success; until then, and after a refused Join, this loop does.
      down();
      await opened.stop();
      await new Promise(done => setTimeout(done, wait(tries + 1)));
    }
  }
}

function stop() {
  const closed = connection;
  connection = null;
  joined = "";
  clearInterval(poll);
  show("");
  void closed?.stop();
}

async function join() {
  const wanted = token();
  await connection?.invoke("Join", wanted);
  joined = wanted;
}

async function up() {
  await join();
  clearInterval(poll);
  show("");
  // What happened in between is not told again, and something may have happened before the first Join.
  readAll();
}

function down() {
  joined = "";
  show(word("reconnecting"));
  clearInterval(poll);
  poll = setInterval(readAll, pollEvery);
}

function readAll() {
  for (const frame of frames()) void read(frame);
}

/** At most one request for a frame is under way; whatever comes meanwhile is answered by one more after it. */
async function read(frame: FrameElement) {
  if (reading.has(frame)) {
    again.add(frame);
    return;
  }
  reading.add(frame);
  try {
    await frame.reload();
  } finally {
    reading.delete(frame);
    if (again.delete(frame) && frame.isConnected) void read(frame);
  }
}

// Spread over a quarter of the wait, so that a restarted server is not met by all desks at once.
function wait(tries: number) {
  const base = waits[Math.min(tries, waits.length - 1)] ?? 0;
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

// A live read that fails keeps what is on the screen. If it led elsewhere (signed out), the page goes there.
addEventListener("turbo:frame-missing", event => {
  const frame = event.target as HTMLElement;
  if (!frame.dataset["live"]) return;
  event.preventDefault();
  const { response, visit } = (event as CustomEvent<{ response: Response; visit: (to: Response) => Promise<void> }>).detail;
  if (response.redirected) void visit(response);
});
