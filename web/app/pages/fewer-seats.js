/** Not all seats could be reserved: choose again, with what was reserved preselected. */

import { ApiError } from "../api-error.js";
import { readConference } from "../catalogue.js";
import { countDown } from "../components/count-down.js";
import { notice } from "../components/notice.js";
import { refundNotice } from "../components/refund-notice.js";
import { seatForm } from "../components/seat-form.js";
import { steps } from "../components/steps.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { asOrder, changeSeats, isOver, readOrder } from "../orders.js";
import { expiredPage } from "./expired.js";
import { pageOf } from "./order.js";

/** @import { Order, SeatQuantity, SeatType } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Order} order partially reserved
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function fewerSeatsPage(order, visit) {
  const seatTypes = await seatTypesFor(order, visit.signal);
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
      refundNotice(order),
      h("h2", {}, t("seats.heading")),
      seatForm({
        seatTypes,
        chosen: reserved,
        held: reserved,
        message: whatWasReserved(order),
        submit: t("fewer.submit"),
        onSubmit: (seats) => change(order, seats, visit),
      }),
    ),
  };
}

/**
 * Those of the conference. If it is no longer published, what the order holds is all that can be had.
 * @param {Order} order
 * @param {AbortSignal} signal
 * @returns {Promise<SeatType[]>}
 */
async function seatTypesFor({ conferenceCode, lines, currency }, signal) {
  try {
    return (await readConference(conferenceCode, signal)).seatTypes;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return lines.map((line) => ({
      id: line.seatType,
      name: line.description,
      description: "",
      price: line.unitPrice,
      currency,
      quantity: line.requestedQuantity,
      availableQuantity: 0,
    }));
  }
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
async function change({ orderId, version }, seats, visit) {
  const { signal } = visit;
  try {
    const changed = asOrder(await changeSeats(orderId, seats));
    const latest = changed ?? (await readOrder(orderId, { afterVersion: version, wait: 10, signal }));
    visit.show(await pageOf(latest, visit));
  } catch (error) {
    if (!isOver(error)) throw error;
    visit.show(await pageOf(await readOrder(orderId, { signal }), visit));
  }
}
