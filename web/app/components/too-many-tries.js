/** Too many tries, or too many of something: when the next one is allowed, counted down. */

import { announce } from "../announce.js";
import { formatSpan } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notice } from "./notice.js";

/** @import { Child } from "../dom.js" */

/**
 * Hold a button back for a while, so that nothing is sent in vain.
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} place where to say so
 * @param {number} seconds until the next try is allowed
 * @returns {() => void} lets it go at once
 */
export function holdBack(button, place, seconds) {
  const element = sayWhen(place, seconds, { title: t("tries.title"), text: t("tries.text"), onend: letGo });

  function letGo() {
    if (!element.isConnected) return; // it was let go before, and may be at work again
    element.remove();
    button.removeAttribute("aria-disabled");
    button.classList.remove("button--held");
  }

  button.setAttribute("aria-disabled", "true");
  button.classList.add("button--held");
  return letGo;
}

/**
 * Say when the next try is allowed, and then that it is; until something else is said there.
 * @param {HTMLElement} place where to say so
 * @param {number} seconds until then
 * @param {{ title: string, text: string, beside?: Child, onend?: () => void }} what
 */
export function sayWhen(place, seconds, { title, text, beside = null, onend = () => {} }) {
  const allowedAt = Date.now() + seconds * 1000;
  const left = h("strong", { role: "timer" }, formatSpan(seconds));
  const element = notice("warning", title, text, h("p", {}, t("tries.next"), " ", left), beside);
  const timer = setInterval(tick, 250);

  function tick() {
    const remaining = Math.max(0, Math.ceil((allowedAt - Date.now()) / 1000));
    left.textContent = formatSpan(remaining);
    if (!element.isConnected) return clearInterval(timer);
    if (remaining > 0) return;
    clearInterval(timer);
    onend();
    place.replaceChildren(notice("info", t("tries.now")));
    announce(t("tries.now"));
  }

  place.replaceChildren(element);
  return element;
}
