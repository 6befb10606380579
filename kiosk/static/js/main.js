/** Starts the kiosk and gives every button its meaning. */
import { announce, byId, on, word } from "../../js/ballot/dom.js";
import { listenToRanking } from "../../js/ballot/rank.js";
import { prefetch, toggleContrast, toggleSize } from "./aids.js";
import { addScreens, lookUp } from "./around.js";
import { takeCard } from "./card.js";
import { Codes } from "./codes.js";
import { openDatabase, readIdentity, shelf } from "./database.js";
import { Kiosk } from "./kiosk.js";
import { Line } from "./line.js";
import { stayWithoutNetwork } from "./offline.js";
import { Queue } from "./queue.js";
import { Server } from "./server.js";
import { Setup } from "./setup.js";
import { Voting } from "./voting.js";

const TICK_MS = 1_000;

async function begin() {
  const database = await openDatabase();
  const server = new Server();
  const queue = new Queue(shelf(database), (cast) => server.cast(cast));
  const kiosk = new Kiosk(server, queue);
  const voting = new Voting(kiosk);
  const setup = new Setup(kiosk, database);
  const line = new Line(kiosk, setup, voting, database);
  /** @param {string} text */
  const take = (text) => { takeCard(voting, text); };
  const codes = new Codes(kiosk, {
    card: take, type: take, receipt: (text) => { lookUp(kiosk, text); }, enrol: (text) => { setup.take(text); },
  });
  addScreens(kiosk);
  listen(kiosk, codes, voting, setup);
  await queue.count();
  server.identity = (await readIdentity(database)) ?? null;
  toggleContrast(false);
  if (!server.identity) await setup.begin();
  setInterval(() => {
    kiosk.tick();
    line.tick(Date.now());
  }, TICK_MS);
  await line.tick(Date.now());
  await prefetch();
  await stayWithoutNetwork();
}

/**
 * @param {Kiosk} kiosk
 * @param {Codes} codes
 * @param {Voting} voting
 * @param {Setup} setup
 */
function listen(kiosk, codes, voting, setup) {
  for (const screen of ["menu", "type", "receipt", "dates"]) on(screen, () => kiosk.go(screen));
  for (const screen of ["help", "languages"]) on(screen, () => { if (kiosk.screen !== screen) kiosk.go(screen, false); });
  for (const action of ["card", "look", "enrol"]) on(action, () => codes.submit());
  on("key", (target) => codes.press(target.dataset.key ?? ""));
  on("erase", () => codes.press("Backspace"));
  on("clear", () => codes.press("Clear"));
  on("vote", () => voting.begin());
  on("cast", () => voting.cast());
  on("next", () => voting.next());
  on("change", () => kiosk.go("ballot"));
  on("resume", () => kiosk.resume());
  on("leave", () => kiosk.clear());
  on("forget", () => setup.forget());
  on("stay", () => { byId("veil").replaceChildren(); kiosk.idle.touch(Date.now()); });
  on("more", () => kiosk.idle.touch(Date.now()));
  on("language", (target) => kiosk.speak(target.dataset.code ?? "de"));
  on("easy", () => kiosk.speak(byId("app").dataset.lang === "ls" ? "de" : "ls"));
  on("contrast", () => announce(word(toggleContrast() ? "contrast_on" : "contrast_off")));
  on("size", () => announce(word(toggleSize() ? "size_on" : "size_off")));
  on("read", () => kiosk.toggleReading());
  on("read-private", () => { if (kiosk.reader.canSpeak) kiosk.read(true); else announce(word("mute")); });
  listenToRanking(() => voting.form);
  for (const sign of ["pointerdown", "keydown"]) {
    document.addEventListener(sign, () => { if (!kiosk.idle.isAsking && !kiosk.idle.isDone) kiosk.idle.touch(Date.now()); });
  }
}

begin();
