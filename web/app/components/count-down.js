/** <count-down>: how long the seats are held, by the server's clock. */

import { announce } from "../announce.js";
import { serverNow } from "../clock.js";
import { formatSpan, formatTime } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

const SAID_AT_MINUTES = [10, 5, 2, 1];
const HURRY_SECONDS = 120;

class CountDown extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;
  #left = Infinity;
  #shown = h("span", { class: "count-down__left", role: "timer" });

  /** RFC 3339 */
  until = "";
  /** @type {() => void} */
  onend = () => {};

  connectedCallback() {
    this.replaceChildren(
      h("span", {}, t("countDown.held")),
      this.#shown,
      h("span", { class: "count-down__until" }, t("countDown.until", { time: formatTime(this.until) })),
    );
    this.#timer = setInterval(() => this.#tick(), 250);
    this.#tick();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = Math.max(0, Math.ceil((Date.parse(this.until) - serverNow()) / 1000));
    if (left === this.#left) return;
    const minutes = SAID_AT_MINUTES.find(
      (mark) => left <= mark * 60 && this.#left > mark * 60 && this.#left !== Infinity,
    );
    if (minutes) announce(t("countDown.minutesLeft", { count: minutes }));
    this.#left = left;
    this.#shown.textContent = formatSpan(left);
    this.classList.toggle("count-down--hurry", left <= HURRY_SECONDS);
    if (left > 0) return;
    clearInterval(this.#timer);
    this.onend();
  }
}

customElements.define("count-down", CountDown);

/**
 * @param {string} until RFC 3339
 * @param {() => void} onend
 */
export function countDown(until, onend) {
  const element = new CountDown();
  element.className = "count-down";
  element.until = until;
  element.onend = onend;
  return element;
}
