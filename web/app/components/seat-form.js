/** Choose seats: how many of each kind, what is left, what it comes to. */

import { ApiError } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { cents, formatCents, formatMoney } from "../money.js";
import { whileBusy } from "./busy.js";
import { notice } from "./notice.js";
import { problemNotice } from "./problem.js";
import { stepper } from "./stepper.js";

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

const MOST_OF_A_KIND = 20;
const FEW = 10;

/**
 * @param {SeatFormOptions} options
 * @returns {HTMLElement}
 */
export function seatForm(options) {
  const { seatTypes, held = new Map(), submit, onSubmit } = options;
  const place = h("div", { class: "seat-form-place" });
  const rows = seatTypes.map(
    (seatType) => new SeatRow(seatType, held.get(seatType.id) ?? 0, options.chosen?.get(seatType.id) ?? 0, update),
  );
  const total = h("output", { class: "total__amount", id: "total" });
  const fault = h("p", { class: "field__fault", role: "alert", id: "seats-fault" });
  const outcome = h("div", { class: "form__outcome" });
  const button = h("button", { type: "submit", class: "button button--primary button--large" }, submit);

  function update() {
    const sum = rows.reduce((before, row) => before + row.quantity * cents(row.seatType.price), 0);
    const shown = formatCents(sum, seatTypes[0]?.currency);
    if (total.textContent !== shown) total.textContent = shown;
    if (rows.some((row) => row.quantity > 0)) fault.textContent = "";
  }

  async function send() {
    outcome.replaceChildren();
    const seats = rows
      .filter((row) => row.quantity > 0)
      .map((row) => ({ seatType: row.seatType.id, quantity: row.quantity }));
    if (seats.length === 0) {
      fault.textContent = t("seats.chooseOne");
      rows.find((row) => row.most > 0)?.focus();
      return;
    }
    try {
      await onSubmit(seats);
    } catch (error) {
      const left = error instanceof ApiError && error.is("seats-unavailable") ? error.available : null;
      if (left) place.replaceWith(again(options, seats, left));
      else
        outcome.replaceChildren(
          problemNotice(error, { retry: () => whileBusy(button, t("seats.busy"), send), safe: t("seats.safe") }),
        );
    }
  }

  place.append(
    ...(options.message ? [options.message] : []),
    h(
      "form",
      {
        class: "seat-form",
        novalidate: true,
        "aria-label": t("seats.form"),
        onsubmit: (/** @type {SubmitEvent} */ event) => (
          event.preventDefault(),
          whileBusy(button, t("seats.busy"), send)
        ),
      },
      h("ul", { class: "seat-list" }, ...rows.map((row) => row.element)),
      fault,
      outcome,
      rows.some((row) => row.most > 0)
        ? h(
            "div",
            { class: "total" },
            h("p", {}, h("span", { class: "total__label" }, t("seats.total")), total),
            button,
          )
        : notice("info", t("seats.nothingLeft"), t("seats.nothingLeft.text")),
    ),
  );
  update();
  return place;
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

class SeatRow {
  /**
   * @param {SeatType} seatType
   * @param {number} held
   * @param {number} chosen
   * @param {() => void} onchange
   */
  constructor(seatType, held, chosen, onchange) {
    const left = seatType.availableQuantity + held;
    this.seatType = seatType;
    this.most = Math.min(MOST_OF_A_KIND, left);
    const id = `seat-${seatType.id}`;
    this.stepper = this.most
      ? stepper({
          id,
          labelledBy: `${id}-name`,
          name: seatType.name,
          most: this.most,
          value: Math.min(chosen, this.most),
          onchange,
        })
      : null;
    this.element = h(
      "li",
      { class: `seat-row ${this.most ? "" : "seat-row--sold-out"}` },
      h(
        "div",
        { class: "seat-row__what" },
        h("h3", { id: `${id}-name` }, seatType.name),
        h("p", {}, seatType.description),
        this.most > 0 &&
          h("p", { class: left <= FEW ? "seat-row__left seat-row__left--few" : "seat-row__left" }, leftInWords(left)),
      ),
      h(
        "p",
        { class: "seat-row__price" },
        cents(seatType.price) === 0 ? t("seats.free") : formatMoney(seatType.price, seatType.currency),
      ),
      this.stepper?.element ?? h("p", { class: "badge badge--sold-out" }, t("seats.soldOut")),
    );
  }

  get quantity() {
    return this.stepper?.quantity() ?? 0;
  }

  focus() {
    this.element.querySelector("input")?.focus();
  }
}

/** @param {number} left */
function leftInWords(left) {
  return left <= FEW ? t("seats.fewLeft", { count: left }) : t("seats.left", { count: left });
}
