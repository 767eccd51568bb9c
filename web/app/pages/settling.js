/** Paid, or nothing to pay: the registration is being confirmed. */

import { isAbort } from "../api-error.js";
import { messagePage, problemPage } from "../components/problem.js";
import { waiting } from "../components/skeleton.js";
import { h } from "../dom.js";
import { isRefundNews, traceOf } from "../drafts.js";
import { t } from "../i18n.js";
import { isSettled, readOrder } from "../orders.js";
import { refresh } from "../router.js";
import { pageOf } from "./order.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

const SLOW_AFTER_ROUNDS = 2;

/**
 * Waits until the order is confirmed, or the money is to be given back, however long that takes; the page says that it
 * is safe to leave.
 * @param {Order} order
 * @param {Visit} visit
 * @returns {Page}
 */
export function settlingPage(order, visit) {
  void follow(order, visit);
  return messagePage(
    t("settling.title"),
    h("p", {}, traceOf(order.orderId).paid ? t("settling.paid") : t("settling.free")),
    waiting(t("settling.waiting")),
    h("p", { id: "settling-slow", role: "status" }),
  );
}

/**
 * @param {Order} order
 * @param {Visit} visit
 */
async function follow(order, visit) {
  try {
    for (let round = 1; ; round++) {
      const latest = await readOrder(order.orderId, { until: "settled", wait: 10, signal: visit.signal });
      if (isSettled(latest) || isRefundNews(latest)) return visit.show(await pageOf(latest, visit));
      const slow = document.getElementById("settling-slow");
      if (slow && round >= SLOW_AFTER_ROUNDS) slow.textContent = t("settling.slow");
    }
  } catch (error) {
    if (!isAbort(error)) visit.show(problemPage(error, () => void refresh()));
  }
}
