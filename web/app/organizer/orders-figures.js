/** How orders came over time, and what became of them. */

import { formatPeriod } from "../dates.js";
import { t } from "../i18n.js";
import { bar, columns, legend } from "./charts.js";
import { figureSection } from "./figure-section.js";

/** @import { OrderFigures } from "./figures.js" */
/** @import { Timeline } from "./timeline.js" */

/** @param {Timeline} timeline */
export function timelineFigure({ unit, periods }) {
  const words = {
    day: { heading: t("timeline.day"), table: t("timeline.day.table"), period: t("timeline.day.period") },
    week: { heading: t("timeline.week"), table: t("timeline.week.table"), period: t("timeline.week.period") },
    month: { heading: t("timeline.month"), table: t("timeline.month.table"), period: t("timeline.month.period") },
  }[unit];
  const named = periods.map(({ start, end, count }) => ({ name: formatPeriod(start, end, unit), value: count }));
  return figureSection({
    id: "figures-timeline",
    heading: words.heading,
    drawing: [columns(words.heading, named)],
    caption: words.table,
    head: [words.period, t("figures.count")],
    rows: named.map(({ name, value }) => ({ name, numbers: [value] })),
  });
}

/** @param {OrderFigures} orders */
export function statusFigure(orders) {
  const parts = [
    { name: t("status.paid"), value: orders.paid, kind: "sold" },
    { name: t("status.pending"), value: orders.pending, kind: "held" },
    { name: t("status.expired"), value: orders.expired, kind: "expired" },
  ];
  return figureSection({
    id: "figures-orders",
    heading: t("figures.orders"),
    drawing: [bar(t("figures.orders"), parts), legend(parts)],
    caption: t("figures.orders.table"),
    head: [t("figures.status"), t("figures.count")],
    rows: parts.map(({ name, value }) => ({ name, numbers: [value] })),
  });
}
