/** The grey shape of a page that is on its way. */

import { h } from "../dom.js";

/** @returns {HTMLElement} */
export function skeleton() {
  return h(
    "div",
    { class: "page skeleton", "aria-hidden": "true" },
    h("div", { class: "skeleton__line skeleton__line--title" }),
    h("div", { class: "skeleton__line" }),
    h("div", { class: "skeleton__block" }),
  );
}

/**
 * A small wait inside of a page, shown after 300 ms and said at once to those who listen.
 * @param {string} text
 */
export function waiting(text) {
  return h("p", { class: "waiting", role: "status" }, h("span", { class: "spinner", "aria-hidden": "true" }), text);
}
