/** Paid, or nothing to pay: the registration is being confirmed. */

import { isAbort } from "../api-error.js";
import { messagePage, problemPage } from "../components/problem.js";
import { waiting } from "../components/skeleton.js";
import { h } from "../dom.js";
import { traceOf } from "../drafts.js";
import { t } from "../i18n.js";
import { readOrder } from "../orders.js";
import { refresh } from "../router.js";
import { pageOf } from "./order.js";

/** @import { Order } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

const SLOW_AFTER_ROUNDS = 2;
const ROUNDS_FOR_SEATS_AGAIN = 3;

/**
 * Waits until the order is confirmed, however long that takes; the page says that it is safe to leave.
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
      if (latest.state === "confirmed" || latest.state === "rejected") return visit.show(await pageOf(latest, visit));
      const slow = document.getElementById("settling-slow");
      if (slow && round >= SLOW_AFTER_ROUNDS) slow.textContent = t("settling.slow");
    }
  } catch (error) {
    if (!isAbort(error)) visit.show(problemPage(error, () => void refresh()));
  }
}

/**
 * The money came after the seats were given back. The system tries to get them again; if it cannot, it is a refund.
 * @param {Order} order rejected
 * @param {Visit} visit
 * @returns {Page}
 */
export function lateMoneyPage(order, visit) {
  void followSeatsAgain(order, visit);
  return messagePage(
    t("late.title"),
    h("p", {}, t("late.text")),
    h("p", {}, t("late.refund")),
    h("p", { class: "actions" }, h("a", { class: "button button--quiet", href: "/" }, t("problem.home"))),
  );
}

/**
 * @param {Order} order
 * @param {Visit} visit
 */
async function followSeatsAgain(order, visit) {
  try {
    let latest = order;
    for (let round = 0; round < ROUNDS_FOR_SEATS_AGAIN && latest.state === "rejected"; round++) {
      latest = await readOrder(order.orderId, { afterVersion: latest.version, wait: 10, signal: visit.signal });
    }
    if (latest.state !== "rejected") visit.show(await pageOf(latest, visit));
  } catch (error) {
    // The page says what is certain; loading it again asks again.
    if (!isAbort(error)) console.warn("could not see whether the seats were had again", error);
  }
}
