/** A form: checks its fields, sends them once, and shows what the API says against them. */

import { ApiError, isAbort } from "../api-error.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { isBusy, whileBusy } from "./busy.js";
import { problemNotice } from "./problem.js";
import { holdBack } from "./too-many-tries.js";

/** @import { Child } from "../dom.js" */
/** @import { Field } from "./field.js" */
/**
 * @typedef {object} FormOptions
 * @property {string} label says what the form is for
 * @property {Field[]} fields
 * @property {Child[]} [layout] how the fields stand; one below the other if not given
 * @property {string} submit
 * @property {string} busy what is going on after it was submitted
 * @property {string} [safe] what is certain even if sending fails
 * @property {Child} [beside] stands beside the button
 * @property {boolean} [isQuiet] is not what the page is for
 * @property {() => Promise<boolean>} [sure] asks once more, when every field will do; false sends nothing
 * @property {Field} [limited] tries are counted by what is in this field, so that another content may be tried at once
 * @property {(values: Record<string, string>) => Promise<unknown>} onSubmit throws ApiError to have it shown
 */

const USUAL_WAIT_SECONDS = 60;

/** @param {FormOptions} options */
export function form(options) {
  const { label, fields, layout, submit, busy, safe = "", beside = null, isQuiet, sure, limited, onSubmit } = options;
  const button = h("button", { type: "submit", class: isQuiet ? "button" : "button button--primary" }, submit);
  const outcome = h("div", { class: "form__outcome" });
  const send = async (isSure = false) => {
    if (isBusy(button)) return;
    outcome.replaceChildren();
    if (!allRight(fields) || (sure && !isSure && !(await sure()))) return;
    let waitSeconds = 0;
    await whileBusy(button, busy, async () => {
      try {
        await onSubmit(Object.fromEntries(fields.map((field) => [field.name, field.value])));
      } catch (error) {
        waitSeconds = secondsToWait(error);
        if (waitSeconds || isAbort(error) || showFaults(fields, error)) return;
        outcome.replaceChildren(problemNotice(error, { retry: retryOf(error, () => send(true)), safe }));
      }
    });
    if (!waitSeconds) return;
    const letGo = holdBack(button, outcome, waitSeconds);
    limited?.control.addEventListener("input", letGo, { once: true });
  };
  return h(
    "form",
    {
      class: "form",
      novalidate: true,
      "aria-label": label,
      onsubmit: (/** @type {SubmitEvent} */ event) => (event.preventDefault(), send()),
    },
    ...(layout ?? fields.map((field) => field.element)),
    outcome,
    h("div", { class: "actions" }, button, beside),
  );
}

/**
 * Whether every field will do; goes to the first that will not.
 * @param {Field[]} fields
 */
export function allRight(fields) {
  const wrong = fields.filter((field) => !field.check());
  wrong[0]?.control.focus();
  return wrong.length === 0;
}

/**
 * Show a 422 at the fields it names. Whether there was one.
 * @param {Field[]} fields
 * @param {unknown} error
 */
export function showFaults(fields, error) {
  if (!(error instanceof ApiError) || error.status !== 422) return false;
  const named = new Set(error.errors.map(({ path }) => path.split("/")[0]));
  const wrong = fields.filter((field) => named.has(field.name));
  for (const field of wrong) if (field.check()) field.say(t("rule.refused"));
  wrong[0]?.control.focus();
  return wrong.length > 0;
}

/** @param {unknown} error */
function secondsToWait(error) {
  return error instanceof ApiError && error.status === 429 ? (error.retryAfter ?? USUAL_WAIT_SECONDS) : 0;
}

/**
 * @param {unknown} error
 * @param {() => unknown} send
 */
function retryOf(error, send) {
  const mayDo = error instanceof ApiError && (error.isTransient || error.status >= 500 || error.status === 401);
  return mayDo ? send : null;
}
