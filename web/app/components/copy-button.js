/** A button that copies a text. */

import { announce } from "../announce.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

const SAID_FOR_MILLISECONDS = 2500;

/**
 * @param {string} text
 * @param {HTMLElement} shown where the text stands, to select it where copying is not allowed
 */
export function copyButton(text, shown) {
  const button = h("button", { type: "button", class: "button button--quiet button--small" }, t("copy.copy"));
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      say(button, t("copy.copied"));
    } catch {
      getSelection()?.selectAllChildren(shown);
      say(button, t("copy.selected"));
    }
  });
  return button;
}

/**
 * @param {HTMLButtonElement} button
 * @param {string} text
 */
function say(button, text) {
  button.textContent = text;
  announce(text);
  setTimeout(() => (button.textContent = t("copy.copy")), SAID_FOR_MILLISECONDS);
}

/**
 * An access code, large, with its button.
 * @param {string} code
 */
export function accessCodeBox(code) {
  const shown = h("output", { class: "access-code", id: "access-code" }, code);
  return h("div", { class: "access-code-box" }, shown, copyButton(code, shown));
}
