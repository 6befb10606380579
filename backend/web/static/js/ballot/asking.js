/**
 * Plain requests: for what no socket is needed, and for networks that let none through.
 */

const ANSWER_S = 20; // a request for the state is answered with the next event, or after so long

/**
 * Ask the server as nobody: a staff member's sign-in in the same browser has no place beside a ballot.
 * @param {string} path
 * @param {RequestInit} [options]
 */
export function ask(path, options) {
  return fetch(path, { cache: "no-store", credentials: "omit", ...options });
}

/**
 * The state of a meeting once something happened after a number; at once without one.
 * @param {typeof ask} request
 * @param {string} meeting
 * @param {number | undefined} since
 */
export async function stateAfter(request, meeting, since) {
  const query = since === undefined ? "" : `?since=${since}&wait=${ANSWER_S}`;
  const answer = await request(`/api/v1/meetings/${meeting}/state${query}`);
  const state = await answer.json();
  if (!answer.ok) throw new Error(state.code);
  return { now: answer.headers.get("date") ?? new Date().toISOString(), state };
}
