/** An order as a ticket: what was ordered and what it comes to. */

import { conferenceName } from "../catalogue.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { poster } from "./poster.js";

/** @import { Order, OrderLine } from "../contract.js" */

/**
 * @param {Order} order
 * @param {(Node | false | null)[]} below
 */
export function orderTicket(order, ...below) {
  return h(
    "section",
    { class: "ticket", "aria-labelledby": "ticket-title" },
    h("div", { class: "ticket__poster" }, poster(order.conferenceCode, 8, 2)),
    h("h2", { class: "ticket__title", id: "ticket-title" }, conferenceName(order.conferenceCode)),
    linesTable(order),
    h(
      "p",
      { class: "ticket__total" },
      h("span", {}, t("ticket.total")),
      h(
        "strong",
        { id: "order-total" },
        order.isFreeOfCharge ? t("seats.free") : formatMoney(order.total, order.currency),
      ),
    ),
    ...below,
  );
}

/** @param {Order} order */
function linesTable({ lines, currency }) {
  const head = h("tr", {}, h("th", { scope: "col" }, t("ticket.seat")), h("th", { scope: "col" }, t("ticket.price")));
  return h(
    "table",
    { class: "ticket__lines" },
    h("caption", { class: "visually-hidden" }, t("ticket.caption")),
    h("thead", { class: "visually-hidden" }, head),
    h("tbody", {}, ...lines.filter((line) => line.requestedQuantity > 0).map((line) => lineRow(line, currency))),
  );
}

/**
 * @param {OrderLine} line
 * @param {string} currency
 */
function lineRow({ description, requestedQuantity, unitPrice, lineTotal }, currency) {
  const count = `${requestedQuantity} \u00d7 ${formatMoney(unitPrice, currency)}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, description, h("span", { class: "ticket__count" }, count)),
    h("td", {}, formatMoney(lineTotal, currency)),
  );
}
