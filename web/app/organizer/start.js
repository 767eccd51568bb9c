/** Where organizers start: sign in, go on, or create a conference. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { navigate } from "../router.js";
import { sessions } from "./session.js";
import { signInForm } from "./sign-in-form.js";

/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Visit} visit
 * @returns {Page}
 */
export function page({ signal }) {
  const signedInTo = sessions();
  return {
    title: t("start.title"),
    content: h(
      "div",
      { class: "page" },
      h("h1", {}, t("start.heading")),
      h("p", { class: "lead" }, t("start.text")),
      signedInTo.length > 0 &&
        h(
          "section",
          { class: "panel", "aria-labelledby": "yours" },
          h("h2", { id: "yours" }, t("start.yours")),
          h(
            "ul",
            { class: "plain-list" },
            ...signedInTo.map(({ code }) => h("li", {}, h("a", { href: `/organizer/${code}` }, code))),
          ),
        ),
      h(
        "div",
        { class: "halves" },
        h(
          "section",
          { "aria-labelledby": "sign-in" },
          h("h2", { id: "sign-in" }, t("signIn.heading")),
          signInForm((code) => navigate(`/organizer/${code}`, { signal })),
        ),
        h(
          "section",
          { "aria-labelledby": "create" },
          h("h2", { id: "create" }, t("start.create")),
          h("p", {}, t("start.create.text")),
          h(
            "p",
            { class: "actions" },
            h("a", { class: "button", href: "/organizer/create/conference" }, t("start.create.link")),
          ),
        ),
      ),
    ),
  };
}
