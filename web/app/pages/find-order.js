/** Find an order again, by e-mail address and access code. */

import { codeForm } from "../components/code-form.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { locateOrder } from "../orders.js";
import { navigate } from "../router.js";

/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Visit} visit
 * @returns {Page}
 */
export function page({ signal }) {
  const form = codeForm({
    label: t("find.heading"),
    emailLabel: t("person.email"),
    codeLabel: t("find.code"),
    codeHint: t("find.code.hint"),
    submit: t("find.submit"),
    busy: t("find.busy"),
    refused: { status: 404, title: t("find.none"), text: t("find.none.text") },
    onSubmit: async (email, accessCode) => {
      const { orderId } = await locateOrder(email, accessCode);
      await navigate(`/orders/${orderId}`, { signal });
    },
  });
  return {
    title: t("find.title"),
    content: h(
      "div",
      { class: "page page--narrow" },
      h("h1", {}, t("find.heading")),
      h("p", { class: "lead" }, t("find.text")),
      form,
    ),
  };
}
