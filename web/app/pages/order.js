/** /orders/{id}: always the page that fits the order's state; an order can be picked up by its address anywhere. */

import { ApiError } from "../api-error.js";
import { sleep } from "../api.js";
import { messagePage } from "../components/problem.js";
import { waiting } from "../components/skeleton.js";
import { serverNow } from "../clock.js";
import { h } from "../dom.js";
import { forgetDraft, forgetTrace, keepDraft, takeFresh, traceOf } from "../drafts.js";
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
  try {
    const order = takeFresh(orderId) ?? (await firstRead(orderId, visit));
    return await pageOf(order, visit);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return unknownOrderPage();
    throw error;
  }
}

/**
 * The page for the order as it is now.
 * @param {Order} order
 * @param {Visit} visit
 * @returns {Page | Promise<Page>}
 */
export function pageOf(order, visit) {
  const trace = traceOf(order.orderId);
  if (order.state === "confirmed") {
    forgetDraft(order.conferenceCode);
    forgetTrace(order.orderId);
    return thankYouPage(order, visit);
  }
  if (order.state === "rejected" && order.refundDue) return refundPage(order, visit);
  if (order.state === "rejected" && trace.paid) return lateMoneyPage(order, visit);
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
 * An order that this tab placed may still be in its queue; it will come.
 * @param {string} orderId
 * @param {Visit} visit
 */
async function firstRead(orderId, { signal, show }) {
  if (!traceOf(orderId).placed) return readOrder(orderId, { signal });
  for (let round = 1; ; round++) {
    try {
      return await readOrder(orderId, { wait: round === 1 ? 1 : LONGEST_WAIT_SECONDS, signal });
    } catch (error) {
      const isQueued = error instanceof ApiError && error.status === 404;
      if (!isQueued || round === ROUNDS_FOR_A_QUEUED_ORDER) throw error;
      if (round === 1) show(queuedPage());
      await sleep(250, signal);
    }
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
