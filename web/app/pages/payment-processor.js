/** The payment processor: another company's house, simulated. It takes no money; it says that it did, or did not. */

import { ApiError } from "../api-error.js";
import { isBusy, whileBusy } from "../components/busy.js";
import { problemNotice } from "../components/problem.js";
import { h } from "../dom.js";
import { note } from "../drafts.js";
import { t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { cancelPayment, completePayment, readPayment } from "../payments.js";
import { navigate } from "../router.js";

/** @import { Child } from "../dom.js" */
/** @import { Payment } from "../contract.js" */
/** @import { Page, Visit } from "../router.js" */

/**
 * @param {Visit} visit
 * @returns {Promise<Page>}
 */
export async function page({ query, signal }) {
  const paymentId = query.get("paymentId") ?? "";
  const signature = query.get("signature") ?? "";
  try {
    const payment = await readPayment(paymentId, signal);
    return payment.state === "initiated" ? open(payment, signature) : settled(payment);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return unknownPayment();
    throw error;
  }
}

/**
 * @param {Payment} payment
 * @param {string} signature
 */
function open(payment, signature) {
  const outcome = h("div", { class: "form__outcome" });
  const accept = h("button", { type: "button", class: "bank__button bank__button--accept" }, t("bank.accept"));
  const reject = h("button", { type: "button", class: "bank__button" }, t("bank.reject"));
  const order = `/orders/${payment.orderId}`;

  /** @type {(button: HTMLButtonElement, settle: () => Promise<unknown>) => void} */
  const press = (button, settle) =>
    button.addEventListener("click", () => {
      if (![accept, reject].some(isBusy))
        void whileBusy(button, t("bank.busy"), () => attempt(settle, outcome, () => button.click()));
    });
  press(accept, async () => {
    await completePayment(payment.paymentId, signature);
    note(payment.orderId, { settling: true, paid: true });
    await navigate(order, { replace: true });
  });
  press(reject, async () => {
    await cancelPayment(payment.paymentId, signature);
    await navigate(`${order}?payment=rejected`, { replace: true });
  });
  return bank(
    t("bank.heading"),
    facts(payment),
    h("div", { class: "bank__actions" }, accept, reject),
    outcome,
    backTo(order),
    h("p", { class: "bank__small" }, t("bank.simulated")),
  );
}

/** @param {Payment} payment */
function facts({ description, totalAmount, currency }) {
  const amount = h("dd", { class: "bank__amount", id: "payment-amount" }, formatMoney(totalAmount, currency));
  return h(
    "dl",
    { class: "bank__facts" },
    h("div", {}, h("dt", {}, t("bank.for")), h("dd", { id: "payment-description" }, description)),
    h("div", {}, h("dt", {}, t("bank.amount")), amount),
  );
}

/**
 * @param {() => Promise<unknown>} settle
 * @param {HTMLElement} outcome
 * @param {() => void} again
 */
async function attempt(settle, outcome, again) {
  outcome.replaceChildren();
  try {
    await settle();
  } catch (error) {
    const mayDo = error instanceof ApiError && (error.isTransient || error.status >= 500);
    outcome.replaceChildren(problemNotice(error, { retry: mayDo ? again : null, safe: t("bank.safe") }));
  }
}

/** @param {Payment} payment */
function settled(payment) {
  const accepted = payment.state === "accepted";
  return bank(
    accepted ? t("bank.done") : t("bank.cancelled"),
    h("p", {}, accepted ? t("bank.done.text") : t("bank.cancelled.text")),
    backTo(`/orders/${payment.orderId}`),
  );
}

function unknownPayment() {
  return bank(t("bank.unknown"), h("p", {}, t("bank.unknown.text")), backTo("/find-order"));
}

/** @param {string} to */
function backTo(to) {
  return h("p", { class: "bank__back" }, h("a", { href: to }, t("bank.back")));
}

/**
 * @param {string} heading
 * @param {Child[]} content
 * @returns {Page}
 */
function bank(heading, ...content) {
  return {
    title: t("bank.title"),
    content: h(
      "div",
      { class: "bank" },
      h(
        "div",
        { class: "bank__brand" },
        h("img", { src: "/images/woodgrove.svg", alt: "", width: 40, height: 40 }),
        h("p", {}, h("strong", {}, "Woodgrove Bank"), h("span", {}, t("bank.slogan"))),
      ),
      h("div", { class: "bank__card" }, h("h1", {}, heading), ...content),
    ),
  };
}
