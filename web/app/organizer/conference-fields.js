/** What the public reads about a conference, as fields. */

import { Field } from "../components/field.js";
import { t } from "../i18n.js";

/** @import { ConferenceDetails } from "../contract.js" */

/**
 * @param {Partial<ConferenceDetails>} [details]
 * @returns {Field[]}
 */
export function conferenceFields(details = {}) {
  const start = new Field({
    name: "startDate",
    type: "date",
    label: t("details.start"),
    value: details.startDate,
    className: "field--half",
  });
  const end = new Field({
    name: "endDate",
    type: "date",
    label: t("details.end"),
    value: details.endDate,
    className: "field--half",
    rules: [(value) => (value >= start.value ? null : t("rule.endBeforeStart"))],
  });
  return [
    new Field({ name: "name", label: t("details.name"), value: details.name, maxLength: 200 }),
    new Field({
      name: "tagline",
      label: t("details.tagline"),
      hint: t("details.tagline.hint"),
      value: details.tagline ?? "",
      maxLength: 200,
      optional: true,
    }),
    new Field({
      name: "description",
      label: t("details.description"),
      value: details.description,
      maxLength: 4000,
      rows: 5,
    }),
    new Field({ name: "location", label: t("details.location"), value: details.location, maxLength: 200 }),
    start,
    end,
    new Field({
      name: "twitterSearch",
      label: t("details.twitter"),
      hint: t("details.twitter.hint"),
      value: details.twitterSearch ?? "",
      maxLength: 200,
      optional: true,
    }),
  ];
}

/**
 * What the API takes.
 * @param {Record<string, string>} values
 * @returns {ConferenceDetails}
 */
export function detailsFrom(values) {
  const of = (/** @type {string} */ name) => values[name] ?? "";
  return {
    name: of("name"),
    description: of("description"),
    location: of("location"),
    tagline: of("tagline") || null,
    twitterSearch: of("twitterSearch") || null,
    startDate: of("startDate"),
    endDate: of("endDate"),
  };
}
