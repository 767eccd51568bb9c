/** Checkout: the total, how long the seats are held, who registers; then on to pay. */

import { ApiError, isAbort } from "../api-error.js";
import { announce } from "../announce.js";
import { countDown } from "../components/count-down.js";
import { Field } from "../components/field.js";
import { form } from "../components/form.js";
import { notice } from "../components/notice.js";
import { orderTicket } from "../components/order-ticket.js";
import { refundNotice } from "../components/refund-notice.js";
import { steps } from "../components/steps.js";
import { h } from "../dom.js";
import { note, traceOf } from "../drafts.js";
import { t } from "../i18n.js";
import { asOrder, assignRegistrant, readOrder, startPayment } from "../orders.js";
import { email } from "../rules.js";
import { expiredPage } from "./expired.js";
import { pageOf } from "./order.js";

/** @import { Order, PaymentStarted, Person } from "../contract.js" */
/** @import { Accepted } from "../orders.js" */
/** @import { Page, Visit } from "../router.js" */

const RESERVATION_ROUNDS = 6;
const REGISTRANT_ROUNDS = 6;
const ROUND_SECONDS = 5;

/**
 * @param {Order} order
 * @param {Visit} visit
 * @returns {Page}
 */
export function checkoutPage(order, visit) {
  const reservation = h("p", { class: "reservation", id: "reservation", role: "status" });
  showReservation(reservation, order);
  if (order.state === "pendingReservation") void followReservation(order, visit, reservation);
  return {
    title: t("checkout.title"),
    content: h(
      "div",
      { class: "page" },
      steps(2),
      h("h1", {}, t("checkout.heading")),
      order.reservationExpiresAt !== null &&
        countDown(order.reservationExpiresAt, () => visit.show(expiredPage(order, visit))),
      visit.query.get("payment") === "rejected" &&
        notice("warning", t("checkout.rejected"), t("checkout.rejected.text")),
      refundNotice(order),
      h(
        "div",
        { class: "checkout" },
        h("div", { class: "checkout__form" }, h("h2", {}, t("checkout.who")), registrantForm(order, visit)),
        h("div", { class: "checkout__order" }, ticket(order, reservation)),
      ),
    ),
  };
}

/**
 * @param {Order} order
 * @param {HTMLElement} reservation
 */
function ticket(order, reservation) {
  return orderTicket(
    order,
    reservation,
    h("p", {}, h("a", { href: `/conferences/${encodeURIComponent(order.conferenceCode)}` }, t("checkout.change"))),
  );
}

/**
 * @param {Order} order
 * @param {Visit} visit
 */
function registrantForm(order, visit) {
  const typed = traceOf(order.orderId).registrant ?? order.registrant;
  const fields = [
    new Field({
      name: "firstName",
      label: t("person.firstName"),
      value: typed?.firstName,
      autocomplete: "given-name",
      maxLength: 100,
    }),
    new Field({
      name: "lastName",
      label: t("person.lastName"),
      value: typed?.lastName,
      autocomplete: "family-name",
      maxLength: 100,
    }),
    new Field({
      name: "email",
      type: "email",
      label: t("person.email"),
      hint: t("checkout.email.hint"),
      value: typed?.email,
      autocomplete: "email",
      maxLength: 254,
      rules: [email],
    }),
  ];
  const element = form({
    label: t("checkout.who"),
    fields,
    submit: order.isFreeOfCharge ? t("checkout.confirm") : t("checkout.pay"),
    busy: t("checkout.busy"),
    safe: t("checkout.safe"),
    onSubmit: (values) => proceed(order, /** @type {Person} */ (/** @type {unknown} */ (values)), visit),
  });
  element.addEventListener("input", () => note(order.orderId, { registrant: personOf(fields) }));
  if (order.isFreeOfCharge) element.prepend(notice("info", t("checkout.free"), t("checkout.free.text")));
  return element;
}

/** @param {Field[]} fields */
function personOf(fields) {
  return /** @type {Person} */ (Object.fromEntries(fields.map((field) => [field.name, field.control.value])));
}

/**
 * @param {Order} order
 * @param {Person} registrant
 * @param {Visit} visit
 */
async function proceed({ orderId }, registrant, visit) {
  const { signal } = visit;
  try {
    if (!asOrder(await assignRegistrant(orderId, registrant))) await waitForRegistrant(orderId, signal);
    const started = await startWhenReserved(orderId, signal);
    if ("paymentUrl" in started) return goToProcessor(started.paymentUrl, signal);
    note(orderId, { settling: true });
  } catch (error) {
    if (!(error instanceof ApiError) || !error.is("order-expired", "order-settled", "partially-reserved")) throw error;
    if (error.is("order-settled")) note(orderId, { settling: true });
  }
  visit.show(await pageOf(await readOrder(orderId, { until: "reserved", wait: ROUND_SECONDS, signal }), visit));
}

/**
 * What she typed waits in its queue; nothing can be paid before somebody is named.
 * @param {string} orderId
 * @param {AbortSignal} signal
 */
async function waitForRegistrant(orderId, signal) {
  let afterVersion = 0;
  for (let round = 1; round <= REGISTRANT_ROUNDS; round++) {
    const latest = await readOrder(orderId, { afterVersion, wait: ROUND_SECONDS, signal });
    if (latest.registrant) return;
    afterVersion = latest.version;
  }
  throw new ApiError("timeout");
}

/**
 * The API waits for the reservation; so do we, somewhat longer.
 * @param {string} orderId
 * @param {AbortSignal} signal
 * @returns {Promise<PaymentStarted | Accepted>}
 */
async function startWhenReserved(orderId, signal) {
  for (let round = 1; ; round++) {
    signal.throwIfAborted();
    if (round > 1) announce(t("checkout.stillReserving"));
    try {
      return await startPayment(orderId);
    } catch (error) {
      const isPending = error instanceof ApiError && error.is("reservation-pending");
      if (!isPending || round === RESERVATION_ROUNDS) throw error;
    }
  }
}

/**
 * The processor is another house, so the whole page goes there.
 * @param {string} paymentUrl
 * @param {AbortSignal} signal
 */
function goToProcessor(paymentUrl, signal) {
  signal.throwIfAborted(); // she may be changing the seats by now
  const url = new URL(paymentUrl);
  if (!["https:", "http:"].includes(url.protocol)) throw new Error(`not the address of a web page: ${url.protocol}`);
  location.assign(url);
  return new Promise(() => {}); // the button stays busy until the page is gone
}

/**
 * The reservation goes on behind the page; say when it is done, or show that there are fewer seats.
 * @param {Order} order
 * @param {Visit} visit
 * @param {HTMLElement} reservation
 */
async function followReservation(order, visit, reservation) {
  try {
    let latest = order;
    while (latest.state === "pendingReservation") {
      latest = await readOrder(order.orderId, {
        until: "reserved",
        afterVersion: order.version,
        wait: 10,
        signal: visit.signal,
      });
      if (!reservation.isConnected && latest.state === "pendingReservation") return;
    }
    if (latest.state === "reservationCompleted") showReservation(reservation, latest);
    else if (reservation.isConnected) visit.show(await pageOf(latest, visit));
  } catch (error) {
    if (isAbort(error)) return;
    reservation.textContent = t("checkout.reservation.unknown"); // paying asks again
  }
}

/**
 * @param {HTMLElement} element
 * @param {Order} order
 */
function showReservation(element, order) {
  const isReserved = order.state === "reservationCompleted";
  element.textContent = isReserved ? t("checkout.reserved") : t("checkout.reserving");
  element.dataset.state = order.state;
}
