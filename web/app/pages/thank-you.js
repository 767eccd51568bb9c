/** Registered: the access code, and on to the seats. */

import { accessCodeBox } from "../components/copy-button.js";
import { orderTicket } from "../components/order-ticket.js";
import { refundNotice } from "../components/refund-notice.js";
import { steps } from "../components/steps.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { forgottenNotice, yourData } from "./your-data.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Order} order confirmed
 * @param {Visit} visit
 * @returns {Page}
 */
export function thankYouPage(order, visit) {
  const { registrant } = order;
  return {
    title: t("thanks.title"),
    content: h(
      "div",
      { class: "page" },
      steps(4),
      h("h1", {}, registrant ? t("thanks.heading", { name: registrant.firstName }) : t("thanks.title")),
      h("p", { class: "lead" }, t("thanks.text")),
      forgottenNotice(order),
      refundNotice(order),
      h(
        "div",
        { class: "checkout" },
        h(
          "div",
          { class: "checkout__form" },
          h("h2", {}, t("thanks.code")),
          h("p", {}, registrant ? t("thanks.code.text", { email: registrant.email }) : t("forgotten.code.text")),
          accessCodeBox(order.accessCode),
          ...(registrant ? assigning(order) : seats(order)),
        ),
        h("div", { class: "checkout__order" }, orderTicket(order)),
      ),
      yourData(order, visit),
    ),
  };
}

/** @param {Order} order */
function assigning({ orderId }) {
  return [
    h("h2", {}, t("thanks.seats")),
    h("p", {}, t("thanks.seats.text")),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button button--primary", href: `/orders/${orderId}/seats` }, t("thanks.assign")),
    ),
  ];
}

/** @param {Order} order whose registrant was forgotten */
function seats({ orderId }) {
  return [
    h("h2", {}, t("forgotten.seats")),
    h("p", {}, t("forgotten.seats.text")),
    h("p", { class: "actions" }, h("a", { class: "button", href: `/orders/${orderId}/seats` }, t("forgotten.show"))),
  ];
}
