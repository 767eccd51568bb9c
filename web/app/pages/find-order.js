/** Find an order again, by e-mail address and access code. */

import { ApiError } from "../api-error.js";
import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { locateOrder } from "../orders.js";
import { navigate } from "../router.js";
import { accessCode, email } from "../rules.js";
import { tooManyTries } from "../components/too-many-tries.js";

/** @import { Page } from "../router.js" */

/** @returns {Page} */
export function page() {
  const outcome = h("div", { class: "form__outcome" });
  const element = form({
    label: t("find.heading"),
    fields: [
      new Field({
        name: "email",
        type: "email",
        label: t("person.email"),
        autocomplete: "email",
        maxLength: 254,
        rules: [email],
      }),
      new Field({
        name: "accessCode",
        label: t("find.code"),
        hint: t("find.code.hint"),
        maxLength: 6,
        className: "field--code",
        rules: [accessCode],
      }),
    ],
    submit: t("find.submit"),
    busy: t("find.busy"),
    onSubmit: async (values) => {
      outcome.replaceChildren();
      try {
        const { orderId } = await locateOrder(values.email ?? "", (values.accessCode ?? "").toUpperCase());
        await navigate(`/orders/${orderId}`);
      } catch (error) {
        const words = refusal(error);
        if (!words) throw error;
        outcome.replaceChildren(words);
      }
    },
  });
  return {
    title: t("find.title"),
    content: h(
      "div",
      { class: "page page--narrow" },
      h("h1", {}, t("find.heading")),
      h("p", { class: "lead" }, t("find.text")),
      h("div", { class: "panel" }, element, outcome),
    ),
  };
}

/** @param {unknown} error */
function refusal(error) {
  if (!(error instanceof ApiError)) return null;
  if (error.status === 404) return notice("warning", t("find.none"), t("find.none.text"));
  if (error.status === 429) return tooManyTries(error.retryAfter ?? 60);
  return null;
}
