// Where somebody goes on who has signed in: what must be done first, else where they were going.

import { ask } from "./base.js";

const FIRST = {
  SECOND_FACTOR_NEEDED: "/sign-in/code",
  SECRET_CHANGE_NEEDED: "/account/secret",
  SECOND_FACTOR_TO_SET_UP: "/account/second-factor",
};

export function next() {
  // only a path of ours, never another site
  const wanted = new URLSearchParams(location.search).get("next") ?? "/";
  let target;
  try {
    target = new URL(wanted, location.origin);
  } catch {
    return "/"; // no address at all
  }
  const ours = target.origin === location.origin && !/^\/(sign-in|activate|account\/)/.test(target.pathname);
  // one slash in front: with two, a browser takes what follows for another site
  return ours ? target.pathname.replace(/^\/+/, "/") + target.search : "/";
}

export async function go(target) {
  const me = await ask("/api/v1/session");
  const first = FIRST[me.must];
  location.assign(first ? `${first}?next=${encodeURIComponent(target)}` : target);
}
