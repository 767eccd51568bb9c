/** An e-mail address and an access code: how registrants find their order, and organizers sign in. */

import { ApiError } from "../api-error.js";
import { h } from "../dom.js";
import { accessCode, email } from "../rules.js";
import { Field } from "./field.js";
import { form } from "./form.js";
import { notice } from "./notice.js";

/**
 * @typedef {object} CodeFormOptions
 * @property {string} label
 * @property {string} emailLabel
 * @property {string} codeLabel
 * @property {string} codeHint
 * @property {string} submit
 * @property {string} busy
 * @property {{ status: number, title: string, text: string }} refused what the API answers when the two do not fit
 * @property {(email: string, accessCode: string) => Promise<unknown>} onSubmit
 */

/** @param {CodeFormOptions} options */
export function codeForm({ label, emailLabel, codeLabel, codeHint, submit, busy, refused, onSubmit }) {
  const outcome = h("div", { class: "form__outcome" });
  const address = new Field({
    name: "email",
    type: "email",
    label: emailLabel,
    autocomplete: "email",
    maxLength: 254,
    rules: [email],
  });
  const code = new Field({
    name: "accessCode",
    label: codeLabel,
    hint: codeHint,
    maxLength: 6,
    className: "field--code",
    rules: [accessCode],
  });
  const element = form({
    label,
    fields: [address, code],
    limited: address,
    submit,
    busy,
    onSubmit: async (values) => {
      outcome.replaceChildren();
      try {
        await onSubmit(values.email ?? "", (values.accessCode ?? "").toUpperCase());
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== refused.status) throw error;
        outcome.replaceChildren(notice("warning", refused.title, refused.text));
      }
    },
  });
  return h("div", { class: "panel" }, element, outcome);
}
