/** The session ended while she was at work: sign in on the spot, and nothing that was typed is lost. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { isSignedIn } from "./session.js";
import { signInForm } from "./sign-in-form.js";

/**
 * Whether she is signed in to the conference now.
 * @param {string} code
 * @returns {Promise<boolean>}
 */
export function signInAgain(code) {
  const cancel = h(
    "button",
    { type: "button", class: "button button--quiet", onclick: () => dialog.close() },
    t("dialog.cancel"),
  );
  /** @type {HTMLDialogElement} */
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "again-title" },
    h("h2", { id: "again-title" }, t("signIn.again")),
    h("p", {}, t("signIn.again.text")),
    signInForm(() => dialog.close()),
    h("p", { class: "actions" }, cancel),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(isSignedIn(code));
    });
  });
}
