/** Too many tries: nothing more is sent until the next one is allowed, and how long that takes. */

import { announce } from "../announce.js";
import { formatSpan } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notice } from "./notice.js";

/**
 * Hold a button back for a while.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place where to say so
 * @param {number} seconds until the next try is allowed
 * @returns {() => void} lets it go at once
 */
export function holdBack(button, place, seconds) {
  const allowedAt = Date.now() + seconds * 1000;
  const left = h("strong", { role: "timer" }, formatSpan(seconds));
  const element = notice("warning", t("tries.title"), t("tries.text"), h("p", {}, t("tries.next"), " ", left));
  const timer = setInterval(tick, 250);

  function tick() {
    const remaining = Math.max(0, Math.ceil((allowedAt - Date.now()) / 1000));
    left.textContent = formatSpan(remaining);
    if (!element.isConnected) return clearInterval(timer);
    if (remaining > 0) return;
    letGo();
    place.replaceChildren(notice("info", t("tries.now")));
    announce(t("tries.now"));
  }

  function letGo() {
    clearInterval(timer);
    if (!element.isConnected) return; // it was let go before, and may be at work again
    element.remove();
    button.removeAttribute("aria-disabled");
    button.classList.remove("button--held");
  }

  place.replaceChildren(element);
  button.setAttribute("aria-disabled", "true");
  button.classList.add("button--held");
  return letGo;
}
