/** A number of seats, with buttons for one more and one less. */

import { h } from "../dom.js";
import { t } from "../i18n.js";

/**
 * @param {object} options
 * @param {string} options.id
 * @param {string} options.labelledBy
 * @param {string} options.name what is counted, for the names of the buttons
 * @param {number} options.most
 * @param {number} options.value
 * @param {() => void} options.onchange
 */
export function stepper({ id, labelledBy, name, most, value, onchange }) {
  const input = h("input", {
    id,
    class: "stepper__number",
    type: "number",
    inputmode: "numeric",
    min: 0,
    max: most,
    step: 1,
    value,
    autocomplete: "off",
    "aria-labelledby": labelledBy,
  });
  const less = h(
    "button",
    { type: "button", class: "stepper__button", "aria-label": t("stepper.less", { name }) },
    "\u2212",
  );
  const more = h(
    "button",
    { type: "button", class: "stepper__button", "aria-label": t("stepper.more", { name }) },
    "+",
  );
  const read = () => Math.min(most, Math.max(0, Math.trunc(Number(input.value) || 0)));
  const update = () => {
    less.setAttribute("aria-disabled", String(read() <= 0));
    more.setAttribute("aria-disabled", String(read() >= most));
    onchange();
  };
  const step = (/** @type {number} */ by) => {
    input.value = String(Math.min(most, Math.max(0, read() + by)));
    update();
  };
  less.addEventListener("click", () => step(-1));
  more.addEventListener("click", () => step(1));
  input.addEventListener("input", update);
  input.addEventListener("change", () => step(0));
  less.setAttribute("aria-disabled", String(value <= 0));
  more.setAttribute("aria-disabled", String(value >= most));
  return { element: h("div", { class: "stepper" }, less, input, more), quantity: read };
}
