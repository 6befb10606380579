/** Ask the live room about a card: what kind it is and where it was used. Nothing is cast; the socket closes at once. */

const ANSWER_MS = 4_000;

/** @typedef {{kind: "valid" | "guest" | "void" | "none" | "unknown", code: string, used: Record<string, string>}} Look */

/**
 * Read the room's first words.
 * @param {any} message
 * @param {string} code of a refusal heard before
 * @returns {Look | null} null while the room has not said enough
 */
export function lookOf(message, code) {
  if (message.t !== "welcome") return null;
  const mine = /** @type {Record<string, {channel: string}>} */ (message.mine ?? message.state?.mine ?? {});
  const used = Object.fromEntries(Object.entries(mine).map(([poll, { channel }]) => [poll, channel]));
  return { kind: message.card, code, used };
}

/**
 * @param {string} meeting
 * @param {string} card
 * @returns {Promise<Look>} kind "unknown" when the room cannot be reached
 */
export function look(meeting, card) {
  return new Promise((resolve) => {
    const address = new URL(`/live/${meeting}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, "machmit.v1");
    let code = "";
    /** @param {Look} found */
    function finish(found) {
      clearTimeout(timer);
      socket.close();
      resolve(found);
    }
    const timer = setTimeout(() => finish({ kind: "unknown", code, used: {} }), ANSWER_MS);
    socket.onopen = () => socket.send(JSON.stringify({ t: "hello", card }));
    socket.onerror = () => finish({ kind: "unknown", code, used: {} });
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.t === "error") code = message.code;
      const found = lookOf(message, code);
      if (found) finish(found);
    };
  });
}
