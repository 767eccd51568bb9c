/** The seats of an order whose registrant was forgotten: theirs as before, and nobody can be named on them. */

import { printTickets } from "../components/print-tickets.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { forgottenNotice } from "./your-data.js";

/** @import { AssignedSeat, Assignments, Conference, Order } from "../contract.js" */
/** @import { Page } from "../router.js" */

/**
 * @param {Order} order
 * @param {Assignments} assignments
 * @param {Conference | null} conference
 * @returns {Page}
 */
export function forgottenSeatsPage(order, { seats }, conference) {
  return {
    title: t("forgotten.seats"),
    content: h(
      "div",
      { class: "page" },
      h("h1", {}, t("forgotten.seats")),
      h("p", { class: "lead" }, conference?.name ?? ""),
      forgottenNotice(order),
      h("p", {}, t("forgotten.seats.text")),
      h(
        "div",
        { class: "toolbar" },
        h("button", { type: "button", class: "button button--quiet", onclick: () => print() }, t("assign.print")),
        h("a", { class: "button button--quiet", href: `/orders/${order.orderId}` }, t("assign.order")),
      ),
      h("ol", { class: "seat-editors" }, ...seats.map(seatCard)),
      h("div", { class: "print-only" }, ...printTickets(order, conference, seats.map(withoutName))),
    ),
  };
}

/** @param {AssignedSeat} seat */
function seatCard(seat) {
  return h(
    "li",
    { class: "seat-editor" },
    h(
      "div",
      { class: "seat-editor__head" },
      h("h2", {}, t("seat.title", { number: seat.position + 1, name: seat.seatName })),
      h("span", { class: "badge" }, t("forgotten.name")),
    ),
  );
}

/** @param {AssignedSeat} seat */
function withoutName(seat) {
  return { seat, attendee: null };
}
