/** Sign in as the organizer of a conference. */

import { codeForm } from "../components/code-form.js";
import { t } from "../i18n.js";
import { signIn } from "./session.js";

/** @param {(code: string) => unknown} onSignedIn gets the code of the conference */
export function signInForm(onSignedIn) {
  return codeForm({
    label: t("signIn.heading"),
    emailLabel: t("signIn.email"),
    codeLabel: t("signIn.code"),
    codeHint: t("signIn.code.hint"),
    submit: t("signIn.submit"),
    busy: t("signIn.busy"),
    refused: { status: 401, title: t("signIn.refused"), text: t("signIn.refused.text") },
    onSubmit: async (email, accessCode) => onSignedIn((await signIn(email, accessCode)).code),
  });
}
