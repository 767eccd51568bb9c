/** A button that works on something: it cannot be pressed again, and says so to all. */

import { announce } from "../announce.js";

const SAY_AFTER_MILLISECONDS = 300;

/**
 * Whether a press does nothing at present.
 * @param {HTMLButtonElement} button
 */
export function isBusy(button) {
  return button.getAttribute("aria-disabled") === "true";
}

/**
 * Do something that the button asked for, once at a time. A second press meanwhile does nothing.
 * The spinner and the words come after 300 ms (the spinner's delay is in the style sheet).
 * @param {HTMLButtonElement} button
 * @param {string} text what is going on
 * @param {() => Promise<unknown>} work
 */
export async function whileBusy(button, text, work) {
  if (isBusy(button)) return;
  button.setAttribute("aria-disabled", "true");
  const saying = setTimeout(() => announce(text), SAY_AFTER_MILLISECONDS);
  try {
    await work();
  } finally {
    clearTimeout(saying);
    button.removeAttribute("aria-disabled");
  }
}
