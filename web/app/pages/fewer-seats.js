/** Not all seats could be reserved: choose again, with what was reserved preselected. */

import { readConference } from "../catalogue.js";
import { countDown } from "../components/count-down.js";
import { notice } from "../components/notice.js";
import { seatForm } from "../components/seat-form.js";
import { steps } from "../components/steps.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { asOrder, changeSeats, isOver, readOrder } from "../orders.js";
import { expiredPage } from "./expired.js";
import { pageOf } from "./order.js";

/** @import { Order, SeatQuantity } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Order} order partially reserved
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function fewerSeatsPage(order, visit) {
  const conference = await readConference(order.conferenceCode, visit.signal);
  const reserved = new Map(order.lines.map((line) => [line.seatType, line.reservedQuantity ?? 0]));
  return {
    title: t("fewer.title"),
    content: h(
      "div",
      { class: "page" },
      steps(1),
      h("h1", {}, t("fewer.heading")),
      order.reservationExpiresAt !== null &&
        countDown(order.reservationExpiresAt, () => visit.show(expiredPage(order, visit))),
      h("h2", {}, t("seats.heading")),
      seatForm({
        seatTypes: conference.seatTypes,
        chosen: reserved,
        held: reserved,
        message: whatWasReserved(order),
        submit: t("fewer.submit"),
        onSubmit: (seats) => change(order, seats, visit),
      }),
    ),
  };
}

/** @param {Order} order */
function whatWasReserved(order) {
  const lines = order.lines.map((line) =>
    h(
      "li",
      {},
      t("fewer.line", { name: line.description, wanted: line.requestedQuantity, reserved: line.reservedQuantity ?? 0 }),
    ),
  );
  return notice("warning", t("fewer.notice"), h("ul", {}, ...lines), t("fewer.notice.text"));
}

/**
 * @param {Order} order
 * @param {SeatQuantity[]} seats
 * @param {Visit} visit
 */
async function change(order, seats, visit) {
  try {
    const changed = asOrder(await changeSeats(order.orderId, seats));
    visit.show(
      await pageOf(changed ?? (await readOrder(order.orderId, { afterVersion: order.version, wait: 10 })), visit),
    );
  } catch (error) {
    if (!isOver(error)) throw error;
    visit.show(await pageOf(await readOrder(order.orderId), visit));
  }
}
