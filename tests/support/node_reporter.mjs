// One line of JSON for each test that ended: {"name", "fault"}; the fault is empty if it passed.
import { inspect } from "node:util";

export default async function* report(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    if (data.name === data.file || data.details?.type === "suite") continue;
    const fault = type === "test:fail" ? inspect(data.details.error.cause ?? data.details.error) : "";
    yield `${JSON.stringify({ name: data.name, fault })}\n`;
  }
}
