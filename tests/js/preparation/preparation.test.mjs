import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOf } from "../../../moderation/static/preparation/agenda.js";
import { filled, readLines } from "../../../moderation/static/preparation/printing.js";

const IDS = ["a", "b", "c", "d"];

for (const [dragged, over, place] of [
  ["d", "a", 1],
  ["a", "d", 4],
  ["a", "b", 2],
  ["c", "b", 2],
  ["b", "c", 3],
]) {
  test(`${dragged} dropped on ${over} takes its place`, () => {
    assert.equal(placeOf(IDS, dragged, over), place);
    const others = IDS.filter((id) => id !== dragged);
    assert.equal([...others.slice(0, place - 1), dragged, ...others.slice(place - 1)].indexOf(dragged), IDS.indexOf(over));
  });
}

test("lines are heard whole, however the stream is cut", async () => {
  const bytes = new TextEncoder().encode('{"name":"Plakat für Köln"}\n{"pdf":"JVBERg=="}\n');
  for (const size of [1, 7, bytes.length]) {
    const heard = [];
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    await readLines(stream, (line) => heard.push(line));
    assert.deepEqual(heard, [{ name: "Plakat für Köln" }, { pdf: "JVBERg==" }]);
  }
});

test("a sentence is filled with what a line says", () => {
  assert.equal(filled("Teil {number} von {total}: {name} …", { number: 2, total: 5, name: "Plakat" }), "Teil 2 von 5: Plakat …");
});
