import "./turbo";
import "./morph";
import "./fluent";
import "./fields";
import "./theme";
import "./hotkeys";
import "./menus";
import "./dialogs";
import "./clocks";
import "./attention";
import "./idle";
import "./search";
import "./retry";

// Few pages ask for a passkey.
addEventListener("turbo:load", () => {
  if (document.querySelector("form[data-passkey]")) void import("./passkeys");
});

// Nor does anybody else take part in a consultation.
let room: Promise<typeof import("./room")> | undefined;
addEventListener("turbo:load", () => {
  if (document.querySelector("[data-room]")) room ??= import("./room");
  void room?.then(module => module.follow());
});

// Only a page with a token is live; until the first of them nobody loads the connection.
let live: Promise<typeof import("./live")> | undefined;
addEventListener("turbo:load", () => {
  if (document.querySelector("meta[name=live-token]")) live ??= import("./live");
  void live?.then(module => module.follow());
});
