/** Forgetting who registered, on the organizer's word. */

import { announce } from "../announce.js";
import { isAbort } from "../api-error.js";
import { whileBusy } from "../components/busy.js";
import { ask } from "../components/dialog.js";
import { problemNotice } from "../components/problem.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { formatMoney } from "../money.js";
import { forgetRegistrant } from "./conferences.js";

/** @import { ManagedOrder } from "../contract.js" */

/**
 * Nothing for an order that is under way, and for one that has no name.
 * @param {string} code of the conference
 * @param {ManagedOrder} order what is forgotten is taken out of it
 * @param {HTMLElement} outcome where to say what went wrong
 * @param {() => void} onforgotten
 */
export function forgetButton(code, order, outcome, onforgotten) {
  if (order.status === "pending" || !order.registrantName) return null;
  const button = h(
    "button",
    {
      type: "button",
      class: "button button--quiet button--small",
      "aria-label": t("orders.forget.of", { code: order.accessCode }),
    },
    t("orders.forget"),
  );
  const forget = () =>
    whileBusy(button, t("orders.forget.busy"), async () => {
      outcome.replaceChildren();
      try {
        await forgetRegistrant(code, order.orderId);
      } catch (error) {
        if (!isAbort(error)) showProblem(outcome, error, forget);
        return;
      }
      leaveOut(order);
      onforgotten();
      announce(t("orders.forget.done", { code: order.accessCode }));
    });
  button.addEventListener("click", async () => {
    if (await ask(question(order))) await forget();
  });
  return button;
}

/** @param {ManagedOrder} order */
function question({ accessCode, registrantName, refundAmount, currency }) {
  const name = registrantName ?? "";
  const amount = refundAmount && formatMoney(refundAmount, currency);
  return {
    title: t("orders.forget.ask", { code: accessCode }),
    text: amount ? t("orders.forget.text.refundDue", { name, amount }) : t("orders.forget.text", { name }),
    yes: t("orders.forget.yes"),
  };
}

/** @param {ManagedOrder} order */
function leaveOut(order) {
  order.registrantForgotten = true;
  order.registrantName = null;
  order.registrantEmail = null;
  for (const seat of order.attendees) seat.attendee = null;
}

/**
 * The table may be long: go to what is said.
 * @param {HTMLElement} outcome
 * @param {unknown} error
 * @param {() => unknown} retry
 */
function showProblem(outcome, error, retry) {
  const message = problemNotice(error, { retry, safe: t("orders.forget.safe") });
  message.tabIndex = -1;
  outcome.replaceChildren(message);
  message.focus();
}
