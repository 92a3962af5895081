// Each element on its own: the whole library is four times as heavy. Only elements that do something are Fluent's;
// what merely looks (badge, card, message bar) is HTML with Fluent's tokens and needs no script to be readable.
import "@fluentui/web-components/button.js";
import "@fluentui/web-components/checkbox.js";
import "@fluentui/web-components/switch.js";
import "@fluentui/web-components/text-input.js";
