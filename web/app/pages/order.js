/** /orders/{id}: always the page that fits the order's state; an order can be picked up by its address anywhere. */

import { ApiError } from "../api-error.js";
import { sleep } from "../api.js";
import { messagePage } from "../components/problem.js";
import { waiting } from "../components/skeleton.js";
import { serverNow } from "../clock.js";
import { h } from "../dom.js";
import {
  forgetDraft,
  forgetTrace,
  isAwaitingSeats,
  isRefundNews,
  keepDraft,
  note,
  takeFresh,
  traceOf,
} from "../drafts.js";
import { t } from "../i18n.js";
import { readOrder } from "../orders.js";
import { checkoutPage } from "./checkout.js";
import { expiredPage } from "./expired.js";
import { fewerSeatsPage } from "./fewer-seats.js";
import { lateMoneyPage, refundPage } from "./late-money.js";
import { settlingPage } from "./settling.js";
import { thankYouPage } from "./thank-you.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

const LONGEST_WAIT_SECONDS = 10;
const ROUNDS_FOR_A_QUEUED_ORDER = 12;

/**
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function page(visit) {
  const { orderId = "" } = visit.params;
  let order;
  try {
    order = takeFresh(orderId) ?? (await firstRead(orderId, visit));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return unknownOrderPage();
    throw error;
  }
  return pageOf(order, visit);
}

/**
 * The page for the order as it is now.
 * @param {Order} order
 * @param {Visit} visit
 * @returns {Page | Promise<Page>}
 */
export function pageOf(order, visit) {
  if (isRefundNews(order)) note(order.orderId, { refund: order.refundAmount, settling: false, paid: false });
  const trace = traceOf(order.orderId);
  if (order.state === "confirmed") {
    forgetDraft(order.conferenceCode);
    forgetTrace(order.orderId);
    return thankYouPage(order, visit);
  }
  if (order.state === "rejected" && trace.paid) return lateMoneyPage(order, visit);
  if (order.state === "rejected" && order.refundAmount) return refundPage(order, visit);
  if (order.state !== "rejected" && trace.settling) return settlingPage(order, visit);
  if (order.state === "rejected" || isTimeOver(order)) {
    forgetDraft(order.conferenceCode);
    return expiredPage(order, visit);
  }
  keepDraft(order);
  return order.state === "partiallyReserved" ? fewerSeatsPage(order, visit) : checkoutPage(order, visit);
}

/** @param {Order} order */
function isTimeOver({ reservationExpiresAt }) {
  return reservationExpiresAt !== null && Date.parse(reservationExpiresAt) <= serverNow();
}

/**
 * An order that this tab placed, or other seats that it asked for, may still be in the queue; they will come.
 * @param {string} orderId
 * @param {Visit} visit
 */
async function firstRead(orderId, { signal, show }) {
  if (!traceOf(orderId).placed) return readOrder(orderId, { signal });
  let afterVersion = 0;
  for (let round = 1; ; round++) {
    try {
      const order = await readOrder(orderId, { afterVersion, wait: round === 1 ? 1 : LONGEST_WAIT_SECONDS, signal });
      if (!isAwaitingSeats(order) || round === ROUNDS_FOR_A_QUEUED_ORDER) return order;
      afterVersion = order.version;
    } catch (error) {
      const isQueued = error instanceof ApiError && error.status === 404;
      if (!isQueued || round === ROUNDS_FOR_A_QUEUED_ORDER) throw error;
    }
    if (round === 1) show(queuedPage());
    await sleep(250, signal);
  }
}

function queuedPage() {
  return messagePage(t("order.queued"), h("p", {}, t("order.queued.text")), waiting(t("order.queued.waiting")));
}

function unknownOrderPage() {
  return messagePage(
    t("order.unknown"),
    h("p", {}, t("order.unknown.text")),
    h(
      "p",
      { class: "actions" },
      h("a", { class: "button", href: "/find-order" }, t("order.find")),
      h("a", { class: "button button--quiet", href: "/" }, t("problem.home")),
    ),
  );
}
