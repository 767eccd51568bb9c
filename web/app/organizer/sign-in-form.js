/** Sign in as the organizer of a conference. */

import { ApiError } from "../api-error.js";
import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { tooManyTries } from "../components/too-many-tries.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { accessCode, email } from "../rules.js";
import { signIn } from "./session.js";

/**
 * @param {(code: string) => unknown} onSignedIn gets the code of the conference
 * @returns {HTMLElement}
 */
export function signInForm(onSignedIn) {
  const outcome = h("div", { class: "form__outcome" });
  const element = form({
    label: t("signIn.heading"),
    fields: [
      new Field({
        name: "email",
        type: "email",
        label: t("signIn.email"),
        autocomplete: "username",
        maxLength: 254,
        rules: [email],
      }),
      new Field({
        name: "accessCode",
        label: t("signIn.code"),
        hint: t("signIn.code.hint"),
        maxLength: 6,
        className: "field--code",
        rules: [accessCode],
      }),
    ],
    submit: t("signIn.submit"),
    busy: t("signIn.busy"),
    onSubmit: async (values) => {
      outcome.replaceChildren();
      try {
        const { code } = await signIn(values.email ?? "", (values.accessCode ?? "").toUpperCase());
        await onSignedIn(code);
      } catch (error) {
        const words = refusal(error);
        if (!words) throw error;
        outcome.replaceChildren(words);
      }
    },
  });
  return h("div", { class: "panel" }, element, outcome);
}

/** @param {unknown} error */
function refusal(error) {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 401) return notice("warning", t("signIn.refused"), t("signIn.refused.text"));
  if (error.status === 429) return tooManyTries(error.retryAfter ?? 60);
  return null;
}
