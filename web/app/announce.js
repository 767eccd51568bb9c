/** Tell those who listen to the page instead of looking at it. */

import { byId } from "./dom.js";

/** @param {string} text */
export function announce(text) {
  const announcer = byId("announcer", HTMLElement);
  announcer.textContent = "";
  // Emptied and filled in one turn, the same text twice would not be a change.
  setTimeout(() => (announcer.textContent = text), 50);
}
