/** Which form a question has. */
import { Form } from "./ballot.js";
import { hasRows } from "./choices.js";
import { PointsForm } from "./points.js";
import { RankForm } from "./rank.js";
import { WordForm } from "./words.js";

/** @param {import("./types.js").Poll} poll */
export function formOf(poll) {
  if (hasRows(poll)) return PointsForm;
  return poll.type === "ranking" ? RankForm : poll.type === "words" ? WordForm : Form;
}
