/**
 * What travels between server and phone (docs/contract.md). Types only.
 *
 * @typedef {Record<string, string>} Texts language code to text; "de" is always there
 * @typedef {Texts & {id: string, abstain?: boolean, cost?: number}} Option
 * @typedef {{status: string, valid: number, invalid: number, blank: number, abstain: number, n_min: number,
 *   totals: Record<string, number> | null, by_channel: Record<string, Record<string, number>> | null,
 *   withheld: string | null, hidden?: number, method: {name: string, [key: string]: any}}} Result
 * @typedef {{id: string, type: string, state: string, question: Texts, options: Option[], max: number,
 *   statements: Option[], budget: number | null,
 *   pad_bytes: number, grade: string, channels: string[], change_until_close: boolean, entitled: number,
 *   used: number, sheets_out: number, sheets_scanned: number, cards: Record<string, number>,
 *   agenda_item: string | null, opened_at: string | null, last_call_ends_at: string | null,
 *   grace_ends_at: string | null, on_paper: boolean, result: Result | null}} Poll
 * @typedef {{id: string, text?: string, state: string, votes: number}} Question
 * @typedef {{id: string, no: string, title: Texts, state: string}} Item
 * @typedef {{id: string, title: Texts, notice: Texts, org_name: string, starts_at: string, state: string,
 *   pause_note: string | null, active_item: string | null}} Meeting
 * @typedef {Record<string, {voted: boolean, channel: string}>} Mine
 * @typedef {{on: boolean, lines: {no: number, text: string}[]}} Captions
 * @typedef {{open: boolean, now: {no: number} | null, next: {no: number}[]}} Speakers
 * @typedef {{seq: number, meeting: Meeting, agenda: Item[], polls: Poll[], questions: Question[], mine?: Mine,
 *   notice: {text: string, at: string} | null, speakers: Speakers, captions: Captions,
 *   stream: {url: string, host: string} | null}} State
 * @typedef {{t: string, id?: string, code?: string, detail?: string, channel?: string, [key: string]: any}} Message
 */
export {};
