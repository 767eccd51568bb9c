/** Too many wrong tries: when the next one is allowed. */

import { announce } from "../announce.js";
import { formatSpan } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { notice } from "./notice.js";

/** @param {number} seconds until the next try is allowed */
export function tooManyTries(seconds) {
  const allowedAt = Date.now() + seconds * 1000;
  const left = h("strong", { role: "timer" }, formatSpan(seconds));
  const element = notice("warning", t("tries.title"), t("tries.text"), h("p", {}, t("tries.next"), " ", left));
  const timer = setInterval(() => {
    const remaining = Math.max(0, Math.ceil((allowedAt - Date.now()) / 1000));
    left.textContent = formatSpan(remaining);
    if (remaining > 0 && element.isConnected) return;
    clearInterval(timer);
    if (!element.isConnected) return;
    element.replaceWith(notice("info", t("tries.now")));
    announce(t("tries.now"));
  }, 500);
  return element;
}
