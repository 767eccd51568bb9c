/** Registered: the access code, and on to the seats. */

import { accessCodeBox } from "../components/copy-button.js";
import { orderTicket } from "../components/order-ticket.js";
import { steps } from "../components/steps.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Order} order confirmed
 * @param {Visit} _visit
 * @returns {Page}
 */
export function thankYouPage(order, _visit) {
  return {
    title: t("thanks.title"),
    content: h(
      "div",
      { class: "page" },
      steps(4),
      h("h1", {}, order.registrant ? t("thanks.heading", { name: order.registrant.firstName }) : t("thanks.title")),
      h("p", { class: "lead" }, t("thanks.text")),
      h(
        "div",
        { class: "checkout" },
        h(
          "div",
          { class: "checkout__form" },
          h("h2", {}, t("thanks.code")),
          h("p", {}, t("thanks.code.text", { email: order.registrant?.email ?? "" })),
          accessCodeBox(order.accessCode),
          h("h2", {}, t("thanks.seats")),
          h("p", {}, t("thanks.seats.text")),
          h(
            "p",
            { class: "actions" },
            h("a", { class: "button button--primary", href: `/orders/${order.orderId}/seats` }, t("thanks.assign")),
          ),
        ),
        h("div", { class: "checkout__order" }, orderTicket(order)),
      ),
    ),
  };
}
