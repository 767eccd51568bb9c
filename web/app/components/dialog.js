/** A question that must be answered first. */

import { h } from "../dom.js";
import { t } from "../i18n.js";

/**
 * Whether she said yes. Escape and the other button say no; the focus goes back to where it was.
 * @param {object} question
 * @param {string} question.title
 * @param {string} question.text
 * @param {string} question.yes
 * @param {string} [question.no]
 * @returns {Promise<boolean>}
 */
export function ask({ title, text, yes, no = t("dialog.cancel") }) {
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title", "aria-describedby": "dialog-text" },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: "dialog-title" }, title),
      h("p", { id: "dialog-text" }, text),
      h(
        "div",
        { class: "actions" },
        h("button", { class: "button button--primary", value: "yes" }, yes),
        h("button", { class: "button button--quiet", value: "no", autofocus: true }, no),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
