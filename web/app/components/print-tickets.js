/** One ticket for each seat, for paper. */

import { formatDays } from "../dates.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { poster } from "./poster.js";

/** @import { AssignedSeat, Conference, Order, Person } from "../contract.js" */
/** @typedef {{ seat: AssignedSeat, attendee: Person | null }} Ticket `attendee` as far as saved */

/**
 * @param {Order} order
 * @param {Conference | null} conference
 * @param {Ticket[]} tickets
 */
export function printTickets(order, conference, tickets) {
  const nobody = order.registrantForgotten ? t("forgotten.name") : t("seat.nobody");
  return tickets.map(({ seat, attendee }) =>
    h(
      "section",
      { class: "print-ticket" },
      h("div", { class: "print-ticket__poster" }, poster(order.conferenceCode, 3, 4)),
      h(
        "div",
        {},
        h("p", { class: "print-ticket__conference" }, conference?.name ?? order.conferenceCode),
        h("p", {}, conference ? `${formatDays(conference.startDate, conference.endDate)}, ${conference.location}` : ""),
        h("p", { class: "print-ticket__name" }, attendee ? `${attendee.firstName} ${attendee.lastName}` : nobody),
        h("p", {}, attendee?.email ?? ""),
        h("p", { class: "print-ticket__seat" }, seat.seatName),
        h("p", {}, t("tickets.code", { code: order.accessCode, number: seat.position + 1 })),
      ),
    ),
  );
}
