/** Choose seats: how many of each kind, what is left, what it comes to. */

import { ApiError, isAbort } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { cents, formatCents } from "../money.js";
import { whileBusy } from "./busy.js";
import { notice } from "./notice.js";
import { problemNotice, retryButton, wordsFor } from "./problem.js";
import { SeatRow } from "./seat-row.js";
import { sayWhen } from "./too-many-tries.js";

/** @import { SeatQuantity, SeatType } from "../contract.js" */
/**
 * @typedef {object} SeatFormOptions
 * @property {SeatType[]} seatTypes
 * @property {Map<string, number>} [chosen] preselected, by seat type
 * @property {Map<string, number>} [held] what the order has already, beyond what is left
 * @property {Node | null} [message] stands above
 * @property {string} submit
 * @property {(seats: SeatQuantity[]) => Promise<unknown>} onSubmit throws ApiError to have it shown
 */

/**
 * @param {SeatFormOptions} options
 * @returns {HTMLElement}
 */
export function seatForm(options) {
  return new SeatForm(options).element;
}

class SeatForm {
  #total = h("output", { class: "total__amount", id: "total" });
  #fault = h("p", { class: "field__fault", role: "alert", id: "seats-fault" });
  #outcome = h("div", { class: "form__outcome" });

  /** @param {SeatFormOptions} options */
  constructor(options) {
    this.options = options;
    this.rows = options.seatTypes.map((seatType) => this.#row(seatType));
    this.button = h("button", { type: "submit", class: "button button--primary button--large" }, options.submit);
    const form = h(
      "form",
      { class: "seat-form", novalidate: true, "aria-label": t("seats.form") },
      h("ul", { class: "seat-list" }, ...this.rows.map((row) => row.element)),
      this.#fault,
      this.#outcome,
      this.#foot(),
    );
    form.addEventListener("submit", (event) => (event.preventDefault(), this.#send()));
    this.element = h("div", { class: "seat-form-place" }, options.message, form);
    this.#showTotal();
  }

  /** @param {SeatType} seatType */
  #row(seatType) {
    const { chosen, held } = this.options;
    return new SeatRow(seatType, held?.get(seatType.id) ?? 0, chosen?.get(seatType.id) ?? 0, () => this.#showTotal());
  }

  #foot() {
    const isSoldOut = this.rows.every((row) => row.most === 0);
    if (isSoldOut) return notice("info", t("seats.nothingLeft"), t("seats.nothingLeft.text"));
    const total = h("p", {}, h("span", { class: "total__label" }, t("seats.total")), this.#total);
    return h("div", { class: "total" }, total, this.button);
  }

  #showTotal() {
    const sum = this.rows.reduce((before, row) => before + row.quantity * cents(row.seatType.price), 0);
    const shown = formatCents(sum, this.options.seatTypes[0]?.currency);
    if (this.#total.textContent !== shown) this.#total.textContent = shown;
    if (this.#chosen.length > 0) this.#fault.textContent = "";
  }

  get #chosen() {
    const seats = this.rows.map((row) => ({ seatType: row.seatType.id, quantity: row.quantity }));
    return seats.filter((seat) => seat.quantity > 0);
  }

  #send() {
    return whileBusy(this.button, t("seats.busy"), async () => {
      this.#outcome.replaceChildren();
      const seats = this.#chosen;
      if (seats.length === 0) return this.#askForOne();
      try {
        await this.options.onSubmit(seats);
      } catch (error) {
        if (!isAbort(error)) this.#show(error, seats);
      }
    });
  }

  #askForOne() {
    this.#fault.textContent = t("seats.chooseOne");
    this.rows.find((row) => row.most > 0)?.focus();
  }

  /**
   * @param {unknown} error
   * @param {SeatQuantity[]} seats
   */
  #show(error, seats) {
    if (error instanceof ApiError && error.is("seats-unavailable")) {
      this.element.replaceWith(again(this.options, seats, error.available));
    } else if (error instanceof ApiError && error.is("too-many-open-orders") && error.retryAfter !== null) {
      // The button is not held back: one of the orders may be paid for in another window meanwhile.
      sayWhen(this.#outcome, error.retryAfter, { ...wordsFor(error), beside: retryButton(() => this.#send()) });
    } else {
      this.#outcome.replaceChildren(problemNotice(error, { retry: () => this.#send(), safe: t("seats.safe") }));
    }
  }
}

/**
 * The form once more, with what is left as the API has just said it, and as much of the choice as can be had.
 * @param {SeatFormOptions} options
 * @param {SeatQuantity[]} wanted
 * @param {SeatQuantity[]} available
 */
function again(options, wanted, available) {
  const left = new Map(available.map(({ seatType, quantity }) => [seatType, quantity]));
  const seatTypes = options.seatTypes.map((seatType) => ({
    ...seatType,
    // What the order holds is part of what the API says is left for it.
    availableQuantity: left.get(seatType.id) ?? seatType.availableQuantity + (options.held?.get(seatType.id) ?? 0),
  }));
  const short = wanted.filter(({ seatType, quantity }) => quantity > (left.get(seatType) ?? Infinity));
  const lines = short.map(({ seatType, quantity }) => {
    const name = seatTypes.find(({ id }) => id === seatType)?.name ?? "";
    return h("li", {}, t("seats.short", { name, wanted: quantity, left: left.get(seatType) ?? 0 }));
  });
  const chosen = new Map(
    wanted.map(({ seatType, quantity }) => [seatType, Math.min(quantity, left.get(seatType) ?? quantity)]),
  );
  const message = notice(
    "warning",
    t("problem.seats-unavailable.title"),
    h("ul", {}, ...lines),
    t("problem.seats-unavailable.text"),
  );
  const next = seatForm({ ...options, seatTypes, held: new Map(), chosen, message });
  message.tabIndex = -1;
  queueMicrotask(() => message.focus());
  return next;
}
