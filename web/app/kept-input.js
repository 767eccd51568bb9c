/** What was typed survives that its page is made anew. */

import { byId } from "./dom.js";

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/**
 * Do something that makes the page anew, then put back what was typed into controls of the same id.
 * @param {() => Promise<unknown>} remake
 */
export async function keepingInput(remake) {
  const typed = new Map(controls().map((control) => [control.id, control.value]));
  await remake();
  for (const control of controls()) {
    const before = typed.get(control.id);
    if (before === undefined || before === control.value) continue;
    control.value = before;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function controls() {
  const found = byId("main", HTMLElement).querySelectorAll("input[id], select[id], textarea[id]");
  return /** @type {Control[]} */ ([...found]);
}
