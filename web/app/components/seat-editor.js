/** One seat and who sits on it; saved by itself. */

import { isAbort } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { assignSeat } from "../orders.js";
import { email } from "../rules.js";
import { whileBusy } from "./busy.js";
import { Field } from "./field.js";
import { allRight, showFaults } from "./form.js";
import { problemNotice } from "./problem.js";

/** @import { AssignedSeat, Person } from "../contract.js" */

export class SeatEditor {
  /**
   * @param {string} orderId
   * @param {AssignedSeat} seat
   * @param {() => void} onchange something was typed or saved
   */
  constructor(orderId, seat, onchange) {
    this.orderId = orderId;
    this.seat = seat;
    this.attendee = seat.attendee;
    this.onchange = () => {};
    this.title = t("seat.title", { number: seat.position + 1, name: seat.seatName });
    this.fields = fieldsOf(seat);
    this.state = h("span", { class: "badge" });
    this.outcome = h("div", { class: "form__outcome" });
    this.saveButton = h("button", { type: "submit", class: "button button--small" }, t("seat.save"));
    this.freeButton = h("button", { type: "button", class: "button button--quiet button--small" }, t("seat.free"));
    this.freeButton.addEventListener("click", () => void this.unassign());
    this.element = h(
      "form",
      {
        class: "seat-editor",
        id: `seat-${seat.position}`,
        novalidate: true,
        "aria-labelledby": `seat-${seat.position}-title`,
        onsubmit: (/** @type {SubmitEvent} */ event) => (event.preventDefault(), this.save()),
        oninput: () => this.#update(),
      },
      h("div", { class: "seat-editor__head" }, h("h2", { id: `seat-${seat.position}-title` }, this.title), this.state),
      h("div", { class: "seat-editor__fields" }, ...this.fields.map((field) => field.element)),
      this.outcome,
      h("div", { class: "actions" }, this.saveButton, this.freeButton),
    );
    this.#show();
    this.onchange = onchange;
  }

  /** Whether what was typed is not saved. */
  get isDirty() {
    return this.fields.some((field) => field.value !== (this.attendee?.[nameOf(field)] ?? ""));
  }

  /** Whether nobody sits here and nothing was typed. */
  get isEmpty() {
    return this.fields.every((field) => !field.value);
  }

  /** @param {Person} person */
  fill(person) {
    for (const field of this.fields) field.value = person[nameOf(field)];
    this.#update();
    this.fields[0]?.control.focus();
  }

  /** Whether it was saved; says why not. */
  async save() {
    if (!allRight(this.fields)) return false;
    const attendee = /** @type {Person} */ (Object.fromEntries(this.fields.map((field) => [field.name, field.value])));
    return this.#send(this.saveButton, attendee);
  }

  /** Leave the seat to nobody. */
  unassign() {
    return this.#send(this.freeButton, null);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {Person | null} attendee
   */
  async #send(button, attendee) {
    let isSaved = false;
    await whileBusy(button, t("assign.busy"), async () => {
      this.outcome.replaceChildren();
      try {
        await assignSeat(this.orderId, this.seat.position, attendee);
        this.attendee = attendee;
        if (!attendee) for (const field of this.fields) ((field.value = ""), field.say(null));
        isSaved = true;
      } catch (error) {
        if (isAbort(error) || showFaults(this.fields, error)) return;
        this.outcome.replaceChildren(
          problemNotice(error, { retry: () => this.#send(button, attendee), safe: t("seat.safe") }),
        );
      }
    });
    if (isSaved) this.#show();
    return isSaved;
  }

  /** After a change of what is known to be saved. */
  #show() {
    this.freeButton.hidden = this.attendee === null;
    this.#update();
  }

  #update() {
    const [tone, text] = this.isDirty
      ? ["warning", t("seat.unsaved")]
      : this.attendee
        ? ["ok", t("seat.assigned")]
        : ["plain", t("seat.nobody")];
    this.state.className = `badge badge--${tone}`;
    this.state.textContent = text;
    this.onchange();
  }
}

/** @param {AssignedSeat} seat */
function fieldsOf({ position, attendee }) {
  const id = (/** @type {string} */ name) => `seat-${position}-${name}`;
  return [
    new Field({
      name: "firstName",
      id: id("firstName"),
      label: t("person.firstName"),
      value: attendee?.firstName,
      maxLength: 100,
    }),
    new Field({
      name: "lastName",
      id: id("lastName"),
      label: t("person.lastName"),
      value: attendee?.lastName,
      maxLength: 100,
    }),
    new Field({
      name: "email",
      id: id("email"),
      type: "email",
      label: t("person.email"),
      value: attendee?.email,
      maxLength: 254,
      rules: [email],
    }),
  ];
}

/** @param {Field} field */
function nameOf(field) {
  return /** @type {keyof Person} */ (field.name);
}
