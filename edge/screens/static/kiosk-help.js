// Which sentence of spoken help belongs to which view of the kiosk.
import { help, helpWithTicket } from "./spoken.js";

const ofForm = { consent: "aid_consent", matter: "aid_choose", stage: "aid_choose", hardship: "aid_choose", check: "aid_check", sign: "aid_check" };

function ofFee({ rules, kind, picked }) {
  if (!rules) return null;
  if (!picked) return "fee_kind";
  return rules.rules.find((item) => item.kind === kind).by_amount ? "fee_amount" : "fee_result";
}

const sentences = {
  home: () => "kiosk_home",
  take: (session, at) => (at.wishes ? "priority" : at.service ? "take_it" : "choose_service"),
  aid: (session, at) => ofForm[at.step ?? "consent"] ?? "aid_fill",
  guides: () => "guides",
  guide: () => "read",
  people: () => "people",
  mine: (session, at) => (at.found ? "mine_found" : "mine"),
  knowledge: () => "knowledge",
  answer: () => "read",
  fee: (session) => ofFee(session.fee),
  places: () => "places",
  opinion: (session) => (session.opinion.given ? "opinion_thanks" : "opinion"),
};

/** Nothing is said while people have to leave. */
export function helpAt(kiosk, at) {
  if (kiosk.hall?.evacuating) help(null);
  else if (at.name === "taken") helpWithTicket(at.ticket.number);
  else if (at.name === "aid_done") helpWithTicket(at.done.ticket.number);
  else help(sentences[at.name](kiosk.session, at));
}
